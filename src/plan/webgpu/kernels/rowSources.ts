/** Where the rows come from that a product multiplies with its matrix: four values of one at a time. */
import type { Inputs, Shape, ValueId } from '../../graph.js';
import type { Activation, Pair } from '../../operations.js';
import { QUAD, quads } from '../places.js';
import type { Shader } from '../shader.js';
import { ACTIVATION_CALLS } from '../wgsl/functions.js';

/** Rows of `inner` values. */
export interface RowSource {
  readonly inner: number;
  /** An expression for vector `quad` of row `row`; beyond the row's end it has zeros. */
  readonly read: (row: string, quad: string) => string;
  /** Whether the values are normalised by their row's mean and deviation when they are read. */
  readonly normalise?: { readonly epsilon: number };
}

/** The rows of `x` as they are. */
export function plainRows(shader: Shader, { x }: Inputs): RowSource {
  return { inner: shader.places.shape(x!).at(-1)!, read: shader.rows('readRow', x!) };
}

type FourSizes = readonly [number, number, number, number];

interface Windows {
  readonly strides: Pair;
  readonly padding: Pair;
}

/**
 * Defines `pixel(row, tap)`: the address of the pixel that tap number `tap` of the window of output row `row` reads, or −1 beyond the border.
 */
export function definePixels(
  shader: Shader,
  x: ValueId,
  [, windowWidth]: readonly number[],
  { strides, padding }: Windows,
  output: Shape,
): void {
  const view = shader.viewOf(x);
  const [batch, height, width] = shader.places.shape(x) as FourSizes;
  const [, outHeight, outWidth] = output as FourSizes;
  const [imageStride, rowStride, pixelStride] = view.strides as FourSizes;
  const pixels = outHeight * outWidth;
  const image =
    batch === 1
      ? `row / ${pixels}u * ${view.faceStride}u`
      : `row / ${pixels * batch}u * ${view.faceStride}u + row / ${pixels}u % ${batch}u * ${imageStride}u`;
  shader.define(`fn pixel(row: u32, tap: u32) -> i32 {
  let place = row % ${pixels}u;
  let y = i32(place / ${outWidth}u * ${strides[0]}u + tap / ${windowWidth}u) - ${padding[0]};
  let x = i32(place % ${outWidth}u * ${strides[1]}u + tap % ${windowWidth}u) - ${padding[1]};
  if (y < 0 || y >= ${height} || x < 0 || x >= ${width}) { return -1; }
  return i32(${shader.start(view)} + ${image}) + y * ${rowStride} + x * ${pixelStride};
}`);
}

/** The windows of a convolution, laid out as rows [height, width, channels] while they are read. */
export function windowRows(shader: Shader, inputs: Inputs, windows: Windows, output: Shape): RowSource {
  const { places } = shader;
  const channels = places.shape(inputs.x!).at(-1)!;
  const [filterHeight, filterWidth] = places.shape(inputs.filter!) as FourSizes;
  const inner = filterHeight * filterWidth * channels;
  definePixels(shader, inputs.x!, places.shape(inputs.filter!), windows, output);
  if (channels % QUAD === 0) {
    shader.define(`fn readRow(row: u32, quad: u32) -> vec4f {
  let at = pixel(row, quad / ${channels / QUAD}u);
  if (at < 0) { return vec4f(); }
  return load(u32(at) + quad % ${channels / QUAD}u * 4u, 4u);
}`);
  } else {
    shader.define(`fn readRow(row: u32, quad: u32) -> vec4f {
  var values = vec4f();
  for (var i = 0u; i < 4u; i++) {
    let k = quad * 4u + i;
    if (k < ${inner}u) {
      let at = pixel(row, k / ${channels}u);
      if (at >= 0) { values[i] = load(u32(at) + k % ${channels}u, 1u).x; }
    }
  }
  return values;
}`);
  }
  return { inner, read: (row, quad) => `readRow(${row}, ${quad})` };
}

/** A depthwise convolution, computed while it is read; `quad` counts channels by four. */
export function depthwiseRows(
  shader: Shader,
  inputs: Inputs,
  windows: Windows & { readonly activation: Activation },
  output: Shape,
): RowSource {
  const { places } = shader;
  const channels = places.shape(inputs.x!).at(-1)!;
  const [filterHeight, filterWidth] = places.shape(inputs.filter!) as FourSizes;
  const taps = filterHeight * filterWidth;
  definePixels(shader, inputs.x!, places.shape(inputs.filter!), windows, output);
  const filter = shader.constant(places.constant(inputs.filter!), channels);
  const bias = shader.perColumn(inputs.bias)?.('quad') ?? 'vec4f()';
  const slopes = shader.perColumn(inputs.slopes)?.('quad') ?? 'vec4f()';
  shader.define(`fn readRow(row: u32, quad: u32) -> vec4f {
  var sum = ${bias};
  for (var tap = 0u; tap < ${taps}u; tap++) {
    let at = pixel(row, tap);
    if (at >= 0) {
      sum = fma(load(u32(at) + quad * 4u, ${channels}u - quad * 4u), constants[${filter} + tap * ${quads(channels)}u + quad], sum);
    }
  }
  return ${ACTIVATION_CALLS[windows.activation]('sum', slopes)};
}`);
  return { inner: channels, read: (row, quad) => `readRow(${row}, ${quad})` };
}

/** The rows of `x`, each less its mean and divided by its deviation. */
export function normalisedRows(shader: Shader, inputs: Inputs, epsilon: number): RowSource {
  return { ...plainRows(shader, inputs), normalise: { epsilon } };
}
