/** What the kernels compute, in plain float64. */
import { Activation } from '../../../../src/plan/wasm/kernels.js';

/** The error function by the series whose terms are all of one sign (Abramowitz and Stegun, 7.1.6); beyond 6 it is ±1 in float64. */
export function erf(x: number): number {
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
