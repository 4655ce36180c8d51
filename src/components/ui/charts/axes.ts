/** What charts with axes share: where values lie, ticks, grid lines and their labels, and colours that follow the page. */
import { css, nothing, svg, type SVGTemplateResult } from 'lit';
import { isolated } from '../../../expressions.js';

/** Where a value lies, px of the drawing. */
export type Scale = (value: number) => number;

type Span = readonly [first: number, last: number];

/** Lays values out evenly; the range may run downward. */
export function linearScale([first, last]: Span, [start, end]: Span): Scale {
  return (value) => start + ((value - first) / (last - first)) * (end - start);
}

/** Evenly spaced values, both ends among them. */
export function ticks([first, last]: Span, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, step) => first + (step / steps) * (last - first));
}

/** A drawing and the place of the plot in it, px. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Between the plot and the labels beside it. */
  readonly gap: number;
}

export interface Axis {
  readonly scale: Scale;
  readonly ticks: readonly number[];
  readonly label?: (tick: number) => string;
  readonly title?: string;
}

/** Half of the height of a digit: labels are centred on their line. */
const HALF_DIGIT = 4;
/** Distance of an axis' title from the edge of the drawing. */
const EDGE = 4;
/** Height of a line of text. */
const LINE = 11;

/** Grid lines across the plot, labelled at the left. */
export function verticalAxis(frame: Frame, { scale, ticks, label = String, title }: Axis): SVGTemplateResult {
  const { left, right, top, bottom, gap } = frame;
  return svg`${ticks.map(
    (tick) => svg`<line class="grid" x1=${left} x2=${right} y1=${scale(tick)} y2=${scale(tick)} />
      <text x=${left - gap} y=${scale(tick) + HALF_DIGIT} text-anchor="end">${label(tick)}</text>`,
  )}
  ${
    title === undefined
      ? nothing
      : svg`<text transform="translate(${LINE} ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${isolated(title)}</text>`
  }`;
}

/** Labels along the lower edge of the drawing, above the axis' title. */
export function horizontalAxis(frame: Frame, { scale, ticks, label = String, title }: Axis): SVGTemplateResult {
  const { left, right, height, gap } = frame;
  const lower = height - EDGE;
  return svg`${ticks.map(
    (tick) => svg`<text x=${scale(tick)} y=${lower - 2 * gap} text-anchor="middle">${label(tick)}</text>`,
  )}
  ${title === undefined ? nothing : svg`<text x=${(left + right) / 2} y=${lower} text-anchor="middle">${isolated(title)}</text>`}`;
}

/** A fraction as a whole number of per cent, without the sign: the title says it. */
export function inPercent(fraction: number): string {
  return String(Math.round(fraction * 100));
}

/** For drawings of the class `chart`, in any page that has the tokens. */
export const axisStyles = css`
  .chart {
    direction: ltr;
    display: block;
    inline-size: 100%;
    block-size: auto;
    font-size: 11px;
  }
  .chart text {
    fill: var(--_ink-soft);
  }
  .chart .grid {
    stroke: var(--_line);
  }
`;

/** The colour that a token such as `--_line` stands for at an element now, `light-dark()` resolved: a canvas knows no tokens. */
export function tokenColour(element: HTMLElement, token: string): string {
  element.style.color = `var(${token})`;
  const { color } = getComputedStyle(element);
  element.style.removeProperty('color');
  return color;
}

let measuring: CanvasRenderingContext2D | null | undefined;

/** Width of the widest of some texts in a CSS font, px. */
export function textWidth(texts: readonly string[], font: string): number {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (measuring === null) return 0;
  measuring.font = font;
  return Math.max(0, ...texts.map((text) => measuring?.measureText(text).width ?? 0));
}
