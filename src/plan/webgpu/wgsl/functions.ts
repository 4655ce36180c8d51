/**
 * Functions of four values in WGSL. NaN stays NaN: comparisons and `max` may lose it on a GPU, so it is told by its bits. (The standard
 * lets a driver assume that there is none; bits are whole numbers, about which it may assume nothing.)
 */
import type { Activation, BinaryFunction, UnaryFunction } from '../../operations.js';

/** exp, erf and GELU with the bounds and the coefficients of our WebAssembly kernels (assembly/functions.ts). */
const FUNCTIONS = {
  isNaN4: `fn isNaN4(x: vec4f) -> vec4<bool> { return (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u); }`,
  /** The bits of negative numbers, without NaN, are those from −0 to −∞. */
  positive: `fn positive(x: vec4f) -> vec4f {
  let bits = bitcast<vec4u>(x);
  return select(x, vec4f(), (bits >= vec4u(0x80000000u)) & (bits <= vec4u(0xff800000u)));
}`,
  negative: `fn negative(x: vec4f) -> vec4f { return select(x, vec4f(), bitcast<vec4u>(x) <= vec4u(0x7f800000u)); }`,
  orNaN: `fn orNaN(value: vec4f, x: vec4f) -> vec4f { return select(value, x, isNaN4(x)); }`,
  power: `fn power(x: vec4f) -> vec4f { return orNaN(exp(clamp(x, vec4f(-87.0), vec4f(88.0))), x); }`,
  errorFunction: `fn errorFunction(x: vec4f) -> vec4f {
  let bounded = clamp(x, vec4f(-4.0), vec4f(4.0));
  let square = bounded * bounded;
  var p = vec4f(1.9867317195519563e-6);
  p = fma(p, square, vec4f(0.00028456537823187385));
  p = fma(p, square, vec4f(0.003883438931675987));
  p = fma(p, square, vec4f(0.0531020473765895));
  p = fma(p, square, vec4f(0.19354766797348202));
  p = fma(p, square, vec4f(1.1283791393133835));
  var q = vec4f(3.7419612731359644e-5);
  q = fma(q, square, vec4f(0.0011855887736144227));
  q = fma(q, square, vec4f(0.015207449719841205));
  q = fma(q, square, vec4f(0.11535103693962816));
  q = fma(q, square, vec4f(0.5048597104125728));
  q = fma(q, square, vec4f(1.0));
  return orNaN(bounded * p / q, x);
}`,
  gelu: `fn gelu(x: vec4f) -> vec4f { let half = 0.5 * x; return half + half * errorFunction(x * 0.7071067811865476); }`,
  sigmoid: `fn sigmoid(x: vec4f) -> vec4f { return 1.0 / (1.0 + power(-x)); }`,
  greater: `fn greater(a: vec4f, b: vec4f) -> vec4f { return select(max(a, b), a + b, isNaN4(a) | isNaN4(b)); }`,
} as const;

/** The definitions of all functions; what a shader does not call costs nothing. */
export const FUNCTION_DEFINITIONS: string = Object.values(FUNCTIONS).join('\n');

/** Calls, with the arguments' own expressions. */
export const UNARY_CALLS: Readonly<Record<UnaryFunction, (x: string) => string>> = {
  erf: (x) => `errorFunction(${x})`,
  exp: (x) => `power(${x})`,
  gelu: (x) => `gelu(${x})`,
  log: (x) => `orNaN(log(${x}), ${x})`,
  relu: (x) => `positive(${x})`,
  rsqrt: (x) => `inverseSqrt(${x})`,
  sigmoid: (x) => `sigmoid(${x})`,
  square: (x) => `(${x}) * (${x})`,
};

export const BINARY_CALLS: Readonly<Record<BinaryFunction, (a: string, b: string) => string>> = {
  add: (a, b) => `(${a}) + (${b})`,
  maximum: (a, b) => `greater(${a}, ${b})`,
  multiply: (a, b) => `(${a}) * (${b})`,
  subtract: (a, b) => `(${a}) - (${b})`,
};

export const ACTIVATION_CALLS: Readonly<Record<Activation, (x: string, slopes: string) => string>> = {
  none: (x) => x,
  relu: UNARY_CALLS.relu,
  gelu: UNARY_CALLS.gelu,
  sigmoid: UNARY_CALLS.sigmoid,
  prelu: (x, slopes) => `positive(${x}) + ${slopes} * negative(${x})`,
};
