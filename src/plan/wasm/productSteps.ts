/** Matrix products, convolutions and attention on the kernels. */
import type { GraphNode, Inputs, Shape } from '../graph.js';
import type { Activation, Convolution } from '../operations.js';
import { Activation as CODES, attentionScratch } from './kernels.js';
import { FLOAT_BYTES, type Places, type StepKernel } from './stepKernel.js';

/** What follows the sums, as the kernels take it. */
interface Epilogue {
  readonly bias: number;
  readonly slopes: number;
  readonly code: number;
  readonly residual: number;
  readonly residualStride: number;
}

function epilogue({ bias, slopes, residual }: Inputs, activation: Activation, places: Places): Epilogue {
  const added = residual === undefined ? undefined : places.rows(residual);
  return {
    bias: places.constant(bias, { as: 'row' }),
    slopes: places.constant(slopes, { as: 'row' }),
    code: CODES[activation],
    residual: added?.at ?? 0,
    residualStride: added?.stride ?? 0,
  };
}

export const product: StepKernel<'product'> = {
  strided: ['x', 'residual'],
  writesStrided: true,
  inPlace: ['residual'],
  fits: () => true,
  step: ({ operation, inputs, output }, places) => {
    const x = places.rows(inputs.x!);
    const y = places.rows(output);
    const weight = places.constant(inputs.weight, { as: 'matrix', rows: x.width });
    const { bias, slopes, code, residual, residualStride } = epilogue(inputs, operation.activation, places);
    return ({ kernels }) =>
      kernels.matmul(
        x.at,
        x.stride,
        weight,
        bias,
        y.at,
        y.stride,
        y.rows,
        x.width,
        y.width,
        code,
        slopes,
        residual,
        residualStride,
      );
  },
};

/** Windows of a convolution are laid out for as many rows of the output as fit this: they should stay in a core's own cache. */
const BAND_BYTES = 256 * 1024;

type FourSizes = readonly [number, number, number, number];

/** Rows of the output whose windows are laid out at once. */
function bandRows(filter: Shape, [, outHeight, outWidth]: FourSizes): number {
  const rowBytes = outWidth * windowSize(filter) * FLOAT_BYTES;
  return Math.min(outHeight, Math.max(1, Math.floor(BAND_BYTES / rowBytes)));
}

const windowSize = ([height, width, channels]: Shape): number => height * width * channels;

export const convolution: StepKernel<'convolution'> = {
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
    return bandRows(filter, out) * out[2] * windowSize(filter) * FLOAT_BYTES;
  },
  step: (node, places) => (node.operation.depthwise ? depthwiseStep(node, places) : windowsStep(node, places)),
};

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
const windowsStep = ({ operation, inputs, output }: GraphNode<Convolution>, places: Places) => {
  const [x, y] = [places.rows(inputs.x!), places.rows(output)];
  const [, height, width, channels] = places.shape(inputs.x!) as FourSizes;
  const out = places.shape(output) as FourSizes;
  const [, outHeight, outWidth, columns] = out;
  const filterShape = places.shape(inputs.filter!);
  const [kernelHeight, kernelWidth] = filterShape;
  const inner = windowSize(filterShape);
  const filter = places.constant(inputs.filter, { as: 'matrix', rows: inner });
  const { bias, slopes, code, residual, residualStride } = epilogue(inputs, operation.activation, places);
  const [stride, padding] = [operation.strides[0], operation.padding[0]];
  const windows = places.scratch;
  const band = bandRows(filterShape, out);
  return ({ kernels }: { readonly kernels: Parameters<ReturnType<typeof convolution.step>>[0]['kernels'] }) => {
    for (let first = 0; first < outHeight; first += band) {
      const rows = Math.min(band, outHeight - first);
      const pixel = first * outWidth;
      kernels.im2col(
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
      kernels.matmul(
        windows,
        inner * FLOAT_BYTES,
        filter,
        bias,
        y.at + pixel * y.stride,
        y.stride,
        rows * outWidth,
        inner,
        columns,
        code,
        slopes,
        residual === 0 ? 0 : residual + pixel * residualStride,
        residualStride,
      );
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
