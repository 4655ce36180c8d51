/** Convolutions, pooling and normalisations. */
import { type Shape, sizeOf } from '../graph.js';
import type * as operations from '../operations.js';
import { type Held, type HeldInputs, type ReferenceKernel } from './held.js';
import { finish, product } from './products.js';

type FourSizes = readonly [number, number, number, number];

/** Calls back for every pixel of the output and every pixel of the input below its window, with their places (in pixels) and the tap's. */
function overWindows(
  { shape: input }: Held,
  output: Shape,
  [windowHeight, windowWidth]: operations.Pair,
  { strides, padding }: { readonly strides: operations.Pair; readonly padding: operations.Pair },
  visit: (to: number, from: number, tap: number) => void,
): void {
  const [batch, height, width] = input as FourSizes;
  const [, outHeight, outWidth] = output as FourSizes;
  for (let image = 0; image < batch; image++) {
    for (let place = 0; place < outHeight * outWidth; place++) {
      const top = Math.floor(place / outWidth) * strides[0] - padding[0];
      const left = (place % outWidth) * strides[1] - padding[1];
      for (let tap = 0; tap < windowHeight * windowWidth; tap++) {
        const y = top + Math.floor(tap / windowWidth);
        const x = left + (tap % windowWidth);
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        visit(image * outHeight * outWidth + place, (image * height + y) * width + x, tap);
      }
    }
  }
}

export const convolution: ReferenceKernel<operations.Convolution> = (operation, inputs, shape) => {
  const { x, filter } = inputs;
  const [height, width, ins, perInput] = filter.shape as FourSizes;
  const outs = operation.depthwise ? ins : perInput;
  const sums = new Float64Array(sizeOf(shape));
  overWindows(x, shape, [height, width], operation, (to, from, tap) => {
    for (let channel = 0; channel < ins; channel++) {
      const value = x.data[from * ins + channel];
      const weights = (tap * ins + channel) * perInput;
      if (operation.depthwise) sums[to * outs + channel] += value * filter.data[weights];
      else for (let out = 0; out < outs; out++) sums[to * outs + out] += value * filter.data[weights + out];
    }
  });
  return finish(sums, inputs, operation.activation, shape);
};

export const maxPool: ReferenceKernel<operations.MaxPool> = (operation, { x }, shape) => {
  const channels = shape.at(-1)!;
  const result = new Float32Array(sizeOf(shape)).fill(Number.NEGATIVE_INFINITY);
  overWindows(x, shape, operation.size, operation, (to, from) => {
    for (let channel = 0; channel < channels; channel++) {
      const place = to * channels + channel;
      result[place] = Math.max(result[place], x.data[from * channels + channel]);
    }
  });
  return result;
};

export const batchNorm: ReferenceKernel<operations.BatchNorm> = ({ epsilon }, inputs) => {
  const { x, mean, variance, scale, shift } = inputs;
  const channels = mean.data.length;
  return x.data.map((value, index) => {
    const channel = index % channels;
    const unit = (value - mean.data[channel]) / Math.sqrt(variance.data[channel] + epsilon);
    return unit * ((scale as Held | undefined)?.data[channel] ?? 1) + ((shift as Held | undefined)?.data[channel] ?? 0);
  });
};

export const layerNorm: ReferenceKernel<operations.LayerNorm> = ({ epsilon }, { x, gain, shift }) => {
  const width = x.shape.at(-1)!;
  const result = new Float32Array(x.data.length);
  for (let start = 0; start < result.length; start += width) {
    const row = x.data.subarray(start, start + width);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const factor = 1 / Math.sqrt(variance + epsilon);
    row.forEach((value, index) => {
      result[start + index] = (value - mean) * factor * gain.data[index] + shift.data[index];
    });
  }
  return result;
};

export const normalisedProduct: ReferenceKernel<operations.NormalisedProduct> = (
  { epsilon, activation },
  inputs,
  shape,
) => {
  const { x } = inputs;
  const width = x.shape.at(-1)!;
  const row = (value: number): Held => ({ shape: [width], data: new Float32Array(width).fill(value) });
  const data = layerNorm({ kind: 'layerNorm', epsilon }, { x, gain: row(1), shift: row(0) }, x.shape);
  return product({ kind: 'product', activation }, { ...inputs, x: { shape: x.shape, data } }, shape);
};

export const separableConvolution: ReferenceKernel<operations.SeparableConvolution> = (operation, inputs, shape) => {
  const { x, filter, depthwiseBias: bias, depthwiseSlopes: slopes, ...others } = inputs as Partial<typeof inputs>;
  const { strides, padding, depthwiseActivation, activation } = operation;
  const between = [...shape.slice(0, -1), x!.shape.at(-1)!];
  const depthwise = Object.entries({ x, filter, bias, slopes }).filter(([, held]) => held !== undefined);
  const data = convolution(
    { kind: 'convolution', depthwise: true, strides, padding, activation: depthwiseActivation },
    Object.fromEntries(depthwise) as HeldInputs,
    between,
  );
  const rest = Object.entries(others).filter(([, held]) => held !== undefined);
  const held = { ...(Object.fromEntries(rest) as HeldInputs), x: { shape: between, data } };
  return product({ kind: 'product', activation }, held, shape);
};
