/** Expressions over time: a stacked picture for the eye, a table for screen readers, a slider where there is something to seek. */
import { clamp } from '../../../base/numbers.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { LIVE_SECONDS, summarise, type TimelineSample, type TimelineSummary } from './history.js';
import { drawTimeline } from './timeline-drawing.js';
import { emit } from '../../ui/events.js';
import { row } from '../../ui/styles.js';
import { table } from '../../ui/table.js';
import { expressionColour, tokens } from '../../ui/tokens.js';
import { Localised } from '../../ui/localised.js';
import { clock } from '../../ui/words.js';
import { styled } from '../../ui/styled.js';

/** The table has this many rows and is written again at most this often: it is for reading, not for watching. */
const TABLE_ROWS = 6;
const TABLE_INTERVAL = 5000;
/** A live picture moves the drawing by a pixel or two a frame: it is drawn again at most this often, milliseconds. */
const DRAW_INTERVAL = 90;
/** A class that reaches this probability somewhere stands in the legend. */
const LEGEND_SHARE = 0.15;
/** Keys seek by so many seconds; Home and End as far as it goes. */
const SEEK_KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** `qcs-seek`: the person wants to go to a moment of the video. */
export interface SeekDetail {
  /** Seconds. */
  readonly time: number;
}

/**
 * The probabilities of one face over time as stacked areas: the last 30 seconds of a live picture, or the whole length of a video,
 * where a click, a drag or the arrow keys seek.
 *
 * @event qcs-seek - The person chose a moment: `detail.time` in seconds.
 * @csspart plot - The drawing.
 * @csspart legend - The names of the colours that fill it.
 * @cssproperty [--qcs-timeline-height=64px] - Height of the drawing.
 */
export class QcsExpressionTimeline extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        font-size: 13px;
      }
      .plot {
        position: relative;
        direction: ltr;
        block-size: var(--qcs-timeline-height, 64px);
        overflow: hidden;
        border-radius: var(--_radius-control);
        background: var(--_raised);
      }
      .plot[role='slider'] {
        cursor: pointer;
        touch-action: none;
      }
      canvas {
        display: block;
        inline-size: 100%;
        block-size: 100%;
      }
      .axis {
        display: flex;
        justify-content: space-between;
        direction: ltr;
        margin-block-start: 4px;
        color: var(--_ink-soft);
      }
      .legend {
        ${row};
        gap: 4px 12px;
        margin-block-start: 4px;
        color: var(--_ink-soft);
      }
      .legend li {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .swatch {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 3px;
        background: var(--_colour);
        forced-color-adjust: none;
      }
      @media (forced-colors: active) {
        .plot {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];

  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) samples: readonly TimelineSample[] = [];
  /** Length of the video in seconds; undefined for a live picture. */
  @property({ attribute: false }) duration: number | undefined;
  /** Seconds: the newest moment of a live picture, the position in a video. */
  @property({ attribute: false }) time = 0;

  private readonly localised = new Localised(this, recogniseArea);
  @state() private summary: readonly TimelineSummary[] = [];
  /** Classes that fill enough of the drawing to be named. */
  private visible: readonly string[] = [];
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private resizes: ResizeObserver | undefined;
  private drawn = Number.NEGATIVE_INFINITY;
  private summarised = Number.NEGATIVE_INFINITY;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.watchSize();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes?.disconnect();
  }

  protected override firstUpdated(): void {
    this.watchSize();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('samples') && !changed.has('duration')) return;
    this.visible = this.classes.filter((name) =>
      this.samples.some((sample) => (sample.probabilities[name] ?? 0) > LEGEND_SHARE),
    );
    const now = performance.now();
    if (this.samples.length > 0 && now - this.summarised < TABLE_INTERVAL) return;
    this.summarised = this.samples.length > 0 ? now : Number.NEGATIVE_INFINITY;
    const { from, to } = this.span;
    this.summary = summarise(this.samples, from, to + 1e-6, TABLE_ROWS);
  }

  protected override updated(): void {
    const now = performance.now();
    if (this.duration === undefined && now - this.drawn < DRAW_INTERVAL) return;
    this.drawn = now;
    this.draw();
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    return html`<figure>
      ${this.renderPlot()}
      <div class="axis" aria-hidden="true">
        ${
          this.duration === undefined
            ? html`<span>${words.text('secondsAgo', { seconds: LIVE_SECONDS })}</span><span>${words.text('now')}</span>`
            : html`<span>${clock(this.time)}</span><span>${clock(this.duration)}</span>`
        }
      </div>
      ${this.renderLegend()} ${this.renderTable()}
    </figure>`;
  }

  private renderPlot(): TemplateResult {
    const canvas = html`<canvas aria-hidden="true"></canvas>`;
    const { words } = this.localised;
    if (this.duration === undefined) return html`<div class="plot" part="plot">${canvas}</div>`;
    return html`<div
      class="plot"
      part="plot"
      role="slider"
      tabindex="0"
      aria-label=${words.text('position')}
      aria-valuemin="0"
      aria-valuemax=${Math.round(this.duration)}
      aria-valuenow=${Math.round(this.time)}
      aria-valuetext=${words.text('positionOf', { time: clock(this.time), duration: clock(this.duration) })}
      @pointerdown=${this.onPointer}
      @pointermove=${this.onPointer}
      @keydown=${this.onKeydown}
    >
      ${canvas}
    </div>`;
  }

  private renderLegend(): TemplateResult | typeof nothing {
    if (this.visible.length === 0) return nothing;
    return html`<ul class="legend" part="legend" aria-hidden="true">
      ${this.visible.map(
        (name) =>
          html`<li>
            <span class="swatch" ${styled({ '--_colour': expressionColour(name) })}></span
            >${this.localised.words.title(name)}
          </li>`,
      )}
    </ul>`;
  }

  private renderTable(): TemplateResult {
    const { words } = this.localised;
    const { to } = this.span;
    const when = (row: TimelineSummary) =>
      this.duration === undefined
        ? words.text('spanAgo', { from: Math.max(0, Math.round(to - row.to)), to: Math.round(to - row.from) })
        : words.text('span', { from: clock(row.from), to: clock(row.to) });
    const rows = this.summary.map((span) => [
      when(span),
      words.title(span.expression),
      words.percent(span.probability),
    ]);
    return html`<div class="visually-hidden">
      ${table(
        [words.text('column.time'), words.text('column.mostly'), words.text('column.mean')],
        rows,
        words.text('timelineTable'),
      )}
    </div>`;
  }

  private get span(): { from: number; to: number } {
    return this.duration === undefined
      ? { from: this.time - LIVE_SECONDS, to: this.time }
      : { from: 0, to: Math.max(this.duration, 1e-3) };
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    if (context === null || this.canvas.width === 0) return;
    const { duration } = this;
    drawTimeline(context, {
      ...this.span,
      samples: this.samples,
      classes: this.classes,
      gap: duration === undefined ? 1.5 : Math.max(1.5, duration / 100),
      playhead: duration === undefined ? undefined : this.time,
      ink: getComputedStyle(this).color,
    });
  }

  private watchSize(): void {
    this.resizes ??= new ResizeObserver(() => {
      const ratio = globalThis.devicePixelRatio;
      this.canvas.width = Math.round(this.canvas.clientWidth * ratio);
      this.canvas.height = Math.round(this.canvas.clientHeight * ratio);
      this.draw();
    });
    this.resizes.observe(this.canvas);
  }

  private readonly onPointer = (event: PointerEvent): void => {
    if (this.duration === undefined || (event.type === 'pointermove' && event.buttons === 0)) return;
    const plot = event.currentTarget as HTMLElement;
    if (event.type === 'pointerdown') plot.setPointerCapture(event.pointerId);
    const { left, width } = plot.getBoundingClientRect();
    this.seek(((event.clientX - left) / width) * this.duration);
  };

  private readonly onKeydown = (event: KeyboardEvent): void => {
    const seconds = SEEK_KEYS[event.key];
    if (this.duration === undefined || seconds === undefined) return;
    event.preventDefault();
    this.seek(this.time + seconds);
  };

  private seek(time: number): void {
    emit(this, 'qcs-seek', { time: clamp(time, 0, this.duration ?? 0) });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-expression-timeline': QcsExpressionTimeline;
  }
  interface GlobalEventHandlersEventMap {
    'qcs-seek': CustomEvent<SeekDetail>;
  }
}
