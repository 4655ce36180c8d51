/** What the chosen face looks like, in one line, and the way to the other faces. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FaceObservation } from '../../inference/observation.js';
import { recogniseArea } from '../../messages/recognise/area.js';
import { emit } from '../ui/events.js';
import { expressionIcon, icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { buttonStyles, CLEAR_CONFIDENCE, expressionColour, tokens } from '../ui/tokens.js';
import { peopleWouldSay, whyUnclear } from '../ui/words.js';
import { styled } from '../ui/styled.js';

/**
 * The reading of one face: "Looks like happiness", with its percentage, and buttons to the previous and the next face.
 *
 * @event qcs-command - A button was pressed; `<qcs-fer>` around it carries out `detail`.
 * @csspart headline - The sentence.
 * @csspart value - The percentage.
 * @csspart people - How ten people would answer, where the model knows.
 */
export class QcsFaceReading extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 4px 12px;
        align-items: center;
        min-block-size: 56px;
      }
      .face {
        display: grid;
        place-items: center;
        inline-size: 44px;
        block-size: 44px;
        border-radius: 50%;
        background: color-mix(in oklab, var(--_colour) 26%, var(--_surface));
      }
      .empty {
        border: 2px dashed var(--_line);
        background: none;
      }
      .headline {
        font-size: 18px;
        font-weight: 600;
        letter-spacing: -0.01em;
        line-height: 1.25;
      }
      .reason {
        grid-column: 2 / -1;
      }
      .note {
        color: var(--_ink-soft);
        font-size: 14px;
      }
      .value {
        font-size: 22px;
        font-weight: 600;
      }
      .walk {
        display: flex;
        grid-column: 1 / -1;
        align-items: center;
        justify-content: space-between;
        text-align: center;
        color: var(--_ink-soft);
        font-size: 14px;
      }
      :host(:dir(rtl)) .walk svg {
        transform: scaleX(-1);
      }
      @media (forced-colors: active) {
        .face {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];

  @property({ attribute: false }) faces: readonly FaceObservation[] = [];
  @property({ attribute: false }) selected: number | undefined;
  /** What faces are called, by their ids. */
  @property({ attribute: false }) names: ReadonlyMap<number, string> = new Map();
  /** Said where there is no face to read. */
  @property({ attribute: false }) emptyText: string | undefined;

  private readonly localised = new Localised(this, recogniseArea);

  protected override render(): TemplateResult {
    const { words } = this.localised;
    const index = this.faces.findIndex((face) => face.id === this.selected);
    const face = this.faces[index];
    if (face === undefined) {
      return html`<span class="face empty"></span>
        <span class="note" part="headline">${this.emptyText ?? words.text('noFaceInPicture')}</span>`;
    }
    const reason = whyUnclear(words, face.conditions);
    if (reason !== undefined) return this.renderUnclear(reason, index);
    const clear = face.confidence >= CLEAR_CONFIDENCE;
    const expression = words.expression(face.expression);
    const people = peopleWouldSay(words, face);
    return html`<span class="face" ${styled({ '--_colour': expressionColour(face.expression) })}
        >${expressionIcon(face.expression, 28)}</span
      >
      <span>
        <span class="headline" part="headline"
          >${clear ? words.shared('looksLike', { expression }) : words.shared('notClear')}</span
        >
        ${clear ? nothing : html`<br /><span class="note">${words.shared('perhaps', { expression })}</span>`}
        ${people === undefined ? nothing : html`<br /><span class="note" part="people">${people}</span>`}
      </span>
      <span class="value" part="value"><bdi>${words.percent(face.confidence)}</bdi></span>
      ${this.faces.length > 1 ? this.renderWalk(index) : nothing}`;
  }

  /** A face that cannot be read gets no label: a reason is worth more than a wrong word. */
  private renderUnclear(reason: string, index: number): TemplateResult {
    return html`<span class="face empty"></span>
      <span class="headline reason" part="headline">${this.localised.words.shared('notClearReason', { reason })}</span>
      ${this.faces.length > 1 ? this.renderWalk(index) : nothing}`;
  }

  private renderWalk(index: number): TemplateResult {
    const { words } = this.localised;
    const total = this.faces.length;
    const name = this.names.get(this.selected ?? Number.NaN);
    const go = (step: number) => {
      const face = this.faces[(index + step + total) % total];
      if (face !== undefined) emit(this, 'qcs-command', { name: 'select', faceId: face.id });
    };
    return html`<span class="walk">
      <button type="button" class="quiet" aria-label=${words.text('previousFace')} @click=${() => go(-1)}>
        ${icon('previous')}
      </button>
      <span
        >${name === undefined ? nothing : html`<b>${name}</b><br />`}${words.text('faceOf', { index: index + 1, total })}</span
      >
      <button type="button" class="quiet" aria-label=${words.text('nextFace')} @click=${() => go(1)}>
        ${icon('next')}
      </button>
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-face-reading': QcsFaceReading;
  }
}
