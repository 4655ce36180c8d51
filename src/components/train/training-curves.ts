/** Curves of a training run, drawn by uPlot. */
import { css, html, LitElement, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import uPlot from 'uplot';
import plotStyles from 'uplot/dist/uPlot.min.css?inline';
import { textWidth, tokenColour } from '../ui/charts/axes.js';
import { tokens } from '../ui/tokens.js';

/** Least room for the labels at the left, and what of it is ticks and gaps, px. */
const LABEL_ROOM = 56;
const LABEL_GAP = 16;
/** Below so many, every value is marked. */
const FEW_POINTS = 12;

export interface Curve {
  readonly name: string;
  /** A colour, or a custom property of the element such as `--_accent`. */
  readonly colour: string;
  readonly dashed?: boolean;
  /** By position on the x axis; null leaves a gap. */
  readonly values: readonly (number | null)[];
}

/**
 * A line chart with a legend that shows the values under the pointer.
 *
 * @csspart chart - The drawing.
 */
export class QcsTrainingCurves extends LitElement {
  static override readonly styles = [
    unsafeCSS(plotStyles),
    tokens,
    css`
      :host {
        min-inline-size: 0;
      }
      h3 {
        margin: 0 0 4px;
        font-size: 14px;
        font-weight: 600;
      }
      .chart {
        block-size: 190px;
        direction: ltr;
      }
      .u-legend {
        font-size: 12px;
        text-align: start;
      }
    `,
  ];

  @property() override title = '';
  /** What the literature calls it, in a sentence. */
  @property() term = '';
  /** Positions on the x axis. */
  @property({ attribute: false }) x: readonly number[] = [];
  @property({ attribute: false }) curves: readonly Curve[] = [];
  /** Lowest and highest value, where they are known. */
  @property({ attribute: false }) range: readonly [number, number] | null = null;
  private plot: uPlot | null = null;
  private names = '';
  private readonly sizes = new ResizeObserver(() => this.fit());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  protected override render(): TemplateResult {
    return html`<h3>
        ${this.title} ${this.term === '' ? nothing : html`<qcs-term about=${this.title}>${this.term}</qcs-term>`}
      </h3>
      <div class="chart" part="chart" role="img" aria-label=${this.describe()}></div>`;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const names = this.curves.map(({ name }) => name).join('|');
    if (this.plot === null || names !== this.names) {
      this.names = names;
      this.create();
    }
    this.plot?.setData(this.data());
  }

  private data(): uPlot.AlignedData {
    return [[...this.x], ...this.curves.map(({ values }) => [...values])];
  }

  private create(): void {
    this.plot?.destroy();
    const host = this.renderRoot.querySelector<HTMLElement>('.chart');
    if (host === null) return;
    const style = getComputedStyle(this);
    // Asked for at every drawing: the page may turn dark in between.
    const paint = (colour: string) => () => (colour.startsWith('--') ? tokenColour(host, colour) : colour);
    const axis = { stroke: paint('--_ink-soft'), grid: { stroke: paint('--_line'), width: 1 } };
    const font = `12px ${style.fontFamily}`;
    const { range } = this;
    this.plot = new uPlot(
      {
        width: Math.max(120, host.clientWidth),
        height: host.clientHeight - 34,
        scales: { x: { time: false }, y: range === null ? {} : { range: [range[0], range[1]] } },
        axes: [
          { ...axis, font, size: 28 },
          {
            ...axis,
            font,
            size: (_, labels: readonly string[] | null) =>
              Math.max(LABEL_ROOM, textWidth(labels ?? [], font) + LABEL_GAP),
          },
        ],
        series: [
          {
            label: 'Step',
            value: (plot: uPlot, value: number | null) => String(value ?? latest(plot.data[0]) ?? 'none yet'),
          },
          ...this.curves.map(({ name, colour, dashed }) => ({
            label: name,
            stroke: paint(colour),
            width: 2,
            spanGaps: true,
            // A lone value has no line to show it.
            points: { show: (plot: uPlot) => plot.data[0].length < FEW_POINTS },
            ...(dashed === true ? { dash: [5, 4] } : {}),
            // Away from the pointer the legend tells the latest.
            value: (plot: uPlot, value: number | null, series: number) =>
              (value ?? latest(plot.data[series]))?.toPrecision(3) ?? 'none yet',
          })),
        ],
        cursor: { drag: { x: false, y: false } },
      },
      this.data(),
      host,
    );
    this.sizes.observe(host);
  }

  private fit(): void {
    const host = this.renderRoot.querySelector<HTMLElement>('.chart');
    if (host === null || this.plot === null || host.clientWidth === 0) return;
    this.plot.setSize({ width: host.clientWidth, height: host.clientHeight - 34 });
  }

  private describe(): string {
    const last = this.curves.map(({ name, values }) => {
      const value = values.findLast((other) => other !== null);
      return value === undefined || value === null ? name : `${name} ${value.toPrecision(3)}`;
    });
    return `${this.title}, latest: ${last.join(', ')}`;
  }
}

/** The last value of a series; undefined where it has none. */
function latest(values: ArrayLike<number | null | undefined>): number | undefined {
  return Array.from(values).findLast((value) => value !== null && value !== undefined) ?? undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-training-curves': QcsTrainingCurves;
  }
}
