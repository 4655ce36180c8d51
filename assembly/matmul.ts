/** Matrix product in packed panels of 8 columns. A tile is some rows × one panel, its sums held in registers over the whole depth. */
import { madd } from './lanes';
import { put, vectorAt } from './tail';

/** Rows of a full tile. The best by measurement (`npm run bench -- kernels`): fused, two vectors a row leave room for six rows. */
const FULL: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

export function matmul(
  a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, M: i32, K: i32, N: i32,
  activation: i32, slopes: usize, residual: usize, ldr: usize,
): void {
  for (let row = 0; row < M; ) {
    const left = M - row;
    const rows = left >= FULL ? FULL : left > 4 ? 4 : left;
    let panel = b;
    for (let column = 0; column < N; column += 8) {
      const at = <usize>column << 2;
      tile(
        rows, a, lda, panel, bias ? bias + at : 0, c + at, ldc, K, N - column,
        activation, slopes ? slopes + at : 0, residual ? residual + at : 0, ldr,
      );
      panel += <usize>K << 5;
    }
    a += <usize>rows * lda;
    c += <usize>rows * ldc;
    if (residual) residual += <usize>rows * ldr;
    row += rows;
  }
}

/** @param width columns that are left, from this panel on */
@inline
function tile(
  rows: i32, a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, K: i32, width: i32,
  activation: i32, slopes: usize, residual: usize, ldr: usize,
): void {
  if (rows == 6) tile6(a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
  else if (rows == 4) tile4(a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
  else if (rows == 3) tile3(a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
  else if (rows == 2) tile2(a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
  else tile1(a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
}

function tile6(a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, K: i32, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(6, a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
}
function tile4(a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, K: i32, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(4, a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
}
function tile3(a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, K: i32, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(3, a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
}
function tile2(a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, K: i32, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(2, a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
}
function tile1(a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, K: i32, width: i32, activation: i32, slopes: usize, residual: usize, ldr: usize): void {
  tileOf(1, a, lda, b, bias, c, ldc, K, width, activation, slopes, residual, ldr);
}

/** Written for six rows; where it is called, `rows` is a constant, and what belongs to further rows is not compiled. */
@inline
function tileOf(
  rows: i32, a: usize, lda: usize, b: usize, bias: usize, c: usize, ldc: usize, K: i32, width: i32,
  activation: i32, slopes: usize, residual: usize, ldr: usize,
): void {
  let l0 = vectorAt(bias), r0 = vectorAt(bias, 16);
  let l1 = l0, l2 = l0, l3 = l0, l4 = l0, l5 = l0;
  let r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0;
  const a1 = lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda, a5 = a4 + lda;
  const end = a + (<usize>K << 2);
  while (a < end) {
    const left = v128.load(b), right = v128.load(b, 16);
    let x = v128.load32_splat(a);
    l0 = madd(x, left, l0);
    r0 = madd(x, right, r0);
    if (rows > 1) {
      x = v128.load32_splat(a + a1);
      l1 = madd(x, left, l1);
      r1 = madd(x, right, r1);
    }
    if (rows > 2) {
      x = v128.load32_splat(a + a2);
      l2 = madd(x, left, l2);
      r2 = madd(x, right, r2);
    }
    if (rows > 3) {
      x = v128.load32_splat(a + a3);
      l3 = madd(x, left, l3);
      r3 = madd(x, right, r3);
    }
    if (rows > 4) {
      x = v128.load32_splat(a + a4);
      l4 = madd(x, left, l4);
      r4 = madd(x, right, r4);
      x = v128.load32_splat(a + a5);
      l5 = madd(x, left, l5);
      r5 = madd(x, right, r5);
    }
    a += 4;
    b += 32;
  }
  put(l0, r0, c, width, activation, slopes, residual);
  if (rows > 1) {
    put(l1, r1, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
  }
  if (rows > 2) {
    put(l2, r2, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
  }
  if (rows > 3) {
    put(l3, r3, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
  }
  if (rows > 4) {
    put(l4, r4, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
    put(l5, r5, (c += ldc), width, activation, slopes, residual ? (residual += ldr) : 0);
  }
}
