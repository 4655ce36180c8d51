/** Confidence against accuracy: on the diagonal a model is right as often as it says. */
import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ReliabilityBin } from '../../evaluation/calibration.js';
import { exactPercent, range } from '../ui/measure-text.js';
import { tokens } from '../ui/tokens.js';

const SIZE = 240;
const LEFT = 44;
const TOP = 12;
const COUNTS_TOP = TOP + SIZE + 10;
const COUNTS_HEIGHT = 44;
const WIDTH = LEFT + SIZE + 12;
const HEIGHT = COUNTS_TOP + COUNTS_HEIGHT + 34;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The drawing alone, coloured by `currentColor` and `--_series`; usable in any page. */
export function reliabilityChart(bins: readonly ReliabilityBin[]): TemplateResult {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const x = (value: number) => LEFT + value * SIZE;
  const y = (value: number) => TOP + (1 - value) * SIZE;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${describe(bins)} class="chart">
    ${TICKS.map(
      (tick) => svg`<line class="grid" x1=${x(0)} x2=${x(1)} y1=${y(tick)} y2=${y(tick)} />
        <text x=${LEFT - 8} y=${y(tick) + 4} text-anchor="end">${Math.round(tick * 100)}</text>
        <text x=${x(tick)} y=${HEIGHT - 20} text-anchor="middle">${Math.round(tick * 100)}</text>`,
    )}
    <line class="ideal" x1=${x(0)} y1=${y(0)} x2=${x(1)} y2=${y(1)} />
    ${bins.map((bin) => binShapes(bin, most, x, y))}
    <text x=${x(0.5)} y=${HEIGHT - 4} text-anchor="middle">confidence, %</text>
    <text transform="translate(11 ${y(0.5)}) rotate(-90)" text-anchor="middle">accuracy, %</text>
  </svg>`;
}

function binShapes(
  { from, to, count, confidence, accuracy }: ReliabilityBin,
  most: number,
  x: (value: number) => number,
  y: (value: number) => number,
): SVGTemplateResult | typeof nothing {
  if (accuracy === null || confidence === null) return nothing;
  const width = x(to) - x(from) - 2;
  const tall = (count / most) * COUNTS_HEIGHT;
  return svg`<g>
    <title>${`Confidence ${exactPercent(confidence)}: right in ${exactPercent(accuracy.value)} (${range(accuracy)}) of ${count} images`}</title>
    <rect class="bar" x=${x(from) + 1} y=${y(accuracy.value)} width=${width} height=${accuracy.value * SIZE} />
    <line class="whisker" x1=${x((from + to) / 2)} x2=${x((from + to) / 2)} y1=${y(accuracy.high)} y2=${y(accuracy.low)} />
    <circle class="mean" cx=${x(confidence)} cy=${y(accuracy.value)} r="2.6" />
    <rect class="count" x=${x(from) + 1} y=${COUNTS_TOP + COUNTS_HEIGHT - tall} width=${width} height=${Math.max(tall, 0.75)} />
  </g>`;
}

function describe(bins: readonly ReliabilityBin[]): string {
  const filled = bins.flatMap(({ confidence, accuracy, count }) =>
    confidence === null || accuracy === null
      ? []
      : [`confidence ${exactPercent(confidence)}, accuracy ${exactPercent(accuracy.value)}, ${count} images`],
  );
  return `Reliability diagram. ${filled.join('; ')}`;
}

export const reliabilityStyles = css`
  .chart {
    direction: ltr;
    display: block;
    inline-size: 100%;
    max-inline-size: 420px;
    block-size: auto;
    font-size: 11px;
  }
  .chart text {
    fill: var(--_ink-soft);
  }
  .chart .grid {
    stroke: var(--_line);
    stroke-width: 1;
  }
  .chart .ideal {
    stroke: var(--_ink-soft);
    stroke-dasharray: 4 4;
  }
  .chart .bar {
    fill: var(--_series, var(--_accent));
    fill-opacity: 0.38;
  }
  .chart .mean {
    fill: var(--_series, var(--_accent));
  }
  .chart .count {
    fill: var(--_ink-soft);
    fill-opacity: 0.55;
  }
  .chart .whisker {
    stroke: var(--_ink);
    stroke-width: 1.4;
  }
`;

/** A reliability diagram; below it how many images each confidence has. */
export class QcsReliabilityDiagram extends LitElement {
  static override readonly styles = [
    tokens,
    reliabilityStyles,
    css`
      :host {
        display: block;
      }
    `,
  ];

  @property({ attribute: false }) bins: readonly ReliabilityBin[] = [];

  protected override render(): TemplateResult {
    return reliabilityChart(this.bins);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-reliability-diagram': QcsReliabilityDiagram;
  }
}
