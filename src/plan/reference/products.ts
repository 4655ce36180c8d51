/** Matrix products, attention and what stands around them. */
import { type Shape, sizeOf } from '../graph.js';
import type * as operations from '../operations.js';
import { ACTIVATIONS } from './functions.js';
import { softmax } from './arrays.js';
import { broadcast, type Held, type HeldInputs, type ReferenceKernel } from './held.js';

/** Bias, activation and residual of sums whose last axis is the channels. */
export function finish(
  sums: Float64Array,
  { bias, slopes, residual }: Partial<HeldInputs>,
  activation: operations.Activation,
  shape: Shape,
): Float32Array {
  const channels = shape.at(-1)!;
  const activate = ACTIVATIONS[activation];
  const added = residual === undefined ? undefined : broadcast(residual, shape);
  return Float32Array.from(sums, (sum, index) => {
    const channel = index % channels;
    const activated = activate(sum + (bias?.data[channel] ?? 0), slopes?.data[channel] ?? 0);
    return activated + (added?.[index] ?? 0);
  });
}

export const product: ReferenceKernel<operations.Product> = ({ activation }, inputs, shape) => {
  const { x, weight } = inputs;
  const [inner, columns] = weight.shape as [number, number];
  const rows = sizeOf(shape) / columns;
  const sums = new Float64Array(rows * columns);
  multiply(sums, 0, x.data, 0, weight.data, 0, { rows, inner, columns, transposeA: false, transposeB: false });
  return finish(sums, inputs, activation, shape);
};

export const batchedProduct: ReferenceKernel<operations.BatchedProduct> = (
  { transposeA, transposeB },
  { a, b },
  shape,
) => {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const inner = a.shape.at(transposeA ? -2 : -1)!;
  const outer = shape.slice(0, -2);
  const [left, right] = [a, b].map((x) => wholeMatrices(x, outer)) as [Float32Array, Float32Array];
  const sums = new Float64Array(sizeOf(shape));
  for (let matrix = 0; matrix < sizeOf(outer); matrix++) {
    const size = { rows, inner, columns, transposeA, transposeB };
    multiply(sums, matrix * rows * columns, left, matrix * rows * inner, right, matrix * inner * columns, size);
  }
  return Float32Array.from(sums);
};

/** One matrix for every place of `outer`. */
function wholeMatrices(array: Held, outer: Shape): Float32Array {
  return broadcast(array, [...outer, ...array.shape.slice(-2)]);
}

interface MatrixSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function multiply(
  sums: Float64Array,
  sumsStart: number,
  a: Float32Array,
  aStart: number,
  b: Float32Array,
  bStart: number,
  { rows, inner, columns, transposeA, transposeB }: MatrixSizes,
): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[aStart + (transposeA ? k * rows + row : row * inner + k)];
      for (let column = 0; column < columns; column++) {
        sums[sumsStart + row * columns + column] +=
          factor * b[bStart + (transposeB ? column * inner + k : k * columns + column)];
      }
    }
  }
}

export const attention: ReferenceKernel<operations.Attention> = ({ heads }, { query, key, value }, shape) => {
  const [batch, asked, width] = shape as [number, number, number];
  const tokens = key.shape[1];
  const headWidth = width / heads;
  const result = new Float32Array(sizeOf(shape));
  for (let image = 0; image < batch; image++) {
    for (let head = 0; head < heads; head++) {
      const at = (rows: number, row: number, column: number) =>
        (image * rows + row) * width + head * headWidth + column;
      for (let row = 0; row < asked; row++) {
        const scores = new Float32Array(tokens);
        for (let token = 0; token < tokens; token++) {
          let score = 0;
          for (let column = 0; column < headWidth; column++) {
            score += query.data[at(asked, row, column)] * key.data[at(tokens, token, column)];
          }
          scores[token] = score;
        }
        const weights = softmax({ kind: 'softmax' }, { x: { shape: [tokens], data: scores } }, [tokens]);
        for (let column = 0; column < headWidth; column++) {
          let sum = 0;
          for (let token = 0; token < tokens; token++) sum += weights[token] * value.data[at(tokens, token, column)];
          result[at(asked, row, column)] = sum;
        }
      }
    }
  }
  return result;
};
