/** Attention of one image, head after head: scores, softmax, mixture of the values. */
import { matmul } from './matmul';
import { softmax } from './rows';

export function attention(
  q: usize, ldq: usize, k: usize, ldk: usize, v: usize, ldv: usize, out: usize, ldo: usize, asked: i32, tokens: i32,
  heads: i32, headWidth: i32, scratch: usize,
): void {
  const padded = (tokens + 7) & ~7, paddedWidth = (headWidth + 7) & ~7;
  const panels = scratch;
  const scores = panels + (<usize>max<i32>(padded * headWidth, tokens * paddedWidth) << 2);
  const ldScores = <usize>padded << 2;
  for (let head = 0; head < heads; head++) {
    const at = <usize>(head * headWidth) << 2;
    packColumns(k + at, ldk, panels, tokens, headWidth);
    matmul(q + at, ldq, panels, 0, scores, ldScores, asked, headWidth, tokens, 0, 0, 0, 0);
    softmax(scores, ldScores, scores, ldScores, asked, tokens);
    packRows(v + at, ldv, panels, headWidth, tokens);
    matmul(scores, ldScores, panels, 0, out + at, ldo, asked, tokens, headWidth, 0, 0, 0, 0);
  }
}

/** Panels of a matrix whose columns are the `N` rows of `K` floats at `from`. */
function packColumns(from: usize, stride: usize, to: usize, N: i32, K: i32): void {
  for (let panel = 0; panel < N; panel += 8) {
    for (let column = 0; column < 8; column++) {
      let write = to + (<usize>column << 2);
      let read = from + <usize>(panel + column) * stride;
      const there = panel + column < N;
      for (let k = 0; k < K; k++) {
        store<f32>(write, there ? load<f32>(read) : 0);
        read += 4;
        write += 32;
      }
    }
    to += <usize>K << 5;
  }
}

/** Panels of a matrix of `K` rows of `N` floats. */
function packRows(from: usize, stride: usize, to: usize, N: i32, K: i32): void {
  for (let panel = 0; panel < N; panel += 8) {
    let read = from + (<usize>panel << 2);
    const width = min<i32>(8, N - panel);
    for (let k = 0; k < K; k++) {
      if (width == 8) {
        v128.store(to, v128.load(read));
        v128.store(to, v128.load(read, 16), 16);
      } else {
        for (let column = 0; column < 8; column++) {
          const at = <usize>column << 2;
          store<f32>(to + at, column < width ? load<f32>(read + at) : 0);
        }
      }
      read += stride;
      to += 32;
    }
  }
}
