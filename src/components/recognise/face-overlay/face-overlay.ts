/** Corner brackets and labels over the faces of a picture. */
import { clamp } from '../../../base/numbers.js';
import { css, html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { Box, FaceObservation, FrameObservation } from '../../../inference/observation.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { FaceSlots } from './slots.js';
import { placeBox, placeMedia, type Size } from './fit.js';
import { placeLabels, type LabelPlace } from './label-places.js';
import { enlarged, zoomOn, type Zoom } from './zoom.js';
import { emit } from '../../ui/events.js';
import { expressionIcon, icon } from '../../ui/icons.js';
import { listTarget } from '../../ui/keys.js';
import { Localised } from '../../ui/localised.js';
import { CLEAR_CONFIDENCE, expressionColour, tokens } from '../../ui/tokens.js';
import { whyUnclear } from '../../ui/words.js';
import { styled, type Declarations } from '../../ui/styled.js';

/** A face narrower than this on the screen, in CSS px, has room for an icon only, unless it is selected. */
const ROOM_FOR_WORDS = 84;
/** A label takes this much beside its text, and for each letter of a narrow and of a wide script, CSS px. */
const LABEL_FRAME = 42;
const LETTER = { narrow: 7.6, wide: 14 };
const WIDE_SCRIPTS = /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uff60]/u;

/** `qcs-select`: the person chose a face. */
export interface SelectDetail {
  readonly id: number;
}

/**
 * Draws one bracket and label a face and lets people choose a face by pointer, Tab and arrow keys.
 * Lies over a replaced element of the same size and follows its `object-fit`, `object-position` and mirroring.
 *
 * @event qcs-select - The person chose a face: `detail.id`.
 * @csspart face - One face: the button around its brackets.
 * @csspart label - The label of a face.
 * @cssproperty [--qcs-bracket-width=3px] - Stroke of the brackets.
 */
export class QcsFaceOverlay extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        position: absolute;
        inset: 0;
        overflow: hidden;
        pointer-events: none;
        direction: ltr;
      }
      button {
        position: absolute;
        inset: 0 auto auto 0;
        padding: 0;
        border: 0;
        border-radius: 14px;
        background: none;
        color: inherit;
        font: inherit;
        pointer-events: auto;
        cursor: pointer;
        min-inline-size: 24px;
        min-block-size: 24px;
      }
      button:focus-visible {
        outline: 3px solid #fff;
        outline-offset: 3px;
        box-shadow: 0 0 0 8px rgb(0 0 0 / 55%);
      }
      svg.brackets {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        overflow: visible;
        fill: none;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .edge {
        stroke: rgb(0 0 0 / 45%);
        stroke-width: calc(var(--qcs-bracket-width, 3px) + 2px);
      }
      .line {
        stroke: var(--_colour);
        stroke-width: var(--qcs-bracket-width, 3px);
      }
      .dimmed svg.brackets {
        opacity: 0.8;
      }
      .dimmed .line {
        stroke-width: calc(var(--qcs-bracket-width, 3px) - 1px);
      }
      .dimmed .edge {
        stroke-width: var(--qcs-bracket-width, 3px);
      }
      .faint svg.brackets {
        opacity: 0.75;
        stroke-dasharray: 5 6;
      }
      .selected {
        z-index: 2;
      }
      .label {
        position: absolute;
        inset: 0 auto auto 0;
        display: inline-flex;
        align-items: center;
        gap: 6px;
        block-size: 28px;
        padding: 0 10px 0 5px;
        border-radius: 14px;
        background: rgb(10 15 18 / 84%);
        color: #fff;
        font-size: 14px;
        font-weight: 550;
        white-space: nowrap;
      }
      .label i {
        display: inline-flex;
        color: var(--_colour);
        filter: brightness(1.25);
      }
      .label b {
        font-weight: 650;
      }
      .dimmed .label {
        opacity: 0.88;
      }
      .faint .label b {
        opacity: 0.85;
        font-weight: 500;
      }
      .label:is(.icon, .spot) {
        block-size: 22px;
        padding: 0 2px;
      }
      button:not(:hover, :focus-visible) .label:is(.icon, .spot) .extra {
        display: none;
      }
      button:not(:hover, :focus-visible) .label.spot {
        inline-size: 10px;
        block-size: 10px;
        padding: 0;
        border: 2px solid rgb(10 15 18 / 84%);
        background: var(--_colour);
      }
      button:not(:hover, :focus-visible) .label.spot i {
        display: none;
      }
      button:is(:hover, :focus-visible) {
        z-index: 3;
      }
      button:is(:hover, :focus-visible) .label:is(.icon, .spot) {
        translate: var(--_shift) 0;
        padding-inline: 5px 10px;
      }
      @media (forced-colors: active) {
        .line {
          stroke: CanvasText;
        }
        .selected .line {
          stroke: Highlight;
        }
        .label {
          border: 1px solid CanvasText;
          background: Canvas;
          color: CanvasText;
        }
        .label i {
          color: CanvasText;
        }
      }
    `,
  ];

  @property({ attribute: false }) observation: FrameObservation | undefined;
  /** Id of the emphasised face. */
  @property({ attribute: false }) selected: number | undefined;
  /** The replaced element underneath: its computed `object-fit` and `object-position` are followed. */
  @property({ attribute: false }) media: Element | undefined;
  /** Id of the face that fills the stage; the photo underneath is enlarged with it. */
  @property({ attribute: false }) zoomed: number | undefined;
  /** The picture underneath is shown as in a mirror. */
  @property({ type: Boolean }) mirrored = false;
  /** Draws brackets around faces. */
  @property({ type: Boolean }) boxes = true;
  /** Writes the expression beside each face. */
  @property({ type: Boolean }) labels = true;

  private readonly localised = new Localised(this, recogniseArea);
  @state() private stage: Size = { width: 0, height: 0 };
  private fit: Pick<CSSStyleDeclaration, 'objectFit' | 'objectPosition'> = {
    objectFit: 'contain',
    objectPosition: '50% 50%',
  };
  private zoom: Zoom | undefined;
  private resizes: ResizeObserver | undefined;
  private readonly slots = new FaceSlots();

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.stage = entry.contentRect;
    });
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes?.disconnect();
  }

  protected override willUpdate(): void {
    if (this.media === undefined) return;
    this.fit = getComputedStyle(this.media);
    const face = this.observation?.faces.find(({ id }) => id === this.zoomed);
    this.zoom = face === undefined ? undefined : zoomOn(this.placed(face), this.stage);
    if (this.media instanceof HTMLCanvasElement) {
      const { scale, x, y } = this.zoom ?? { scale: 1, x: 0, y: 0 };
      this.media.style.transformOrigin = '0 0';
      this.media.style.transform = this.zoom === undefined ? '' : `translate(${x}px, ${y}px) scale(${scale})`;
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('selected')) return;
    const active = this.renderRoot.querySelector<HTMLElement>(':focus');
    if (active !== null) this.focusFace(this.selected);
  }

  protected override render(): unknown {
    const faces = this.observation?.faces ?? [];
    if (faces.length === 0 || this.stage.width === 0 || (!this.boxes && !this.labels)) return nothing;
    const drawn = faces.map((face) => ({ face, box: this.boxOnStage(face) }));
    const places = this.labels ? this.labelPlaces(drawn) : undefined;
    return html`<div role="radiogroup" aria-label=${this.localised.words.text('facesGroup')} @keydown=${this.onKeydown}>
      ${this.slots
        .arrange(drawn)
        .map((each) =>
          each === undefined
            ? nothing
            : keyed(each.face.id, this.renderFace(each.face, each.box, places?.get(each.face.id))),
        )}
    </div>`;
  }

  /** The chosen face first, then the largest. */
  private labelPlaces(drawn: readonly DrawnFace[]): ReadonlyMap<number, LabelPlace> {
    const first = drawn.filter(({ face }) => face.id === this.selected);
    const wanted = [...first, ...drawn.filter(({ face }) => face.id !== this.selected)].map(({ face, box }) => {
      const inWords = face.id === this.selected || box.width >= ROOM_FOR_WORDS;
      return { id: face.id, box, width: inWords ? labelWidth(this.spoken(face)) : undefined };
    });
    return placeLabels(wanted, this.stage);
  }

  private renderFace(face: FaceObservation, box: Box, place: LabelPlace | undefined): TemplateResult {
    const { words } = this.localised;
    const selected = face.id === this.selected;
    const classes = [selected ? 'selected' : 'dimmed', isFaint(face) ? 'faint' : ''];
    const style = {
      transform: `translate(${box.x}px, ${box.y}px)`,
      width: `${box.width}px`,
      height: `${box.height}px`,
      '--_colour': expressionColour(face.expression),
    };
    return html`<button
      part="face"
      class=${classes.filter(Boolean).join(' ')}
      type="button"
      role="radio"
      aria-checked=${selected}
      tabindex=${selected ? 0 : -1}
      data-face=${face.id}
      ${styled(style)}
      @click=${() => this.select(face.id)}
    >
      ${this.boxes ? brackets(box) : nothing}
      <span class="visually-hidden">${words.text('faceNumber', { index: face.id })}: </span>
      ${
        place === undefined
          ? html`<span class="visually-hidden">${this.spoken(face)}</span>`
          : this.renderLabel(face, box, place)
      }
    </button>`;
  }

  private renderLabel(face: FaceObservation, box: Box, { kind, x, y }: LabelPlace): TemplateResult {
    const { words } = this.localised;
    const overhang = Math.min(0, this.stage.width - labelWidth(this.spoken(face)) - box.x - x);
    const style: Declarations = { transform: `translate(${x}px, ${y}px)`, '--_shift': `${overhang}px` };
    const isUnclear = whyUnclear(words, face.conditions) !== undefined;
    return html`<span part="label" class="label ${kind}" ${styled(style)}
      ><i>${isUnclear ? icon('unclear', 18) : expressionIcon(face.expression, 18)}</i
      ><span class="extra"
        >${
          isUnclear
            ? words.shared('notClear')
            : html`${words.title(face.expression)} <b>${words.percent(face.confidence)}</b>`
        }</span
      ></span
    >`;
  }

  private spoken({ conditions, expression, confidence }: FaceObservation): string {
    const { words } = this.localised;
    if (whyUnclear(words, conditions) !== undefined) return words.uncapital(words.shared('notClear'));
    return `${words.expression(expression)} ${words.percent(confidence)}`;
  }

  private boxOnStage(face: FaceObservation): Box {
    const box = this.placed(face);
    return this.zoom === undefined ? box : enlarged(box, this.zoom);
  }

  /** Without the zoom. */
  private placed(face: FaceObservation): Box {
    const { width, height } = this.observation ?? { width: 0, height: 0 };
    return placeBox(
      face.box,
      placeMedia({ width, height }, this.stage, this.fit.objectFit, this.fit.objectPosition, this.mirrored),
    );
  }

  private readonly onKeydown = (event: KeyboardEvent): void => {
    if (this.walk(event.key)) event.preventDefault();
  };

  /**
   * Arrow keys walk the faces in the order in which they stand on the screen, Home and End go to the ends. False for other keys, and where
   * there is no face.
   */
  walk(key: string): boolean {
    const ids = [...(this.observation?.faces ?? [])]
      .sort((a, b) => this.boxOnStage(a).x - this.boxOnStage(b).x)
      .map((face) => face.id);
    const index = ids.indexOf(this.selected ?? Number.NaN);
    const target = listTarget(key, index, ids.length);
    const id = target === undefined ? undefined : ids[target];
    if (id === undefined) return false;
    this.select(id);
    return true;
  }

  private select(id: number): void {
    emit(this, 'qcs-select', { id });
  }

  private focusFace(id: number | undefined): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-face="${id ?? ''}"]`)?.focus();
  }
}

interface DrawnFace {
  readonly face: FaceObservation;
  /** On the stage, CSS px. */
  readonly box: Box;
}

/** About what a label takes, so that nothing has to be laid out to know, CSS px. */
function labelWidth(text: string): number {
  const letters = Array.from(text, (letter) => (WIDE_SCRIPTS.test(letter) ? LETTER.wide : LETTER.narrow));
  return letters.reduce((sum, width) => sum + width, LABEL_FRAME);
}

function isFaint({ confidence, conditions }: FaceObservation): boolean {
  return confidence < CLEAR_CONFIDENCE || conditions.flags.length > 0;
}

/** Four rounded corners of a box, as one path. */
function brackets({ width, height }: Box): TemplateResult {
  const arm = clamp(Math.min(width, height) * 0.2, 7, 36);
  const radius = Math.min(12, arm * 0.7);
  const straight = arm - radius;
  const path = [
    `M0 ${arm}v${-straight}a${radius} ${radius} 0 0 1 ${radius} ${-radius}h${straight}`,
    `M${width - arm} 0h${straight}a${radius} ${radius} 0 0 1 ${radius} ${radius}v${straight}`,
    `M${width} ${height - arm}v${straight}a${radius} ${radius} 0 0 1 ${-radius} ${radius}h${-straight}`,
    `M${arm} ${height}h${-straight}a${radius} ${radius} 0 0 1 ${-radius} ${-radius}v${-straight}`,
  ].join('');
  return html`<svg class="brackets" aria-hidden="true">
    ${svg`<path class="edge" d=${path} /><path class="line" d=${path} />`}
  </svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-face-overlay': QcsFaceOverlay;
  }
  interface GlobalEventHandlersEventMap {
    'qcs-select': CustomEvent<SelectDetail>;
  }
}
