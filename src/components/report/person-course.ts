/** One person's expressions over time: stacked areas to look into, to zoom and to choose a moment in. */
import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { clamp } from '../../base/numbers.js';
import { reportArea } from '../../messages/report/area.js';
import { chartAreas, ticksOf, type ChartArea, type TimeRange } from '../../report/chart.js';
import type { Session } from '../../report/session.js';
import { secondsText } from '../../report/words.js';
import { emit } from '../ui/events.js';
import { Localised } from '../ui/localised.js';
import { styled } from '../ui/styled.js';
import { buttonStyles, expressionColour, tokens } from '../ui/tokens.js';
import './events.js';

/** The drawing's own units. */
const SIZE = { width: 1000, height: 100 };
const ZOOM = 2;
/** Nothing is to be seen in less than this, seconds. */
const SHORTEST = 1;
/** A key moves this share of what is in view. */
const STEP = 0.02;

/**
 * @event qcs-report-seek - A moment was chosen: `detail.time`, seconds.
 */
export class QcsPersonCourse extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      .course {
        position: relative;
        block-size: 88px;
        overflow: hidden;
        border-radius: 8px;
        background: var(--_raised);
        cursor: pointer;
        touch-action: pan-y;
      }
      svg {
        display: block;
        inline-size: 100%;
        block-size: 100%;
      }
      .playhead,
      .marker {
        position: absolute;
        inset-block: 0;
        inline-size: 2px;
        background: var(--_ink);
        pointer-events: none;
        forced-color-adjust: none;
      }
      .marker {
        inline-size: 0;
        border-inline-start: 2px dashed var(--_ink);
        background: none;
        opacity: 0.6;
      }
      .under {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .ticks {
        position: relative;
        block-size: 20px;
        overflow: hidden;
        color: var(--_ink-soft);
        font-size: 12px;
      }
      .ticks span {
        position: absolute;
        transform: translateX(-50%);
        white-space: nowrap;
      }
      .ticks span:first-child {
        transform: none;
      }
      button {
        min-block-size: 32px;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        flex: 1;
        gap: 4px 16px;
        margin: 0;
        padding: 0;
        font-size: 13px;
        list-style: none;
      }
      .key li {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .key i {
        inline-size: 12px;
        block-size: 12px;
        border-radius: 3px;
        forced-color-adjust: none;
      }
    `,
  ];

  @property({ attribute: false }) session: Session | undefined;
  @property({ attribute: false }) person = 0;
  /** The chosen moment, seconds. */
  @property({ attribute: false }) time = 0;
  private readonly localised = new Localised(this, reportArea);
  @state() private zoomed: TimeRange | undefined;
  private drawn: { readonly of: Session; readonly range: TimeRange; readonly areas: readonly ChartArea[] } | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { session, range, time } = this;
    const { words } = this.localised;
    if (session === undefined) return nothing;
    const at = (seconds: number) => `${(100 * (seconds - range.from)) / (range.to - range.from)}%`;
    const isIn = (seconds: number) => seconds >= range.from && seconds <= range.to;
    return html`<div
        class="course"
        dir="ltr"
        role="slider"
        tabindex="0"
        aria-label=${words.text('moment')}
        aria-valuemin="0"
        aria-valuemax=${this.length}
        aria-valuenow=${time}
        aria-valuetext=${secondsText(time, words)}
        @click=${this.onClick}
        @keydown=${this.onKey}
      >
        <svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" preserveAspectRatio="none" aria-hidden="true">
          ${this.areasOf(session, range).map(
            ({ expression, path }) => svg`<path d=${path} fill=${expressionColour(expression)}></path>`,
          )}
        </svg>
        ${session.markers
          .filter((marker) => isIn(marker.time))
          .map((marker) => html`<i class="marker" title=${marker.text} ${styled({ left: at(marker.time) })}></i>`)}
        ${isIn(time) ? html`<i class="playhead" ${styled({ left: at(time) })}></i>` : nothing}
      </div>
      <div class="ticks" dir="ltr" aria-hidden="true">
        ${ticksOf(range).map((tick) => html`<span ${styled({ left: at(tick) })}>${secondsText(tick, words)}</span>`)}
      </div>
      <div class="under">
        ${this.renderKey(session)}
        <button type="button" class="quiet" ?disabled=${this.zoomed === undefined} @click=${() => this.zoom(1 / ZOOM)}>
          <span aria-hidden="true">−</span><span class="visually-hidden">${words.text('zoomOut')}</span>
        </button>
        <button type="button" class="quiet" @click=${() => this.zoom(ZOOM)}>
          <span aria-hidden="true">+</span><span class="visually-hidden">${words.text('zoomIn')}</span>
        </button>
      </div>`;
  }

  private renderKey(session: Session): TemplateResult {
    const { words } = this.localised;
    return html`<ul class="key" aria-label=${words.text('chartKey')}>
      ${session.analysis.classes.map(
        (name) =>
          html`<li><i ${styled({ background: expressionColour(name) })}></i><span>${words.title(name)}</span></li>`,
      )}
    </ul>`;
  }

  private get length(): number {
    return Math.max(this.session?.analysis.duration ?? 0, SHORTEST);
  }

  private get range(): TimeRange {
    return this.zoomed ?? { from: 0, to: this.length };
  }

  private areasOf(session: Session, range: TimeRange): readonly ChartArea[] {
    const { drawn } = this;
    if (drawn?.of.analysis === session.analysis && drawn.range.from === range.from && drawn.range.to === range.to) {
      return drawn.areas;
    }
    const areas = chartAreas(session.analysis, this.person, range, SIZE);
    this.drawn = { of: session, range, areas };
    return areas;
  }

  /** Around the chosen moment. */
  private zoom(factor: number): void {
    const { from, to } = this.range;
    const width = Math.max(SHORTEST, (to - from) / factor);
    const middle = this.time >= from && this.time <= to ? this.time : (from + to) / 2;
    const begin = clamp(middle - width / 2, 0, Math.max(0, this.length - width));
    this.zoomed = width >= this.length ? undefined : { from: begin, to: begin + width };
  }

  private readonly onClick = (event: MouseEvent): void => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { from, to } = this.range;
    this.seek(from + ((event.clientX - left) / width) * (to - from));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const { from, to } = this.range;
    const step = (to - from) * STEP;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowRight: this.time + step,
      ArrowLeft: this.time - step,
      Home: 0,
      End: this.length,
    };
    const target = targets[event.key];
    if (target !== undefined) this.seek(target);
    else if (event.key === '+') this.zoom(ZOOM);
    else if (event.key === '-') this.zoom(1 / ZOOM);
    else return;
    event.preventDefault();
  };

  private seek(time: number): void {
    emit(this, 'qcs-report-seek', { time: clamp(time, 0, this.length) });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-person-course': QcsPersonCourse;
  }
}
