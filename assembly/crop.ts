/** From a picture to the crop of one face: luma, halving while the reduction is strong, bilinear reading along a similarity. */
import { loadFirst, storeFirst } from './lanes';

/** Above this many picture pixels a crop pixel, bilinear reading would skip detail: average first. */
const LARGEST_STEP: f64 = 1.4142135623730951;

export function cropLuma(
  rgba: usize, rowBytes: usize, width: i32, height: i32, a: f64, b: f64, x0: f64, y0: f64, side: i32, y: usize, scratch: usize,
): void {
  for (let row = 0; row < height; row++) {
    takeLuma(rgba + <usize>row * rowBytes, scratch + (<usize>(row * width) << 2), width);
  }
  while (sqrt<f64>(a * a + b * b) > LARGEST_STEP) {
    halve(scratch, width, height);
    width = (width + 1) >> 1;
    height = (height + 1) >> 1;
    a /= 2;
    b /= 2;
    x0 /= 2;
    y0 /= 2;
  }
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const u = <f64>column + 0.5, v = <f64>row + 0.5;
      store<f32>(y, read(scratch, width, height, a * u - b * v + x0 - 0.5, b * u + a * v + y0 - 0.5));
      y += 4;
    }
  }
}

/** ITU-R BT.601 luma in 0..1 of RGBA bytes, four pixels at a time. */
function takeLuma(rgba: usize, y: usize, pixels: i32): void {
  const byte = i32x4.splat(255);
  for (let left = pixels; left > 0; left -= 4) {
    const four = left >= 4 ? v128.load(rgba) : loadFirst(rgba, left);
    const red = f32x4.convert_i32x4_u(v128.and(four, byte));
    const green = f32x4.convert_i32x4_u(v128.and(i32x4.shr_u(four, 8), byte));
    const blue = f32x4.convert_i32x4_u(v128.and(i32x4.shr_u(four, 16), byte));
    const warm = f32x4.add(f32x4.mul(red, f32x4.splat(0.299 / 255)), f32x4.mul(green, f32x4.splat(0.587 / 255)));
    storeFirst(y, f32x4.add(warm, f32x4.mul(blue, f32x4.splat(0.114 / 255))), left);
    rgba += 16;
    y += 16;
  }
}

/** Means of 2 × 2 pixels, written over the picture; the last row and column of an odd side stand for themselves. */
function halve(picture: usize, width: i32, height: i32): void {
  let to = picture;
  for (let row = 0; row < height; row += 2) {
    const upper = picture + (<usize>(row * width) << 2);
    const lower = row + 1 < height ? upper + (<usize>width << 2) : upper;
    for (let column = 0; column < width; column += 2) {
      const left = <usize>column << 2;
      const right = column + 1 < width ? left + 4 : left;
      store<f32>(to, (load<f32>(upper + left) + load<f32>(upper + right) + load<f32>(lower + left) + load<f32>(lower + right)) / 4);
      to += 4;
    }
  }
}

/** A picture between its pixels, where whole numbers are their centres; borders are continued outward. */
@inline
function read(picture: usize, width: i32, height: i32, column: f64, row: f64): f32 {
  const x = min<f64>(max<f64>(column, 0), <f64>(width - 1));
  const y = min<f64>(max<f64>(row, 0), <f64>(height - 1));
  const left = floor<f64>(x), top = floor<f64>(y);
  const upper = picture + (<usize>(<i32>top * width + <i32>left) << 2);
  const lower = <i32>top + 1 < height ? upper + (<usize>width << 2) : upper;
  const right: usize = <i32>left + 1 < width ? 4 : 0;
  const fx = <f32>(x - left), fy = <f32>(y - top);
  const above = mix(load<f32>(upper), load<f32>(upper + right), fx);
  const below = mix(load<f32>(lower), load<f32>(lower + right), fx);
  return mix(above, below, fy);
}

@inline
function mix(first: f32, second: f32, fraction: f32): f32 {
  return first + (second - first) * fraction;
}
