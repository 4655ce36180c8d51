/** A row of a tile on its way to memory, shared by the products of float32 and of int8. */
import { finish } from './activation';
import { loadFirst, storeFirst } from './lanes';

/** Finishes a row's 8 sums and stores as many of its columns as there are (`width`, from this panel on). */
@inline
export function put(left: v128, right: v128, c: usize, width: i32, code: i32, slopes: usize, residual: usize): void {
  if (width >= 8) {
    v128.store(c, finish(left, vectorAt(residual), code, vectorAt(slopes)));
    v128.store(c, finish(right, vectorAt(residual, 16), code, vectorAt(slopes, 16)), 16);
  } else putTail(left, right, c, width, code, slopes, residual);
}

function putTail(left: v128, right: v128, c: usize, width: i32, code: i32, slopes: usize, residual: usize): void {
  const zero = f32x4.splat(0);
  storeFirst(c, finish(left, residual ? loadFirst(residual, width) : zero, code, vectorAt(slopes)), width);
  if (width <= 4) return;
  const rest = residual ? loadFirst(residual + 16, width - 4) : zero;
  storeFirst(c + 16, finish(right, rest, code, vectorAt(slopes, 16)), width - 4);
}

/** The vector at an address that may be 0, which stands for zeros. */
@inline
export function vectorAt(at: usize, offset: usize = 0): v128 {
  return at ? v128.load(at + offset) : f32x4.splat(0);
}
