/** Four float32 at once: what all kernels are made of. */

/** a × b + c: rounded once by the relaxed build where the machine fuses, twice by the other. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/** The sum of four lanes. */
@inline
export function sum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** The greatest of four lanes; NaN if one is NaN. */
@inline
export function greatest(v: v128): f32 {
  return max<f32>(
    max<f32>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max<f32>(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** The first `count` (0 to 4) floats at `from`, zeros behind them; nothing beyond is read. */
export function loadFirst(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  let v = f32x4.splat(0);
  if (count > 0) v = v128.load32_lane(from, v, 0);
  if (count > 1) v = v128.load32_lane(from, v, 1, 4);
  if (count > 2) v = v128.load32_lane(from, v, 2, 8);
  return v;
}

/** Stores the first `count` (0 to 4) lanes and nothing beyond. */
export function storeFirst(to: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, v);
    return;
  }
  if (count > 0) v128.store32_lane(to, v, 0);
  if (count > 1) v128.store32_lane(to, v, 1, 4);
  if (count > 2) v128.store32_lane(to, v, 2, 8);
}
