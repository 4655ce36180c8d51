/** What the kernels compute, in plain float64. */
import { Activation } from '../../../../src/plan/wasm/kernels.js';

/** The error function by the series whose terms are all of one sign (Abramowitz and Stegun, 7.1.6); beyond 6 it is ±1 in float64. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

export function activate(x: number, code: number, slope = 0): number {
  switch (code) {
    case Activation.relu:
      return Math.max(x, 0);
    case Activation.gelu:
      return (x / 2) * (1 + erf(x / Math.SQRT2));
    case Activation.prelu:
      return x > 0 ? x : slope * x;
    case Activation.sigmoid:
      return 1 / (1 + Math.exp(-x));
    default:
      return x;
  }
}

/** The values of a map, rows by columns by channels, of pixels `stride` floats apart. */
export interface Map2d {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly stride: number;
}

export interface Window2d {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Outputs of a side of a map. */
export function outputs(side: number, { kernel, stride, padding }: Window2d): number {
  return Math.floor((side + 2 * padding - kernel) / stride) + 1;
}

/** The inputs of one output's window by tap; undefined outside of the map. */
export function windowAt(
  map: Map2d,
  window: Window2d,
  row: number,
  column: number,
  channel: number,
): (number | undefined)[] {
  const { kernel, stride, padding } = window;
  return Array.from({ length: kernel * kernel }, (_, tap) => {
    const y = row * stride - padding + Math.floor(tap / kernel);
    const x = column * stride - padding + (tap % kernel);
    const there = y >= 0 && y < map.height && x >= 0 && x < map.width;
    return there ? map.values[(y * map.width + x) * map.stride + channel] : undefined;
  });
}

export function softmax(row: readonly number[]): number[] {
  const top = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
