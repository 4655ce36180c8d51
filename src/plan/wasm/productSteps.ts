/** Matrix products, convolutions and attention on the kernels. */
import { type GraphNode, type Inputs, type Shape, sizeOf, type ValueId } from '../graph.js';
import type { Activation, Convolution } from '../operations.js';
import { Activation as CODES, attentionScratch } from './kernels.js';
import { LARGEST_QUANTISED, quantisation, quantisedRow } from './quantised.js';
import { FLOAT_BYTES, type Machine, type PlacedRows, type Places, type Run, type StepKernel } from './stepKernel.js';

/** Least and greatest value of what a weight is multiplied with. */
export type Range = readonly [number, number];

/** Rows at `a`, `lda` bytes apart, by a weight, with all that follows the sums, to rows at `c`. */
type Multiply = (machine: Machine, a: number, lda: number, rows: number, c: number, residual: number) => void;

interface Multiplication {
  readonly weight: ValueId;
  readonly activation: Activation;
  readonly inputs: Inputs;
  /** Rows of the weight. */
  readonly inner: number;
  readonly y: PlacedRows;
  /** Where rows are quantised, if there is a range. */
  readonly scratch: number;
}

/** In float32, or quantised where there is a range. Also the address of the residual; 0 for none. */
function multiplication(
  { weight, activation, inputs: { bias, slopes, residual }, inner, y, scratch }: Multiplication,
  places: Places,
  range: Range | undefined,
): { readonly multiply: Multiply; readonly residual: PlacedRows | undefined } {
  const added = residual === undefined ? undefined : places.rows(residual);
  const slope = places.constant(slopes, { as: 'row' });
  const [code, ldr] = [CODES[activation], added?.stride ?? 0];
  if (range === undefined) {
    const b = places.constant(weight, { as: 'matrix', rows: inner });
    const row = places.constant(bias, { as: 'row' });
    const multiply: Multiply = ({ kernels }, a, lda, rows, c, rest) =>
      kernels.matmul(a, lda, b, row, c, y.stride, rows, inner, y.width, code, slope, rest, ldr);
    return { multiply, residual: added };
  }
  const input = quantisation(...range);
  const b = places.quantised(weight, bias, input);
  const multiply: Multiply = ({ kernels, floats }, a, lda, rows, c, rest) => {
    const ld = quantisedRow(inner, kernels.quantisedBytes());
    const isNaN = kernels.quantise(a, lda, scratch, ld, rows, inner, 1 / input.scale, input.zeroPoint);
    kernels.matmulQuantised(
      ...([
        scratch,
        ld,
        b.weights,
        b.scale,
        b.bias,
        c,
        y.stride,
        rows,
        inner,
        y.width,
        code,
        slope,
        rest,
        ldr,
      ] as const),
    );
    // Whichever rows had it: a product of NaN is not finite.
    if (isNaN === 0) return;
    for (let row = 0; row < rows; row++) {
      const start = (c + row * y.stride) / FLOAT_BYTES;
      floats.fill(Number.NaN, start, start + y.width);
    }
  };
  return { multiply, residual: added };
}

/** Bytes for quantised rows; none where they are multiplied as they are. */
function quantisedBytes(rows: number, inner: number, range: Range | undefined): number {
  return range === undefined ? 0 : rows * quantisedRow(inner, LARGEST_QUANTISED);
}

/** @param range quantises the rows of `x` */
export const product = (range?: Range): StepKernel<'product'> => ({
  strided: ['x', 'residual'],
  writesStrided: true,
  inPlace: ['residual'],
  fits: () => true,
  scratch: ({ inputs, output }, shape) =>
    quantisedBytes(sizeOf(shape(output).slice(0, -1)), shape(inputs.weight!)[0], range),
  step: ({ operation: { activation }, inputs, output }, places) => {
    const [x, y] = [places.rows(inputs.x!), places.rows(output)];
    const { scratch } = places;
    const { multiply, residual } = multiplication(
      { weight: inputs.weight!, activation, inputs, inner: x.width, y, scratch },
      places,
      range,
    );
    return (machine) => multiply(machine, x.at, x.stride, y.rows, y.at, residual?.at ?? 0);
  },
});

/** Windows of a convolution are laid out for as many rows of the output as fit this: they should stay in a core's own cache. */
const BAND_BYTES = 256 * 1024;

type FourSizes = readonly [number, number, number, number];

/** Rows of the output whose windows are laid out at once. */
function bandRows(filter: Shape, [, outHeight, outWidth]: FourSizes): number {
  const rowBytes = outWidth * windowSize(filter) * FLOAT_BYTES;
  return Math.min(outHeight, Math.max(1, Math.floor(BAND_BYTES / rowBytes)));
}

const windowSize = ([height, width, channels]: Shape): number => height * width * channels;

/** @param range quantises the windows; not those of a depthwise convolution */
export const convolution = (range?: Range): StepKernel<'convolution'> => ({
  strided: ['x', 'residual'],
  writesStrided: true,
  // A window still reads pixels below which its output is written already.
  inPlace: [],
  fits: ({ operation: { depthwise, strides, padding }, inputs, output }, shape) => {
    const isSquare = strides[0] === strides[1] && padding[0] === padding[1];
    const [height, width] = shape(inputs.filter!);
    return isSquare && shape(output)[0] === 1 && (!depthwise || (height === width && inputs.residual === undefined));
  },
  scratch: ({ operation, inputs, output }, shape) => {
    if (operation.depthwise) return 0;
    const [filter, out] = [shape(inputs.filter!), shape(output) as FourSizes];
    const rows = bandRows(filter, out) * out[2];
    return rows * windowSize(filter) * FLOAT_BYTES + quantisedBytes(rows, windowSize(filter), range);
  },
  step: (node, places) => (node.operation.depthwise ? depthwiseStep(node, places) : windowsStep(node, places, range)),
});

const depthwiseStep: StepKernel<'convolution'>['step'] = ({ operation, inputs, output }, places) => {
  const [x, y] = [places.rows(inputs.x!), places.rows(output)];
  const [, height, width, channels] = places.shape(inputs.x!) as FourSizes;
  const [, outHeight, outWidth] = places.shape(output) as FourSizes;
  const [kernel] = places.shape(inputs.filter!);
  const filter = places.constant(inputs.filter, { as: 'is' });
  const bias = places.constant(inputs.bias, { as: 'row' });
  const slopes = places.constant(inputs.slopes, { as: 'row' });
  const code = CODES[operation.activation];
  const [stride, padding] = [operation.strides[0], operation.padding[0]];
  return ({ kernels }) =>
    kernels.depthwise(
      x.at,
      x.stride,
      filter,
      bias,
      y.at,
      y.stride,
      height,
      width,
      channels,
      kernel,
      stride,
      padding,
      outHeight,
      outWidth,
      code,
      slopes,
    );
};

/** Windows as rows of a matrix, band by band, times the filters. */
const windowsStep = (
  { operation, inputs, output }: GraphNode<Convolution>,
  places: Places,
  range: Range | undefined,
): Run => {
  const [x, y] = [places.rows(inputs.x!), places.rows(output)];
  const [, height, width, channels] = places.shape(inputs.x!) as FourSizes;
  const out = places.shape(output) as FourSizes;
  const [, outHeight, outWidth] = out;
  const filter = places.shape(inputs.filter!);
  const [kernelHeight, kernelWidth] = filter;
  const inner = windowSize(filter);
  const band = bandRows(filter, out);
  const windows = places.scratch;
  const scratch = windows + band * outWidth * inner * FLOAT_BYTES;
  const { multiply, residual } = multiplication(
    { weight: inputs.filter!, activation: operation.activation, inputs, inner, y, scratch },
    places,
    range,
  );
  const [stride, padding] = [operation.strides[0], operation.padding[0]];
  return (machine) => {
    for (let first = 0; first < outHeight; first += band) {
      const rows = Math.min(band, outHeight - first);
      const pixel = first * outWidth;
      machine.kernels.im2col(
        x.at,
        x.stride,
        windows,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        stride,
        padding,
        outWidth,
        first,
        rows,
      );
      const rest = residual === undefined ? 0 : residual.at + pixel * residual.stride;
      multiply(machine, windows, inner * FLOAT_BYTES, rows * outWidth, y.at + pixel * y.stride, rest);
    }
  };
};

export const attention: StepKernel<'attention'> = {
  strided: ['query', 'key', 'value'],
  writesStrided: true,
  inPlace: [],
  fits: ({ output }, shape) => shape(output)[0] === 1,
  scratch: ({ operation: { heads }, inputs, output }, shape) => {
    const [, asked, width] = shape(output);
    return attentionScratch(asked, shape(inputs.key!)[1], width / heads);
  },
  step: ({ operation: { heads }, inputs, output }, places) => {
    const [query, key, value] = [inputs.query!, inputs.key!, inputs.value!].map((input) => places.rows(input));
    const out = places.rows(output);
    const { scratch } = places;
    return ({ kernels }) =>
      kernels.attention(
        query.at,
        query.stride,
        key.at,
        key.stride,
        value.at,
        value.stride,
        out.at,
        out.stride,
        out.rows,
        key.rows,
        heads,
        out.width / heads,
        scratch,
      );
  },
};
