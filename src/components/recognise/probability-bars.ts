/** One bar a class: how probable the network finds each expression. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { recogniseArea } from '../../messages/recognise/area.js';
import { bar, barStyles } from '../ui/charts/bars.js';
import { expressionIcon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { expressionColour, tokens } from '../ui/tokens.js';

/**
 * The probabilities of one face as labelled bars, in the order of the model's classes.
 * Reads as a list: name and per cent stand in words beside every bar.
 *
 * @csspart row - One class.
 * @csspart track - The groove of a bar.
 * @csspart bar - The filled part of a bar.
 */
export class QcsProbabilityBars extends LitElement {
  static override readonly styles = [
    tokens,
    barStyles,
    css`
      :host {
        --_bar: 8px;
        font-size: 14px;
      }
      ul {
        display: grid;
        gap: 4px;
      }
      li {
        display: grid;
        grid-template-columns: 20px 6.6em minmax(40px, 1fr) 3.2em;
        align-items: center;
        gap: 8px;
        min-block-size: 26px;
        color: var(--_ink-soft);
      }
      li.top {
        color: var(--_ink);
        font-weight: 650;
      }
      i {
        display: inline-flex;
        color: var(--_ink-soft);
      }
      .top i {
        color: var(--_ink);
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .value {
        text-align: end;
      }
      .bar {
        transition: inline-size 120ms ease-out;
      }
    `,
  ];

  /** Class names in the order to show. */
  @property({ attribute: false }) classes: readonly string[] = [];
  /** Probabilities 0..1 by class name; undefined draws empty grooves. */
  @property({ attribute: false }) probabilities: Readonly<Record<string, number>> | undefined;

  /** The class that is the answer, drawn bold: of a live face the stable label, which need not be the highest bar of the moment. The highest where it is left out. */
  @property({ attribute: false }) expression: string | undefined;

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const known = new Map(Object.entries(this.probabilities ?? {}));
    const [highest] = [...known].toSorted(([, first], [, second]) => second - first);
    const answer = this.expression ?? highest?.[0];
    return html`<ul aria-label=${this.localised.words.text('probabilities')}>
      ${this.classes.map((name) => this.renderRow(name, known.get(name), name === answer))}
    </ul>`;
  }

  private renderRow(name: string, value: number | undefined, isAnswer: boolean): TemplateResult {
    const { words } = this.localised;
    const title = words.title(name);
    return html`<li part="row" class=${value !== undefined && isAnswer ? 'top' : ''}>
      <i>${expressionIcon(name)}</i>
      <span class="name" title=${title}>${title}</span>
      ${bar({ value: value ?? null }, expressionColour(name))}
      <span class="value"><bdi>${value === undefined ? '–' : words.percent(value)}</bdi></span>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-probability-bars': QcsProbabilityBars;
  }
}
