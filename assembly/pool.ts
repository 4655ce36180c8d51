/** Greatest value of each window. */
import { loadFirst, storeFirst } from './lanes';

export function maxPool(
  x: usize, xPixel: usize, y: usize, yPixel: usize, height: i32, width: i32, channels: i32, kernel: i32, stride: i32,
  padding: i32, outHeight: i32, outWidth: i32,
): void {
  for (let outRow = 0; outRow < outHeight; outRow++) {
    const top = outRow * stride - padding;
    for (let column = 0; column < outWidth; column++) {
      const left = column * stride - padding;
      for (let channel = 0; channel < channels; channel += 4) {
        const at = <usize>channel << 2, count = channels - channel;
        let greatest = f32x4.splat(-Infinity);
        for (let row = max<i32>(0, top); row < min<i32>(height, top + kernel); row++) {
          for (let inside = max<i32>(0, left); inside < min<i32>(width, left + kernel); inside++) {
            const input = x + <usize>(row * width + inside) * xPixel + at;
            greatest = f32x4.max(greatest, loadFirst(input, count));
          }
        }
        storeFirst(y + at, greatest, count);
      }
      y += yPixel;
    }
  }
}
