/** What follows the sums of a product or a convolution: the codes of `Activation` and `RESIDUAL_FIRST` in `kernels.ts`. */
import { gelu, prelu, sigmoid } from './functions';

export const RELU = 1;
export const GELU = 2;
export const PRELU = 3;
export const SIGMOID = 4;
export const RESIDUAL_FIRST = 16;

/** One vector of sums through the activation; `slope` counts for PReLU alone. */
@inline
export function activate(v: v128, activation: i32, slope: v128): v128 {
  if (activation == 0) return v;
  if (activation == RELU) return f32x4.max(v, f32x4.splat(0));
  if (activation == PRELU) return prelu(v, slope);
  return bend(v, activation);
}

function bend(v: v128, activation: i32): v128 {
  return activation == GELU ? gelu(v) : sigmoid(v);
}

/** Activation and residual in the order that the code asks for. */
@inline
export function finish(v: v128, residual: v128, code: i32, slope: v128): v128 {
  return code & RESIDUAL_FIRST
    ? activate(f32x4.add(v, residual), code & 15, slope)
    : f32x4.add(activate(v, code & 15, slope), residual);
}
