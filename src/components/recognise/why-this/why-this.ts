/** Why a face was read as it was: asked for by a button, told in a sentence and shown on the face. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { asQcsError } from '../../../errors.js';
import type { FaceObservation } from '../../../inference/observation.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { icon } from '../../ui/icons.js';
import { Localised } from '../../ui/localised.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import { whyUnclear } from '../../ui/words.js';
import { drawExplained } from './crop-drawing.js';
import type { ExplainedMoment } from './explain-moment.js';
import { carriedBy, proof, ratherThan, underConditions } from './reason-words.js';

/** Pixels of the drawing a side, for screens of two pixels a CSS px. */
const DRAWN = 400;

type Progress = 'idle' | 'asking' | 'told';

/**
 * A button "Why this?" and, once pressed, the parts of the face that carry its reading.
 *
 * @csspart why-face - The drawing of the face.
 */
export class QcsWhyThis extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      .told {
        display: grid;
        gap: 12px;
      }
      .shown {
        display: grid;
        grid-template-columns: minmax(96px, 148px) minmax(0, 1fr);
        gap: 16px;
        align-items: start;
      }
      canvas {
        inline-size: 100%;
        aspect-ratio: 1;
        border-radius: var(--_radius-control);
        background: var(--_stage);
      }
      .words {
        display: grid;
        gap: 8px;
        font-size: 14px;
      }
      .answer {
        font-size: 15px;
        font-weight: 600;
      }
      .soft {
        color: var(--_ink-soft);
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        border: 0;
      }
      fieldset label {
        position: relative;
        display: inline-flex;
        align-items: center;
        min-block-size: 32px;
        padding: 0 12px;
        border: 1px solid var(--_control-line);
        border-radius: 16px;
        font-size: 14px;
        cursor: pointer;
      }
      fieldset input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      fieldset label:has(:checked) {
        border-color: var(--_accent);
        background: color-mix(in oklab, var(--_accent) 14%, transparent);
      }
      fieldset label:has(:focus-visible) {
        outline: 2px solid var(--_accent);
        outline-offset: 2px;
      }
      .ends {
        display: flex;
        gap: 8px;
      }
    `,
  ];

  /** The face whose reading stands above. */
  @property({ attribute: false }) face: FaceObservation | undefined;
  /** Changes with the picture: what was told of another one is forgotten. */
  @property({ attribute: false }) picture: unknown;
  /** The picture goes on, so that the answer may be another one later. */
  @property({ type: Boolean }) live = false;
  /** The picture is shown as in a mirror. */
  @property({ type: Boolean }) mirrored = false;
  /** Asks the recogniser; undefined where the face had left. */
  @property({ attribute: false }) ask: (face: FaceObservation) => Promise<ExplainedMoment | undefined> = () =>
    Promise.resolve(undefined);

  @state() private progress: Progress = 'idle';
  @state() private moment: ExplainedMoment | undefined;
  @state() private against = false;
  @state() private fault: string | undefined;
  @query('canvas') private readonly canvas!: HTMLCanvasElement | null;
  private readonly localised = new Localised(this, recogniseArea);
  /** Answers to older questions are dropped. */
  private turn = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('picture') || (changed.has('face') && changed.get('face')?.id !== this.face?.id)) this.forget();
  }

  protected override updated(): void {
    const { canvas, moment } = this;
    if (canvas === null || moment === undefined) return;
    const { patches } = moment.explanation;
    const weights = patches.map(({ evidence, evidenceAgainst }) => (this.against ? evidenceAgainst : evidence));
    drawExplained(canvas, moment.picture, moment.explanation, { weights, mirrored: this.mirrored });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { face, moment, progress, fault } = this;
    const { words } = this.localised;
    if (progress === 'told' && moment !== undefined) return this.renderTold(moment);
    if (face === undefined || whyUnclear(words, face.conditions) !== undefined) return nothing;
    return html`<button type="button" ?disabled=${progress === 'asking'} @click=${() => void this.onAsk(face)}>
        ${icon('unclear')}${words.text('why')}
      </button>
      <p class="soft" role="status">${progress === 'asking' ? words.text('why.asking') : (fault ?? nothing)}</p>`;
  }

  private renderTold({ explanation, face }: ExplainedMoment): TemplateResult {
    const { words } = this.localised;
    const conditions = underConditions(words, face.conditions);
    const choice = (value: boolean, text: string) =>
      html`<label
        ><input
          type="radio"
          name="question"
          .checked=${this.against === value}
          @change=${() => (this.against = value)}
        />${text}</label
      >`;
    return html`<div class="told">
      <fieldset>
        <legend class="visually-hidden">${words.text('why.question')}</legend>
        ${choice(false, words.text('why.for', { expression: words.expression(explanation.expression) }))}
        ${choice(true, words.text('why.not', { expression: words.expression(explanation.against) }))}
      </fieldset>
      <div class="shown">
        <canvas
          part="why-face"
          width=${DRAWN}
          height=${DRAWN}
          role="img"
          aria-label=${words.text('why.picture')}
        ></canvas>
        <div class="words" role="status">
          <p class="answer">${this.against ? ratherThan(words, explanation) : carriedBy(words, explanation)}</p>
          ${this.against ? nothing : html`<p>${proof(words, explanation)}</p>`}
          ${conditions === undefined ? nothing : html`<p class="soft">${conditions}</p>`}
          <p class="soft">${words.text('why.legend')}</p>
        </div>
      </div>
      <p class="ends">
        ${
          this.live
            ? html`<button type="button" @click=${() => void this.onAsk(this.face ?? face)}>
                ${icon('retry')}${words.text('why.again')}
              </button>`
            : nothing
        }
        <button type="button" class="quiet" @click=${this.onClose}>${words.shared('close')}</button>
      </p>
    </div>`;
  }

  private async onAsk(face: FaceObservation): Promise<void> {
    const turn = ++this.turn;
    this.progress = 'asking';
    this.fault = undefined;
    try {
      const moment = await this.ask(face);
      if (turn !== this.turn) return;
      this.moment = moment;
      this.progress = moment === undefined ? 'idle' : 'told';
      this.fault = moment === undefined ? this.localised.words.text('why.gone') : undefined;
    } catch (error) {
      if (turn !== this.turn) return;
      this.progress = 'idle';
      this.fault = this.localised.words.fault(asQcsError(error));
    }
    await this.updateComplete;
    // The button that was pressed is gone.
    if (this.moment !== undefined) this.renderRoot.querySelector<HTMLElement>('input')?.focus();
  }

  private readonly onClose = async (): Promise<void> => {
    this.forget();
    await this.updateComplete;
    this.renderRoot.querySelector('button')?.focus();
  };

  private forget(): void {
    this.turn++;
    this.progress = 'idle';
    this.moment = undefined;
    this.fault = undefined;
    this.against = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-why-this': QcsWhyThis;
  }
}
