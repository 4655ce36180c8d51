/** A square part of a picture, reduced or enlarged to the size that a detector reads. */
import { loadFirst, madd } from './lanes';

/** Pixels are drawn twice as densely as they are read, and every second is taken: see `Kernels.samplePart`. */
const DENSITY: f64 = 2;

export function samplePart(
  rgba: usize, width: i32, height: i32, x: f64, y: f64, length: f64, side: i32, to: usize, scratch: usize,
): void {
  const scale = length / (DENSITY * <f64>side);
  const reach = max<f64>(scale, 1);
  const firstColumn = clampTo(floor<f64>(x + 0.5 * scale - reach), width);
  const endColumn = clampTo(ceil<f64>(x + (DENSITY * <f64>(side - 1) + 0.5) * scale + reach), width);
  const taps = scratch + (<usize>width << 4);
  for (let column = 0, at = taps; column < side; column++) {
    at = writeTaps(x + (DENSITY * <f64>column + 0.5) * scale, reach, firstColumn, endColumn, at);
  }
  for (let row = 0; row < side; row++) {
    addRows(rgba, width, height, y + (DENSITY * <f64>row + 0.5) * scale, reach, firstColumn, endColumn, scratch);
    for (let column = 0, at = taps; column < side; column++) {
      at = readColumns(scratch, at, to);
      to += 12;
    }
  }
}

/** Where the sums of the columns under a triangle begin, how many they are, and their weights; returns the address behind them. */
function writeTaps(middle: f64, reach: f64, firstColumn: i32, endColumn: i32, at: usize): usize {
  const from = <i32>floor<f64>(middle - reach), end = <i32>ceil<f64>(middle + reach);
  const unit: f64 = 1 / weightSum(from, end, middle, reach);
  const first = max<i32>(from, firstColumn), count = max<i32>(min<i32>(end, endColumn) - first, 0);
  store<i32>(at, (first - firstColumn) << 4);
  store<i32>(at, count, 4);
  at += 8;
  for (let column = first; column < first + count; column++) {
    store<f32>(at, <f32>(weightAt(column, middle, reach) * unit));
    at += 4;
  }
  return at;
}

/** The rows under a triangle around `middle`, weighted, as four floats a pixel from `firstColumn` on; -1 is black, 1 is white, what is outside adds nothing. */
function addRows(
  rgba: usize, width: i32, height: i32, middle: f64, reach: f64, firstColumn: i32, endColumn: i32, scratch: usize,
): void {
  const from = <i32>floor<f64>(middle - reach), end = <i32>ceil<f64>(middle + reach);
  const unit: f64 = 1 / (127.5 * weightSum(from, end, middle, reach));
  const columns = endColumn - firstColumn;
  memory.fill(scratch, 0, <usize>max<i32>(columns, 0) << 4);
  for (let row = max<i32>(from, 0); row < min<i32>(end, height); row++) {
    const weight = f32x4.splat(<f32>(weightAt(row, middle, reach) * unit));
    let pixel = rgba + (<usize>(row * width + firstColumn) << 2);
    let sums = scratch;
    let left = columns;
    for (; left >= 4; left -= 4) {
      addFour(v128.load(pixel), weight, sums, 4);
      pixel += 16;
      sums += 64;
    }
    if (left > 0) addFour(loadFirst(pixel, left), weight, sums, left);
  }
}

@inline
function addFour(pixels: v128, weight: v128, sums: usize, count: i32): void {
  const low = i16x8.extend_low_i8x16_u(pixels), high = i16x8.extend_high_i8x16_u(pixels);
  addPixel(i32x4.extend_low_i16x8_u(low), weight, sums);
  if (count > 1) addPixel(i32x4.extend_high_i16x8_u(low), weight, sums + 16);
  if (count > 2) addPixel(i32x4.extend_low_i16x8_u(high), weight, sums + 32);
  if (count > 3) addPixel(i32x4.extend_high_i16x8_u(high), weight, sums + 48);
}

@inline
function addPixel(channels: v128, weight: v128, sum: usize): void {
  v128.store(sum, madd(f32x4.convert_i32x4_u(channels), weight, v128.load(sum)));
}

/** One pixel of the result, three floats; returns the address of the next one's taps. */
@inline
function readColumns(sums: usize, taps: usize, to: usize): usize {
  let column = sums + <usize>load<i32>(taps);
  const end = taps + 8 + (<usize>load<i32>(taps, 4) << 2);
  let value = f32x4.splat(-1);
  for (taps += 8; taps < end; taps += 4) {
    value = madd(v128.load(column), v128.load32_splat(taps), value);
    column += 16;
  }
  v128.store64_lane(to, value, 0);
  v128.store32_lane(to, value, 2, 8);
  return taps;
}

/** The triangle's height over the middle of pixel `index`. */
@inline
function weightAt(index: i32, middle: f64, reach: f64): f64 {
  return max<f64>(1 - abs<f64>(<f64>index + 0.5 - middle) / reach, 0);
}

@inline
function weightSum(from: i32, end: i32, middle: f64, reach: f64): f64 {
  let sum: f64 = 0;
  for (let index = from; index < end; index++) sum += weightAt(index, middle, reach);
  return sum;
}

@inline
function clampTo(value: f64, size: i32): i32 {
  return <i32>min<f64>(max<f64>(value, 0), <f64>size);
}
