/** Accuracy under growing damage, a small chart for each kind. */
import { css, html, LitElement, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { CORRUPTION_LEVELS, CORRUPTIONS, type Corruption } from '../../evaluation/corruptions.js';
import type { Interval } from '../../evaluation/intervals.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import { corruptionName } from './evaluate-settings.js';
import { exactPercent, MODEL_COLOURS, range } from '../ui/measure-text.js';
import { tokens } from '../ui/tokens.js';

const WIDTH = 190;
const HEIGHT = 150;
const LEFT = 30;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 30;
const STEPS = 5;

/** A model's name with its report. */
export interface NamedReport {
  readonly name: string;
  readonly report: EvaluationReport;
}

interface Point {
  readonly strength: number;
  readonly accuracy: Interval;
}

/** One chart: strength 0 is the undamaged data set. Coloured by the tokens; usable in any page. */
export function robustnessChart(corruption: Corruption, models: readonly NamedReport[]): TemplateResult {
  const curves = models.map(({ report }): Point[] => [
    { strength: 0, accuracy: report.accuracy },
    ...(report.corruptions?.[corruption] ?? []),
  ]);
  const y = (value: number) => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
  return html`<svg
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label=${describe(corruption, models, curves)}
    class="curves"
  >
    ${[0, 0.5, 1].map(
      (tick) => svg`<line class="grid" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${y(tick)} y2=${y(tick)} />
        <text x=${LEFT - 6} y=${y(tick) + 4} text-anchor="end">${tick * 100}</text>`,
    )}
    ${Array.from({ length: STEPS + 1 }, (_, step) => svg`<text x=${xOf(step)} y=${HEIGHT - 16} text-anchor="middle">${step}</text>`)}
    ${curves.map((points, index) => curve(points, index, y))}
    <text x=${xOf(STEPS / 2)} y=${HEIGHT - 3} text-anchor="middle">strength</text>
  </svg>`;
}

function curve(points: readonly Point[], index: number, y: (value: number) => number): SVGTemplateResult {
  const place = (value: (point: Point) => number) => (point: Point) => `${xOf(point.strength)},${y(value(point))}`;
  const upper = points.map(place(({ accuracy }) => accuracy.high));
  const lower = points.map(place(({ accuracy }) => accuracy.low)).toReversed();
  const style = `--_series: ${MODEL_COLOURS[index]}`;
  return svg`<g style=${style}>
    <polygon class="band" points=${[...upper, ...lower].join(' ')} />
    <polyline class=${index === 0 ? 'line' : 'line second'} points=${points.map(place(({ accuracy }) => accuracy.value)).join(' ')} />
    ${points.map(
      ({ strength, accuracy }) => svg`<circle class="point" cx=${xOf(strength)} cy=${y(accuracy.value)} r="3">
        <title>${`Strength ${strength}: ${exactPercent(accuracy.value)} (${range(accuracy)})`}</title>
      </circle>`,
    )}
  </g>`;
}

function xOf(strength: number): number {
  return LEFT + (strength / STEPS) * (WIDTH - LEFT - RIGHT);
}

function describe(
  corruption: Corruption,
  models: readonly NamedReport[],
  curves: readonly (readonly Point[])[],
): string {
  const lines = curves.map(
    (points, index) =>
      `${models[index].name}: ${points.map(({ strength, accuracy }) => `${strength} ${exactPercent(accuracy.value)}`).join(', ')}`,
  );
  return `Accuracy by strength of ${corruption}. ${lines.join('. ')}`;
}

export const robustnessStyles = css`
  .curves {
    direction: ltr;
    display: block;
    inline-size: 100%;
    block-size: auto;
    font-size: 11px;
  }
  .curves text {
    fill: var(--_ink-soft);
  }
  .curves .grid {
    stroke: var(--_line);
  }
  .curves .band {
    fill: var(--_series);
    fill-opacity: 0.16;
  }
  .curves .line {
    fill: none;
    stroke: var(--_series);
    stroke-width: 2;
    stroke-linejoin: round;
  }
  .curves .second {
    stroke-dasharray: 5 3;
  }
  .curves .point {
    fill: var(--_series);
  }
`;

/** The kinds of damage that were measured, as small charts side by side. */
export class QcsRobustnessCurves extends LitElement {
  static override readonly styles = [
    tokens,
    robustnessStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(170px, 1fr));
        gap: 16px;
        align-items: end;
        font-size: 14px;
      }
      figcaption {
        margin-block-end: 4px;
        font-weight: 600;
      }
      figcaption small {
        display: block;
        color: var(--_ink-soft);
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) models: readonly NamedReport[] = [];

  protected override render(): readonly TemplateResult[] {
    return CORRUPTIONS.filter((name) => this.models.some(({ report }) => report.corruptions?.[name] !== undefined)).map(
      (name) =>
        html`<figure>
          <figcaption>${corruptionName(name)}<small>${CORRUPTION_LEVELS[name].unit}</small></figcaption>
          ${robustnessChart(name, this.models)}
        </figure>`,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-robustness-curves': QcsRobustnessCurves;
  }
}
