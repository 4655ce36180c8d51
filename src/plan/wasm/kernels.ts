/**
 * The WebAssembly kernels (sources in `assembly/`): what the module exports.
 *
 * Conventions of every kernel
 * - float32, row-major, `[batch, height, width, channels]`; a batch of maps or rows is one run of rows.
 * - Pointers are bytes into the one imported memory; 0 means "none" where a pointer is optional. Strides are bytes too, widths and
 *   counts are elements. Nothing needs to be aligned; 64 bytes pay. The bytes below {@link FIRST_FREE_BYTE} belong to the module.
 * - An output may be one of the inputs only where its line says so.
 * - A kernel writes exactly its rows × columns and reads no element outside of its operands, but for operands said to be *padded*: those
 *   hold a whole number of panels ({@link PANEL} columns, see `packing.ts`).
 *
 * Numbers that are not finite
 * - NaN in, NaN out: an output that depends on a NaN is NaN, whatever its weight; no clamp, maximum or activation hides it.
 * - Infinity follows IEEE 754 arithmetic, with these bounds: `exp` takes its argument between −87 and 88 (so it is never 0 nor infinite),
 *   `erf` between −4 and 4 (where it is ±1 in float32).
 * - int8: a value beyond the quantised range takes the range's end. NaN cannot be kept in a whole number: it becomes the zero point, and
 *   `quantise` says that there was one, so that the executor can make the product NaN. Sums are exact in 32 bits for up to 2^16 terms.
 *
 * Two builds. `relaxed` uses fused multiply-add and int8 dot products where the machine has them; `simd` rounds after each
 * multiplication. Results of one build are the same on every machine for `simd`; those of `relaxed` may differ from it, and between
 * machines, by {@link RELAXED_BOUND}. int8 accumulators are equal in both.
 */

/** Columns of a panel of packed weights: two vectors of four. */
export const PANEL = 8;

/** Where the executor's own bytes may start: the addresses below are never handed out, so 0 can mean "none". */
export const FIRST_FREE_BYTE = 1024;

/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES = 65_536;

/**
 * How far the two builds may lie apart: |relaxed − simd| ≤ bound × the sum of |terms| of an output (the products and the bias of a matrix
 * product), which a fused multiply-add rounds once where the other rounds twice. Holds for K up to 4,608.
 */
export const RELAXED_BOUND = 1e-5;

/** What a kernel applies to its sums. `prelu` takes its slopes by column. */
export const Activation = { none: 0, relu: 1, gelu: 2, prelu: 3, sigmoid: 4 } as const;
export type ActivationCode = (typeof Activation)[keyof typeof Activation];

/**
 * Added to an activation's code: activation(product + bias + residual), as in ResNet. Without it the residual comes after the activation,
 * as in MobileFaceNet and in a transformer.
 */
export const RESIDUAL_FIRST = 16;

/** The module's exports. */
export interface Kernels {
  /**
   * Matrix product `c[M, N] = activation(a[M, K] · b[K, N] + bias) + residual`.
   * @param a rows of K floats, `lda` bytes apart
   * @param b packed by `packMatrix`: ceil(N / 8) panels of K × 8
   * @param bias 0, or N floats, padded
   * @param c rows of N floats, `ldc` bytes apart; exactly N of each are written. May be `residual`, never `a`
   * @param activation a code of {@link Activation}, plus {@link RESIDUAL_FIRST} where wanted
   * @param slopes N floats, padded, for PReLU; else 0
   * @param residual 0, or rows of N floats, `ldr` bytes apart
   */
  matmul(
    a: number,
    lda: number,
    b: number,
    bias: number,
    c: number,
    ldc: number,
    M: number,
    K: number,
    N: number,
    activation: number,
    slopes: number,
    residual: number,
    ldr: number,
  ): void;

  /**
   * Depthwise convolution of one map: `y[oy, ox, ch] = activation(bias[ch] + Σ x[oy · stride − padding + ky, ox · stride − padding + kx, ch]
   * · filter[ky, kx, ch])`, zero outside of the map.
   * @param x `[height, width, channels]`, pixels `xPixel` bytes apart, rows `width · xPixel`
   * @param filter `[kernel · kernel, channels]` floats; `bias` (or 0) and `slopes` (or 0) `[channels]`
   * @param y `[outHeight, outWidth, channels]`, pixels `yPixel` bytes apart
   */
  depthwise(
    x: number,
    xPixel: number,
    filter: number,
    bias: number,
    y: number,
    yPixel: number,
    height: number,
    width: number,
    channels: number,
    kernel: number,
    stride: number,
    padding: number,
    outHeight: number,
    outWidth: number,
    activation: number,
    slopes: number,
  ): void;

  /**
   * The windows of a convolution as rows of a matrix, for rows `firstOutRow` to `firstOutRow + outRows` of the output:
   * `y[outRows · outWidth, kernelHeight · kernelWidth · channels]` without gaps, zeros outside of the map.
   */
  im2col(
    x: number,
    xPixel: number,
    y: number,
    height: number,
    width: number,
    channels: number,
    kernelHeight: number,
    kernelWidth: number,
    stride: number,
    padding: number,
    outWidth: number,
    firstOutRow: number,
    outRows: number,
  ): void;

  /** Each row less its mean, over its standard deviation (biased, `epsilon` under the root), times `gain`, plus `shift`. `y` may be `x`. */
  layerNorm(
    x: number,
    ldx: number,
    gain: number,
    shift: number,
    y: number,
    ldy: number,
    rows: number,
    width: number,
    epsilon: number,
  ): void;

  /** Softmax of each row. `y` may be `x`. A row with an infinite maximum is NaN. */
  softmax(x: number, ldx: number, y: number, ldy: number, rows: number, width: number): void;

  /**
   * Attention of one image: per head `softmax(q · kᵀ) · v`; the caller has put 1 / √headWidth into q.
   * @param q `asked` rows of `heads · headWidth`, `ldq` bytes apart; `k` and `v` have `tokens` rows
   * @param out `asked` rows of `heads · headWidth`; may be `q`
   * @param scratch {@link attentionScratch} bytes
   */
  attention(
    q: number,
    ldq: number,
    k: number,
    ldk: number,
    v: number,
    ldv: number,
    out: number,
    ldo: number,
    asked: number,
    tokens: number,
    heads: number,
    headWidth: number,
    scratch: number,
  ): void;

  /** `y = activation(x)` of n floats, any code but `prelu`. `y` may be `x`. */
  unary(activation: number, x: number, y: number, n: number): void;

  /** `y = x > 0 ? x : slope · x` of each row, slopes by column. `y` may be `x`. */
  prelu(x: number, ldx: number, slopes: number, y: number, ldy: number, rows: number, width: number): void;

  /** `y = a + b` of n floats; likewise the next two. `y` may be `a` or `b`. */
  add(a: number, b: number, y: number, n: number): void;
  subtract(a: number, b: number, y: number, n: number): void;
  multiply(a: number, b: number, y: number, n: number): void;

  /** Each row of `a` plus one `row`; likewise times. `y` may be `a`. */
  addRow(a: number, lda: number, row: number, y: number, ldy: number, rows: number, width: number): void;
  multiplyRow(a: number, lda: number, row: number, y: number, ldy: number, rows: number, width: number): void;

  /** Each row times `scale` plus `shift`: a batch norm of its own. `y` may be `x`. */
  scaleShift(
    x: number,
    ldx: number,
    scale: number,
    shift: number,
    y: number,
    ldy: number,
    rows: number,
    width: number,
  ): void;

  /** `y = x · sigmoid(gate)` of n floats. `y` may be `x` or `gate`. */
  gate(x: number, gate: number, y: number, n: number): void;

  /** The mean of all rows, by column. */
  meanRows(x: number, ldx: number, y: number, rows: number, width: number): void;

  /** Greatest value of each window, as in PyTorch: what lies outside of the map does not count. Pixels and maps as in `depthwise`. */
  maxPool(
    x: number,
    xPixel: number,
    y: number,
    yPixel: number,
    height: number,
    width: number,
    channels: number,
    kernel: number,
    stride: number,
    padding: number,
    outHeight: number,
    outWidth: number,
  ): void;

  /**
   * A crop of `side` × `side` luma values in 0..1 at the places of the similarity `x' = a x − b y + x0`, `y' = b x + a y + y0` (crop to
   * picture), as `sampleCrop` in `src/faces/crop.ts` computes it.
   * @param rgba the picture or a part of it, four bytes a pixel, rows `rowBytes` apart
   * @param y side · side floats
   * @param scratch width · height floats; may not overlap the rest
   */
  cropLuma(
    rgba: number,
    rowBytes: number,
    width: number,
    height: number,
    a: number,
    b: number,
    x0: number,
    y0: number,
    side: number,
    y: number,
    scratch: number,
  ): void;

  /**
   * The square part of a picture whose corner is (`x`, `y`) and whose side is `length`, as `side` × `side` × 3 floats, -1 for black to 1 for
   * white: as MediaPipe reads it in a page, which is drawn twice as large, and every second pixel of that taken. A drawn pixel is the mean
   * under a triangle as wide as the reduction, but no narrower than a pixel. Outside the picture all is black; transparency is ignored.
   *
   * Against MediaPipe's points on eight photos this differed by 1.6 % of the face's size (root mean square), every pixel taken by 1.8 to
   * 2.1 %.
   * @param rgba the picture, four bytes a pixel, row by row
   * @param scratch {@link samplePartScratch} bytes
   */
  samplePart(
    rgba: number,
    width: number,
    height: number,
    x: number,
    y: number,
    length: number,
    side: number,
    to: number,
    scratch: number,
  ): void;

  /** Bytes of a quantised value: 1 in the relaxed build, 2 in the plain one, which has no product of bytes. */
  quantisedBytes(): number;

  /**
   * `y = clamp(round(x · inverseScale) + zeroPoint, 0, 127)`, halves to the even neighbour. A row of `y` ends with zeros up to a multiple
   * of four values; {@link quantisedRow} gives its bytes.
   * @returns 1 where a value is NaN, else 0
   */
  quantise(
    x: number,
    ldx: number,
    y: number,
    ldy: number,
    rows: number,
    width: number,
    inverseScale: number,
    zeroPoint: number,
  ): number;

  /**
   * `c = activation((a · b) · scale + bias) + residual` of quantised rows `a` (each of `quantisedRow(K)` bytes or more, `lda` apart) and
   * weights packed by `packQuantised`, which also makes the padded `scale` and `bias`. The sums are exact. All else as in `matmul`.
   */
  matmulQuantised(
    a: number,
    lda: number,
    b: number,
    scale: number,
    bias: number,
    c: number,
    ldc: number,
    M: number,
    K: number,
    N: number,
    activation: number,
    slopes: number,
    residual: number,
    ldr: number,
  ): void;
}

/** Bytes that `attention` needs beside its operands. */
export function attentionScratch(asked: number, tokens: number, headWidth: number): number {
  const padded = Math.ceil(tokens / PANEL) * PANEL;
  const keys = padded * headWidth;
  const values = tokens * Math.ceil(headWidth / PANEL) * PANEL;
  return 4 * (Math.max(keys, values) + asked * padded);
}

/** Bytes that `samplePart` needs beside its operands, `width` of the picture and `length` of the part in pixels. */
export function samplePartScratch(width: number, length: number, side: number): number {
  const taps = 2 + Math.ceil(Math.max(length / side, 2));
  return 16 * width + 4 * side * (2 + taps);
}
