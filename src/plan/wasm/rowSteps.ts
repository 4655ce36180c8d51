/** Normalisations, pooling and functions of single values on the kernels. */
import { sameShape, type Shape, sizeOf } from '../graph.js';
import type { BinaryFunction } from '../operations.js';
import { Activation as CODES } from './kernels.js';
import type { Run, StepKernel } from './stepKernel.js';

export const layerNorm: StepKernel<'layerNorm'> = {
  strided: ['x'],
  writesStrided: true,
  inPlace: ['x'],
  fits: () => true,
  step: ({ operation: { epsilon }, inputs, output }, places) => {
    const [x, y] = [places.rows(inputs.x!), places.rows(output)];
    const gain = places.constant(inputs.gain, { as: 'is' });
    const shift = places.constant(inputs.shift, { as: 'is' });
    return ({ kernels }) => kernels.layerNorm(x.at, x.stride, gain, shift, y.at, y.stride, y.rows, y.width, epsilon);
  },
};

export const softmax: StepKernel<'softmax'> = {
  strided: ['x'],
  writesStrided: true,
  inPlace: ['x'],
  fits: () => true,
  step: ({ inputs, output }, places) => {
    const [x, y] = [places.rows(inputs.x!), places.rows(output)];
    return ({ kernels }) => kernels.softmax(x.at, x.stride, y.at, y.stride, y.rows, y.width);
  },
};

/** Functions that are activations as well. */
function activationCode(name: string): number | undefined {
  return name === 'relu' || name === 'gelu' || name === 'sigmoid' ? CODES[name] : undefined;
}

export const unary: StepKernel<'unary'> = {
  strided: [],
  writesStrided: false,
  inPlace: ['x'],
  fits: ({ operation }) => activationCode(operation.function) !== undefined,
  step: ({ operation, inputs, output }, places) => {
    const [x, y] = [places.rows(inputs.x!), places.rows(output)];
    const code = activationCode(operation.function)!;
    const count = y.rows * y.width;
    return ({ kernels }) => kernels.unary(code, x.at, y.at, count);
  },
};

export const prelu: StepKernel<'prelu'> = {
  strided: ['x'],
  writesStrided: true,
  inPlace: ['x'],
  fits: ({ inputs }, shape) => isRowOf(shape(inputs.slopes!), shape(inputs.x!)),
  step: ({ inputs, output }, places) => {
    const [x, y] = [places.rows(inputs.x!), places.rows(output)];
    const slopes = places.rows(inputs.slopes!);
    return ({ kernels }) => kernels.prelu(x.at, x.stride, slopes.at, y.at, y.stride, y.rows, y.width);
  },
};

/** Whether a value is one row, to be used with each row of another. */
function isRowOf(row: Shape, whole: Shape): boolean {
  return row.at(-1) === whole.at(-1) && sizeOf(row) === row.at(-1);
}

type Combined = 'add' | 'multiply' | 'subtract';
const isCombined = (name: BinaryFunction): name is Combined => name !== 'maximum';

export const binary: StepKernel<'binary'> = {
  strided: [],
  writesStrided: false,
  inPlace: ['a', 'b'],
  fits: ({ operation, inputs, output }, shape) => {
    const [a, b, whole] = [shape(inputs.a!), shape(inputs.b!), shape(output)];
    if (!isCombined(operation.function) || !sameShape(a, whole)) return false;
    return sameShape(b, whole) || (operation.function !== 'subtract' && isRowOf(b, whole));
  },
  step: ({ operation, inputs, output }, places): Run => {
    const [a, b, y] = [places.rows(inputs.a!), places.rows(inputs.b!), places.rows(output)];
    const name = operation.function as Combined;
    const count = y.rows * y.width;
    if (sameShape(places.shape(inputs.b!), places.shape(output))) {
      return ({ kernels }) => kernels[name](a.at, b.at, y.at, count);
    }
    const byRow = name === 'add' ? 'addRow' : 'multiplyRow';
    return ({ kernels }) => kernels[byRow](a.at, a.stride, b.at, y.at, y.stride, y.rows, y.width);
  },
};

export const reduce: StepKernel<'reduce'> = {
  strided: ['x'],
  writesStrided: true,
  inPlace: [],
  // The mean over all axes but the last.
  fits: ({ operation, inputs }, shape) => {
    const x = shape(inputs.x!);
    const isReduced = (size: number, axis: number) => size === 1 || operation.axes.includes(axis);
    return (
      operation.function === 'mean' &&
      !operation.axes.includes(x.length - 1) &&
      x.slice(0, -1).every((size, axis) => isReduced(size, axis))
    );
  },
  step: ({ inputs, output }, places) => {
    const [x, y] = [places.rows(inputs.x!), places.rows(output)];
    return ({ kernels }) => kernels.meanRows(x.at, x.stride, y.at, x.rows, x.width);
  },
};

export const maxPool: StepKernel<'maxPool'> = {
  strided: ['x'],
  writesStrided: true,
  inPlace: [],
  fits: ({ operation: { size, strides, padding }, output }, shape) =>
    [size, strides, padding].every(([down, across]) => down === across) && shape(output)[0] === 1,
  step: ({ operation, inputs, output }, places) => {
    const [x, y] = [places.rows(inputs.x!), places.rows(output)];
    const [, height, width, channels] = places.shape(inputs.x!);
    const [, outHeight, outWidth] = places.shape(output);
    const [[size], [stride], [padding]] = [operation.size, operation.strides, operation.padding];
    return ({ kernels }) =>
      kernels.maxPool(
        x.at,
        x.stride,
        y.at,
        y.stride,
        height,
        width,
        channels,
        size,
        stride,
        padding,
        outHeight,
        outWidth,
      );
  },
};
