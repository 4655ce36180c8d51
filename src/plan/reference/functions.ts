/** Functions of one and of two numbers. */
import type { Activation, BinaryFunction, UnaryFunction } from '../operations.js';

const TERMS = 80;

/** The error function, by its Taylor series; beyond 4.5 it is 1 to float32's precision. */
function erf(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) > 4.5) return Number.isNaN(x) ? x : Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < TERMS; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const gelu = (x: number) => 0.5 * x * (1 + erf(x * Math.SQRT1_2));

export const UNARY: Readonly<Record<UnaryFunction, (x: number) => number>> = {
  erf,
  exp: Math.exp,
  gelu,
  log: Math.log,
  relu: (x) => Math.max(x, 0),
  rsqrt: (x) => 1 / Math.sqrt(x),
  sigmoid,
  square: (x) => x * x,
};

export const BINARY: Readonly<Record<BinaryFunction, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  maximum: Math.max,
  multiply: (a, b) => a * b,
  subtract: (a, b) => a - b,
};

export const ACTIVATIONS: Readonly<Record<Activation, (x: number, slope: number) => number>> = {
  none: (x) => x,
  relu: UNARY.relu,
  gelu,
  sigmoid,
  prelu: (x, slope) => Math.max(x, 0) + slope * Math.min(x, 0),
};
