/** Accuracy under growing damage, a small chart for each kind. */
import { css, html, LitElement, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { CORRUPTION_NAMES, STRENGTHS, type Corruption } from '../../evaluation/corruptions.js';
import type { Interval } from '../../evaluation/intervals.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import { evaluateArea } from '../../messages/evaluate/area.js';
import {
  axisStyles,
  horizontalAxis,
  inPercent,
  linearScale,
  ticks,
  verticalAxis,
  type Frame,
} from '../ui/charts/axes.js';
import { exactPercent, range } from '../ui/measured.js';
import { Localised } from '../ui/localised.js';
import { MODEL_COLOURS, tokens } from '../ui/tokens.js';
import { styled } from '../ui/styled.js';
import type { EvaluateWords } from './evaluate-words.js';

const FRAME: Frame = { width: 190, height: 150, left: 30, right: 180, top: 8, bottom: 120, gap: 6 };
/** Strength 0 is the undamaged image. */
const MARKS = [0, ...STRENGTHS];
const X = linearScale([0, STRENGTHS.length], [FRAME.left, FRAME.right]);
const Y = linearScale([0, 1], [FRAME.bottom, FRAME.top]);

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
export function robustnessChart(
  corruption: Corruption,
  models: readonly NamedReport[],
  words: EvaluateWords,
): TemplateResult {
  const curves = models.map(({ report }): Point[] => [
    { strength: 0, accuracy: report.accuracy },
    ...(report.corruptions?.[corruption] ?? []),
  ]);
  const { width, height } = FRAME;
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${describe(corruption, models, curves, words)}
    class="chart curves"
  >
    ${verticalAxis(FRAME, { scale: Y, ticks: ticks([0, 1], 2), label: inPercent })}
    ${horizontalAxis(FRAME, { scale: X, ticks: MARKS, title: words.text('strengthAxis') })}
    ${curves.map((points, index) => curve(points, index, words))}
  </svg>`;
}

function curve(points: readonly Point[], index: number, words: EvaluateWords): SVGTemplateResult {
  const place = (value: (point: Point) => number) => (point: Point) => `${X(point.strength)},${Y(value(point))}`;
  const upper = points.map(place(({ accuracy }) => accuracy.high));
  const lower = points.map(place(({ accuracy }) => accuracy.low)).toReversed();
  return svg`<g ${styled({ '--_series': MODEL_COLOURS[index] })}>
    <polygon class="band" points=${[...upper, ...lower].join(' ')} />
    <polyline class=${index === 0 ? 'line' : 'line second'} points=${points.map(place(({ accuracy }) => accuracy.value)).join(' ')} />
    ${points.map(
      ({ strength, accuracy }) => svg`<circle class="point" cx=${X(strength)} cy=${Y(accuracy.value)} r="3">
        <title>${words.text('strengthPoint', { strength, accuracy: exactPercent(accuracy.value, words), interval: range(accuracy, words) })}</title>
      </circle>`,
    )}
  </g>`;
}

function describe(
  corruption: Corruption,
  models: readonly NamedReport[],
  curves: readonly (readonly Point[])[],
  words: EvaluateWords,
): string {
  const lines = curves.map(
    (points, index) =>
      `${models[index].name}: ${points.map(({ strength, accuracy }) => `${words.number(strength)} ${exactPercent(accuracy.value, words)}`).join(', ')}`,
  );
  return words.text('strengthChart', { damage: words.text(`damage.${corruption}`), curves: lines.join('. ') });
}

export const robustnessStyles = css`
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
    axisStyles,
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
      }
    `,
  ];

  @property({ attribute: false }) models: readonly NamedReport[] = [];
  private readonly localised = new Localised(this, evaluateArea);

  protected override render(): readonly TemplateResult[] {
    const { words } = this.localised;
    return CORRUPTION_NAMES.filter((name) =>
      this.models.some(({ report }) => report.corruptions?.[name] !== undefined),
    ).map(
      (name) =>
        html`<figure>
          <figcaption>${words.text(`damage.${name}`)}<small>${words.text(`unit.${name}`)}</small></figcaption>
          ${robustnessChart(name, this.models, words)}
        </figure>`,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-robustness-curves': QcsRobustnessCurves;
  }
}
