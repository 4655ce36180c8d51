/** Depthwise convolution of one map. Inside the map 3 × 3 windows go four (stride 1) or two (stride 2) outputs at a time. */
import { activate, PRELU } from './activation';
import { loadFirst, madd, storeFirst } from './lanes';

export function depthwise(
  x: usize, xPixel: usize, filter: usize, bias: usize, y: usize, yPixel: usize, height: i32, width: i32, channels: i32,
  kernel: i32, stride: i32, padding: i32, outHeight: i32, outWidth: i32, activation: i32, slopes: usize,
): void {
  const whole = channels & ~3;
  const row = <usize>width * xPixel;
  for (let outRow = 0; outRow < outHeight; outRow++) {
    const top = outRow * stride - padding;
    const firstTap = max<i32>(0, -top), endTap = min<i32>(kernel, height - top);
    let to = y + <usize>(outRow * outWidth) * yPixel;
    for (let column = 0; column < outWidth; ) {
      const left = column * stride - padding;
      const from = x + <usize>top * row + <usize>left * xPixel;
      let outputs = 1, first = 0;
      if (kernel == 3 && left >= 0) {
        if (stride == 1 && left + 6 <= width && column + 4 <= outWidth) outputs = 4;
        else if (stride == 2 && left + 5 <= width && column + 2 <= outWidth) outputs = 2;
      }
      if (outputs == 4) four(from, row, xPixel, filter, bias, to, yPixel, channels, firstTap, endTap, activation, slopes);
      else if (outputs == 2) two(from, row, xPixel, filter, bias, to, yPixel, channels, firstTap, endTap, activation, slopes);
      if (outputs > 1) first = whole;
      if (first < channels) {
        for (let output = 0; output < outputs; output++) {
          const shift = output * stride;
          window(
            from + <usize>shift * xPixel, row, xPixel, filter, bias, to + <usize>output * yPixel, first, channels, kernel,
            firstTap, endTap, max<i32>(0, -left - shift), min<i32>(kernel, width - left - shift), activation, slopes,
          );
        }
      }
      column += outputs;
      to += <usize>outputs * yPixel;
    }
  }
}

/** One output, channels from `first` on, the taps that lie inside of the map. */
function window(
  x: usize, row: usize, pixel: usize, filter: usize, bias: usize, y: usize, first: i32, channels: i32, kernel: i32,
  firstTap: i32, endTap: i32, firstColumn: i32, endColumn: i32, activation: i32, slopes: usize,
): void {
  for (let channel = first; channel < channels; channel += 4) {
    const count = channels - channel, at = <usize>channel << 2;
    let sum = bias ? loadFirst(bias + at, count) : f32x4.splat(0);
    for (let tap = firstTap; tap < endTap; tap++) {
      for (let column = firstColumn; column < endColumn; column++) {
        const input = x + <usize>tap * row + <usize>column * pixel + at;
        const weight = filter + (<usize>((tap * kernel + column) * channels) << 2) + at;
        sum = madd(loadFirst(input, count), loadFirst(weight, count), sum);
      }
    }
    const slope = activation == PRELU ? loadFirst(slopes + at, count) : sum;
    storeFirst(y + at, activate(sum, activation, slope), count);
  }
}

/** Four outputs side by side, stride 1: each row of the window shares its six columns. */
function four(
  x: usize, row: usize, pixel: usize, filter: usize, bias: usize, y: usize, yPixel: usize, channels: i32,
  firstTap: i32, endTap: i32, activation: i32, slopes: usize,
): void {
  const next = <usize>channels << 2;
  for (let channel = 0; channel + 4 <= channels; channel += 4) {
    const at = <usize>channel << 2;
    let s0 = bias ? v128.load(bias + at) : f32x4.splat(0);
    let s1 = s0, s2 = s0, s3 = s0;
    for (let tap = firstTap; tap < endTap; tap++) {
      let input = x + <usize>tap * row + at;
      const weight = filter + <usize>(tap * 3) * next + at;
      const w0 = v128.load(weight), w1 = v128.load(weight + next), w2 = v128.load(weight + 2 * next);
      let a = v128.load(input), b = v128.load((input += pixel)), c = v128.load((input += pixel));
      s0 = madd(a, w0, madd(b, w1, madd(c, w2, s0)));
      a = v128.load((input += pixel));
      s1 = madd(b, w0, madd(c, w1, madd(a, w2, s1)));
      b = v128.load((input += pixel));
      s2 = madd(c, w0, madd(a, w1, madd(b, w2, s2)));
      c = v128.load((input += pixel));
      s3 = madd(a, w0, madd(b, w1, madd(c, w2, s3)));
    }
    const slope = activation == PRELU ? v128.load(slopes + at) : s0;
    let to = y + at;
    v128.store(to, activate(s0, activation, slope));
    v128.store((to += yPixel), activate(s1, activation, slope));
    v128.store((to += yPixel), activate(s2, activation, slope));
    v128.store((to += yPixel), activate(s3, activation, slope));
  }
}

/** Two outputs side by side, stride 2: each row of the window shares its five columns. */
function two(
  x: usize, row: usize, pixel: usize, filter: usize, bias: usize, y: usize, yPixel: usize, channels: i32,
  firstTap: i32, endTap: i32, activation: i32, slopes: usize,
): void {
  const next = <usize>channels << 2;
  for (let channel = 0; channel + 4 <= channels; channel += 4) {
    const at = <usize>channel << 2;
    let s0 = bias ? v128.load(bias + at) : f32x4.splat(0);
    let s1 = s0;
    for (let tap = firstTap; tap < endTap; tap++) {
      let input = x + <usize>tap * row + at;
      const weight = filter + <usize>(tap * 3) * next + at;
      const w0 = v128.load(weight), w1 = v128.load(weight + next), w2 = v128.load(weight + 2 * next);
      const a = v128.load(input), b = v128.load((input += pixel)), c = v128.load((input += pixel));
      s0 = madd(a, w0, madd(b, w1, madd(c, w2, s0)));
      const d = v128.load((input += pixel)), e = v128.load((input += pixel));
      s1 = madd(c, w0, madd(d, w1, madd(e, w2, s1)));
    }
    const slope = activation == PRELU ? v128.load(slopes + at) : s0;
    v128.store(y + at, activate(s0, activation, slope));
    v128.store(y + yPixel + at, activate(s1, activation, slope));
  }
}
