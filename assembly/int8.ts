/**
 * Products of 8-bit numbers: activations from 0 to 127, weights from −127 to 127, sums in 32 bits. A word of four bytes holds four
 * values of the relaxed build, which multiplies them in one instruction; the plain one keeps two values of 16 bits in it. Both sums are exact.
 */
import { put, vectorAt } from './tail';

/** Bytes of a quantised value. */
const BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 2;

export function quantisedBytes(): i32 {
  return BYTES;
}

/** Two values of 7 bits never reach the 16 bits between: 2 · 127 · 127 = 32,258. */
@inline
function dot(weights: v128, values: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, values, sum)
    : i32x4.add(sum, i32x4.dot_i16x8_s(weights, values));
}

/** Returns 1 where a value is NaN, which no whole number can say. */
export function quantise(
  x: usize, ldx: usize, y: usize, ldy: usize, rows: i32, width: i32, inverseScale: f32, zeroPoint: i32,
): i32 {
  const scale = f32x4.splat(inverseScale), zero = i16x8.splat(<i16>zeroPoint);
  let strange = i32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    let column = 0;
    for (; column + 8 <= width; column += 8) {
      const from = x + (<usize>column << 2);
      const left = v128.load(from), right = v128.load(from, 16);
      strange = v128.or(strange, v128.or(f32x4.ne(left, left), f32x4.ne(right, right)));
      const words = rounded(left, right, scale, zero);
      if (ASC_FEATURE_RELAXED_SIMD) v128.store64_lane(y + <usize>column, i8x16.narrow_i16x8_s(words, words), 0);
      else v128.store(y + (<usize>column << 1), words);
    }
    for (; column < width; column++) {
      const value = v128.load32_splat(x + (<usize>column << 2));
      strange = v128.or(strange, f32x4.ne(value, value));
      keep(y, column, i16x8.extract_lane_u(rounded(value, value, scale, zero), 0));
    }
    for (; column & 3; column++) keep(y, column, 0);
    x += ldx;
    y += ldy;
  }
  return <i32>v128.any_true(strange);
}

/** Eight values, halves to the even neighbour, moved by the zero point and kept between 0 and 127. */
@inline
function rounded(left: v128, right: v128, scale: v128, zero: v128): v128 {
  const words = i16x8.narrow_i32x4_s(whole(f32x4.mul(left, scale)), whole(f32x4.mul(right, scale)));
  return i16x8.max_s(i16x8.min_s(i16x8.add_sat_s(words, zero), i16x8.splat(127)), i16x8.splat(0));
}

/** NaN becomes 0, what is too large the greatest number. */
@inline
function whole(x: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(x));
}

@inline
function keep(y: usize, column: i32, value: u16): void {
  if (ASC_FEATURE_RELAXED_SIMD) store<u8>(y + <usize>column, <u8>value);
  else store<u16>(y + (<usize>column << 1), value);
}

export function matmulQuantised(
  a: usize, lda: usize, b: usize, scale: usize, bias: usize, c: usize, ldc: usize, M: i32, K: i32, N: i32,
  activation: i32, slopes: usize, residual: usize, ldr: usize,
): void {
  const depth = <usize>((K + 3) & ~3) * BYTES;
  for (let row = 0; row < M; ) {
    const left = M - row;
    const rows = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    let panel = b;
    for (let column = 0; column < N; column += 8) {
      const at = <usize>column << 2;
      const slope = slopes ? slopes + at : 0, rest = residual ? residual + at : 0;
      if (rows == 4) tile4(a, lda, panel, scale + at, bias + at, c + at, ldc, depth, N - column, activation, slope, rest, ldr);
      else if (rows == 2) tile2(a, lda, panel, scale + at, bias + at, c + at, ldc, depth, N - column, activation, slope, rest, ldr);
      else tile1(a, lda, panel, scale + at, bias + at, c + at, ldc, depth, N - column, activation, slope, rest, ldr);
      panel += depth << 3;
    }
    a += <usize>rows * lda;
    c += <usize>rows * ldc;
    if (residual) residual += <usize>rows * ldr;
    row += rows;
  }
}

function tile4(a: usize, lda: usize, b: usize, scale: usize, bias: usize, c: usize, ldc: usize, depth: usize, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(4, a, lda, b, scale, bias, c, ldc, depth, width, activation, slopes, residual, ldr);
}
function tile2(a: usize, lda: usize, b: usize, scale: usize, bias: usize, c: usize, ldc: usize, depth: usize, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(2, a, lda, b, scale, bias, c, ldc, depth, width, activation, slopes, residual, ldr);
}
function tile1(a: usize, lda: usize, b: usize, scale: usize, bias: usize, c: usize, ldc: usize, depth: usize, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(1, a, lda, b, scale, bias, c, ldc, depth, width, activation, slopes, residual, ldr);
}

/** Written for four rows; where it is called, `rows` is a constant. `depth` is a row's bytes, a multiple of four. */
@inline
function tileOf(
  rows: i32, a: usize, lda: usize, b: usize, scale: usize, bias: usize, c: usize, ldc: usize, depth: usize, width: i32,
  activation: i32, slopes: usize, residual: usize, ldr: usize,
): void {
  let l0 = i32x4.splat(0), l1 = l0, l2 = l0, l3 = l0, r0 = l0, r1 = l0, r2 = l0, r3 = l0;
  const a2 = lda + lda, a3 = a2 + lda;
  const end = a + depth;
  while (a < end) {
    const left = v128.load(b), right = v128.load(b, 16);
    let x = v128.load32_splat(a);
    l0 = dot(left, x, l0);
    r0 = dot(right, x, r0);
    if (rows > 1) {
      x = v128.load32_splat(a + lda);
      l1 = dot(left, x, l1);
      r1 = dot(right, x, r1);
    }
    if (rows > 2) {
      x = v128.load32_splat(a + a2);
      l2 = dot(left, x, l2);
      r2 = dot(right, x, r2);
      x = v128.load32_splat(a + a3);
      l3 = dot(left, x, l3);
      r3 = dot(right, x, r3);
    }
    a += 4;
    b += 32;
  }
  putScaled(l0, r0, scale, bias, c, width, activation, slopes, residual);
  if (rows > 1) putScaled(l1, r1, scale, bias, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
  if (rows > 2) {
    putScaled(l2, r2, scale, bias, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
    putScaled(l3, r3, scale, bias, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
  }
}

/** Multiplied and added one after the other in both builds, so that they agree to the last bit. */
@inline
function putScaled(
  left: v128, right: v128, scale: usize, bias: usize, c: usize, width: i32, activation: i32, slopes: usize, residual: usize,
): void {
  put(
    f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(left), vectorAt(scale)), vectorAt(bias)),
    f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(right), vectorAt(scale, 16)), vectorAt(bias, 16)),
    c, width, activation, slopes, residual,
  );
}
