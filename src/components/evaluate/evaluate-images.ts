/** The images behind a cell of the confusion matrix. */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { baseName } from '../../base/paths.js';
import type { Answer } from '../../evaluation/protocol.js';
import { isolated } from '../../expressions.js';
import { evaluateArea } from '../../messages/evaluate/area.js';
import { emit } from '../ui/events.js';
import { Localised } from '../ui/localised.js';
import { thumbnail, type Thumbnails } from '../ui/thumbnails.js';
import { buttonStyles, tokens } from '../ui/tokens.js';

const FIRST = 24;

/**
 * Thumbnails of images with how sure the model was, the surest first.
 *
 * @fires qcs-evaluate-close - The person is done with the list.
 */
export class QcsEvaluateImages extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        font-size: 14px;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
        margin-block-end: 12px;
      }
      h4 {
        font-size: 15px;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(84px, 1fr));
        gap: 8px;
        margin-block-end: 12px;
      }
      li {
        overflow: hidden;
        border-radius: var(--_radius-control);
        background: var(--_raised);
        text-align: center;
      }
      img,
      .blank {
        display: block;
        inline-size: 100%;
        aspect-ratio: 1;
        object-fit: cover;
        background: var(--_line);
      }
      li span {
        display: block;
        padding: 4px;
        color: var(--_ink-soft);
        font-size: 12px;
      }
    `,
  ];

  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) answers: readonly Answer[] = [];
  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  private readonly localised = new Localised(this, evaluateArea);
  @state() private shown = FIRST;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('answers')) this.shown = FIRST;
  }

  protected override render(): TemplateResult {
    const [first] = this.answers;
    const { words } = this.localised;
    const title =
      first === undefined
        ? words.text('noImage')
        : words.text('calledAs', {
            count: this.answers.length,
            label: words.expression(this.classes[first.label]),
            predicted: words.expression(this.classes[first.predicted]),
          });
    return html`<header>
        <h4>${title}</h4>
        <button type="button" class="quiet" @click=${() => emit(this, 'qcs-evaluate-close', undefined)}>
          ${words.shared('close')}
        </button>
      </header>
      <ul>
        ${this.answers
          .toSorted((first, second) => second.confidence - first.confidence)
          .slice(0, this.shown)
          .map(
            ({ name, confidence }) =>
              html`<li title=${isolated(name)}>
                ${thumbnail(this.thumbnails, name, { alt: isolated(baseName(name)), blank: html`<span class="blank"></span>` })}
                <span><bdi>${words.percent(confidence)}</bdi></span>
              </li>`,
          )}
      </ul>
      ${
        this.answers.length > this.shown
          ? html`<button type="button" @click=${() => (this.shown += 2 * FIRST)}>${words.text('showMore')}</button>`
          : ''
      }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-evaluate-images': QcsEvaluateImages;
  }
  interface HTMLElementEventMap {
    'qcs-evaluate-close': CustomEvent<undefined>;
  }
}
