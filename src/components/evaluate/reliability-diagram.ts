/** Confidence against accuracy: on the diagonal a model is right as often as it says. */
import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ReliabilityBin } from '../../evaluation/calibration.js';
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

/** Side of the plot; under it stand the counts, px. */
const SIZE = 240;
const COUNTS_TOP = SIZE + 22;
const COUNTS_HEIGHT = 44;
const FRAME: Frame = {
  width: SIZE + 56,
  height: COUNTS_TOP + COUNTS_HEIGHT + 34,
  left: 44,
  right: 44 + SIZE,
  top: 12,
  bottom: 12 + SIZE,
  gap: 8,
};
const TICKS = ticks([0, 1], 4);
const X = linearScale([0, 1], [FRAME.left, FRAME.right]);
const Y = linearScale([0, 1], [FRAME.bottom, FRAME.top]);

/** The drawing alone, coloured by the tokens and `--_series`; usable in any page. */
export function reliabilityChart(bins: readonly ReliabilityBin[], words: EvaluateWords): TemplateResult {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const { width, height } = FRAME;
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${describe(bins, words)}
    class="chart reliability"
  >
    ${verticalAxis(FRAME, { scale: Y, ticks: TICKS, label: inPercent, title: words.text('accuracyAxis') })}
    ${horizontalAxis(FRAME, { scale: X, ticks: TICKS, label: inPercent, title: words.text('confidenceAxis') })}
    <line class="ideal" x1=${X(0)} y1=${Y(0)} x2=${X(1)} y2=${Y(1)} />
    ${bins.map((bin) => binShapes(bin, most, words))}
  </svg>`;
}

function binShapes(
  { from, to, count, confidence, accuracy }: ReliabilityBin,
  most: number,
  words: EvaluateWords,
): SVGTemplateResult | typeof nothing {
  if (accuracy === null || confidence === null) return nothing;
  const width = X(to) - X(from) - 2;
  const text = words.text('bin', {
    count,
    confidence: exactPercent(confidence, words),
    accuracy: exactPercent(accuracy.value, words),
    interval: range(accuracy, words),
  });
  const tall = (count / most) * COUNTS_HEIGHT;
  return svg`<g>
    <title>${text}</title>
    <rect class="bar" x=${X(from) + 1} y=${Y(accuracy.value)} width=${width} height=${accuracy.value * SIZE} />
    <line class="whisker" x1=${X((from + to) / 2)} x2=${X((from + to) / 2)} y1=${Y(accuracy.high)} y2=${Y(accuracy.low)} />
    <circle class="mean" cx=${X(confidence)} cy=${Y(accuracy.value)} r="2.6" />
    <rect class="count" x=${X(from) + 1} y=${COUNTS_TOP + COUNTS_HEIGHT - tall} width=${width} height=${Math.max(tall, 0.75)} />
  </g>`;
}

function describe(bins: readonly ReliabilityBin[], words: EvaluateWords): string {
  const filled = bins.flatMap(({ confidence, accuracy, count }) =>
    confidence === null || accuracy === null
      ? []
      : [
          words.text('binShort', {
            count,
            confidence: exactPercent(confidence, words),
            accuracy: exactPercent(accuracy.value, words),
          }),
        ],
  );
  return words.text('reliability', { bins: words.list(filled, 'plain') });
}

export const reliabilityStyles = css`
  .reliability {
    max-inline-size: 420px;
  }
  .reliability .ideal {
    stroke: var(--_ink-soft);
    stroke-dasharray: 4 4;
  }
  .reliability .bar {
    fill: var(--_series, var(--_accent));
    fill-opacity: 0.38;
  }
  .reliability .mean {
    fill: var(--_series, var(--_accent));
  }
  .reliability .count {
    fill: var(--_ink-soft);
    fill-opacity: 0.55;
  }
  .reliability .whisker {
    stroke: var(--_ink);
    stroke-width: 1.4;
  }
`;

/** A reliability diagram; below it how many images each confidence has. */
export class QcsReliabilityDiagram extends LitElement {
  static override readonly styles = [tokens, axisStyles, reliabilityStyles];

  @property({ attribute: false }) bins: readonly ReliabilityBin[] = [];
  private readonly localised = new Localised(this, evaluateArea);

  protected override render(): TemplateResult {
    return reliabilityChart(this.bins, this.localised.words);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-reliability-diagram': QcsReliabilityDiagram;
  }
}
