/** What goes over the rows of a matrix: norms, softmax, means. */
import { exp } from './functions';
import { greatest, loadFirst, madd, storeFirst, sum } from './lanes';

export function layerNorm(
  x: usize, ldx: usize, gain: usize, shift: usize, y: usize, ldy: usize, rows: i32, width: i32, epsilon: f32,
): void {
  const whole = <usize>(width & ~3) << 2, bytes = <usize>width << 2;
  const share: f32 = 1 / <f32>width;
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) sums = f32x4.add(sums, v128.load(x + at));
    let total = sum(sums);
    for (let at = whole; at < bytes; at += 4) total += load<f32>(x + at);
    const mean = total * share;
    let squares = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const distance = f32x4.sub(v128.load(x + at), f32x4.splat(mean));
      squares = madd(distance, distance, squares);
    }
    let spread = sum(squares);
    for (let at = whole; at < bytes; at += 4) spread += (load<f32>(x + at) - mean) * (load<f32>(x + at) - mean);
    const scale: f32 = 1 / sqrt<f32>(spread * share + epsilon);
    for (let at: usize = 0; at < whole; at += 16) {
      const standard = f32x4.mul(f32x4.sub(v128.load(x + at), f32x4.splat(mean)), f32x4.splat(scale));
      v128.store(y + at, madd(standard, v128.load(gain + at), v128.load(shift + at)));
    }
    for (let at = whole; at < bytes; at += 4) {
      store<f32>(y + at, (load<f32>(x + at) - mean) * scale * load<f32>(gain + at) + load<f32>(shift + at));
    }
    x += ldx;
    y += ldy;
  }
}

export function softmax(x: usize, ldx: usize, y: usize, ldy: usize, rows: i32, width: i32): void {
  const whole = <usize>(width & ~3) << 2, bytes = <usize>width << 2;
  const rest = width & 3;
  for (let row = 0; row < rows; row++) {
    let top = load<f32>(x);
    if (whole) {
      let tops = v128.load(x);
      for (let at: usize = 16; at < whole; at += 16) tops = f32x4.max(tops, v128.load(x + at));
      top = greatest(tops);
    }
    for (let at = whole; at < bytes; at += 4) top = max<f32>(top, load<f32>(x + at));
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const power = exp(f32x4.sub(v128.load(x + at), f32x4.splat(top)));
      v128.store(y + at, power);
      sums = f32x4.add(sums, power);
    }
    let total = sum(sums);
    if (rest) {
      storeFirst(y + whole, exp(f32x4.sub(loadFirst(x + whole, rest), f32x4.splat(top))), rest);
      for (let at = whole; at < bytes; at += 4) total += load<f32>(y + at);
    }
    const share: f32 = 1 / total;
    for (let at: usize = 0; at < whole; at += 16) v128.store(y + at, f32x4.mul(v128.load(y + at), f32x4.splat(share)));
    for (let at = whole; at < bytes; at += 4) store<f32>(y + at, load<f32>(y + at) * share);
    x += ldx;
    y += ldy;
  }
}

export function meanRows(x: usize, ldx: usize, y: usize, rows: i32, width: i32): void {
  const share = f32x4.splat(1 / <f32>rows);
  for (let column = 0; column < width; column += 4) {
    const count = width - column, at = <usize>column << 2;
    let sums = f32x4.splat(0);
    for (let row = 0; row < rows; row++) sums = f32x4.add(sums, loadFirst(x + <usize>row * ldx + at, count));
    storeFirst(y + at, f32x4.mul(sums, share), count);
  }
}
