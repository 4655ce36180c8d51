/** The windows of a convolution as rows of a matrix. */

export function im2col(
  x: usize, xPixel: usize, y: usize, height: i32, width: i32, channels: i32, kernelHeight: i32, kernelWidth: i32,
  stride: i32, padding: i32, outWidth: i32, firstOutRow: i32, outRows: i32,
): void {
  const pixel = <usize>channels << 2;
  const gapless = pixel == xPixel;
  for (let outRow = firstOutRow; outRow < firstOutRow + outRows; outRow++) {
    for (let column = 0; column < outWidth; column++) {
      const left = column * stride - padding;
      const first = max<i32>(0, min<i32>(kernelWidth, -left));
      const end = max<i32>(first, min<i32>(kernelWidth, width - left));
      for (let tap = 0; tap < kernelHeight; tap++) {
        const row = outRow * stride - padding + tap;
        if (row < 0 || row >= height) {
          y = clear(y, <usize>kernelWidth * pixel);
          continue;
        }
        y = clear(y, <usize>first * pixel);
        let from = x + <usize>(row * width + left + first) * xPixel;
        if (gapless) y = copy(y, from, <usize>(end - first) * pixel);
        else {
          for (let inside = first; inside < end; inside++) {
            y = copy(y, from, pixel);
            from += xPixel;
          }
        }
        y = clear(y, <usize>(kernelWidth - end) * pixel);
      }
    }
  }
}

/** Writes zeros; returns the address behind them. The engine's own `memory.fill` is a call, too dear for a few words. */
function clear(to: usize, bytes: usize): usize {
  const end = to + bytes;
  for (; to + 16 <= end; to += 16) v128.store(to, f32x4.splat(0));
  for (; to < end; to += 4) store<f32>(to, 0);
  return end;
}

/** Copies whole words; returns the address behind them. */
function copy(to: usize, from: usize, bytes: usize): usize {
  const end = to + bytes;
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to < end; to += 4, from += 4) store<u32>(to, load<u32>(from));
  return end;
}
