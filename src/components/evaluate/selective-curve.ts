/** Accuracy where a model is surest: what is gained by leaving the rest unanswered. */
import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { SelectivePoint } from '../../evaluation/selective.js';
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
import { tokens } from '../ui/tokens.js';
import type { EvaluateWords } from './evaluate-words.js';

const FRAME: Frame = { width: 296, height: 232, left: 44, right: 284, top: 12, bottom: 192, gap: 8 };
const TICKS = ticks([0, 1], 4);
const X = linearScale([0, 1], [FRAME.left, FRAME.right]);
const Y = linearScale([0, 1], [FRAME.bottom, FRAME.top]);

/** The drawing alone, coloured by the tokens and `--_series`; usable in any page. */
export function selectiveChart(points: readonly SelectivePoint[], words: EvaluateWords): TemplateResult {
  const place = (value: (point: SelectivePoint) => number) => (point: SelectivePoint) =>
    `${X(point.coverage)},${Y(value(point))}`;
  const upper = points.map(place(({ accuracy }) => accuracy.high));
  const lower = points.map(place(({ accuracy }) => accuracy.low)).toReversed();
  const { width, height } = FRAME;
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${describe(points, words)}
    class="chart selective"
  >
    ${verticalAxis(FRAME, { scale: Y, ticks: TICKS, label: inPercent, title: words.text('accuracyAxis') })}
    ${horizontalAxis(FRAME, { scale: X, ticks: TICKS, label: inPercent, title: words.text('coverageAxis') })}
    <polygon class="band" points=${[...upper, ...lower].join(' ')} />
    <polyline class="line" points=${points.map(place(({ accuracy }) => accuracy.value)).join(' ')} />
    ${points.map(
      (point) => svg`<circle class="point" cx=${X(point.coverage)} cy=${Y(point.accuracy.value)} r="2.6">
        <title>${inWords(point, words)}</title>
      </circle>`,
    )}
  </svg>`;
}

function inWords({ coverage, confidence, accuracy }: SelectivePoint, words: EvaluateWords): string {
  return words.text('surestPoint', {
    coverage: exactPercent(coverage, words),
    confidence: exactPercent(confidence, words),
    accuracy: exactPercent(accuracy.value, words),
    interval: range(accuracy, words),
  });
}

function describe(points: readonly SelectivePoint[], words: EvaluateWords): string {
  const all = points.map((point) => inWords(point, words));
  return words.text('surestChart', { points: words.list(all, 'plain') });
}

export const selectiveStyles = css`
  .selective {
    max-inline-size: 420px;
  }
  .selective .band {
    fill: var(--_series, var(--_accent));
    fill-opacity: 0.16;
  }
  .selective .line {
    fill: none;
    stroke: var(--_series, var(--_accent));
    stroke-width: 2;
    stroke-linejoin: round;
  }
  .selective .point {
    fill: var(--_series, var(--_accent));
  }
`;

/** Accuracy against the share of images that are answered. */
export class QcsSelectiveCurve extends LitElement {
  static override readonly styles = [tokens, axisStyles, selectiveStyles];

  @property({ attribute: false }) points: readonly SelectivePoint[] = [];
  private readonly localised = new Localised(this, evaluateArea);

  protected override render(): TemplateResult {
    return selectiveChart(this.points, this.localised.words);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-selective-curve': QcsSelectiveCurve;
  }
}
