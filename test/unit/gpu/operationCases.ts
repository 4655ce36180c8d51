/** What the stock operations must do with our kernels behind them, on whichever backend is current. */
import '../../../src/gpu/gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { generator, values } from './random.js';
import { expectClose, read, withoutLeak } from './support.js';

export function matMulCases(): void {
  const sizes = [
    { batch: [], label: 'one pair' },
    { batch: [1], label: 'a batch of one' },
    { batch: [5], label: 'a batch' },
    { batch: [2, 3], label: 'two batch axes' },
  ];
  const cases = sizes.flatMap((size) =>
    [false, true].flatMap((transposeA) => [false, true].map((transposeB) => ({ ...size, transposeA, transposeB }))),
  );
  it.each(cases)('multiplies $label of matrices (transposed: $transposeA, $transposeB)', async (example) => {
    const { batch, transposeA, transposeB } = example;
    const [count, rows, inner, columns] = [tf.util.sizeFromShape(batch), 7, 13, 9];
    const random = generator(31);
    const [a, b] = [values(random, count * rows * inner), values(random, count * inner * columns)];
    const expected = Float64Array.from({ length: count * rows * columns }, (_, at) => {
      const [i, row, column] = [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows, at % columns];
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        const left = transposeA ? (i * inner + k) * rows + row : (i * rows + row) * inner + k;
        const right = transposeB ? (i * columns + column) * inner + k : (i * inner + k) * columns + column;
        sum += a[left] * b[right];
      }
      return sum;
    });
    await withoutLeak(async () => {
      const at = tf.tensor(a, [...batch, ...(transposeA ? [inner, rows] : [rows, inner])]);
      const bt = tf.tensor(b, [...batch, ...(transposeB ? [columns, inner] : [inner, columns])]);
      // Twice: what the first call keeps of its operands must not show in the second.
      for (let run = 0; run < 2; run++) {
        const product = tf.matMul(at, bt, transposeA, transposeB);
        expect(product.shape).toEqual([...batch, rows, columns]);
        expectClose(await read(product), expected, 1e-5);
      }
      if (batch.length === 0) {
        const bias = tf.tensor1d(values(random, columns));
        const [a, b] = [at as tf.Tensor2D, bt as tf.Tensor2D];
        const fused = tf.fused.matMul({ a, b, transposeA, transposeB, bias, activation: 'relu' });
        const biases = await bias.data();
        expectClose(
          await read(fused),
          expected.map((value, i) => Math.max(0, value + biases[i % columns])),
          1e-5,
        );
        bias.dispose();
      }
      tf.dispose([at, bt]);
    });
  });

  it('multiplies a batch by one matrix for all of it', async () => {
    const random = generator(32);
    const [a, b] = [values(random, 3 * 4 * 5), values(random, 5 * 6)];
    const expected = Float64Array.from({ length: 3 * 4 * 6 }, (_, at) => {
      let sum = 0;
      for (let k = 0; k < 5; k++) sum += a[Math.floor(at / 6) * 5 + k] * b[k * 6 + (at % 6)];
      return sum;
    });
    await withoutLeak(async () => {
      const [at, bt] = [tf.tensor3d(a, [3, 4, 5]), tf.tensor3d(b, [1, 5, 6])];
      expectClose(await read(tf.matMul(at, bt)), expected, 1e-5);
      tf.dispose([at, bt]);
    });
  });
}

/** Every operation whose gradient a network here uses, against central differences on the operation itself. */
export function gradientCases(): void {
  const shape = [2, 4, 4, 8];
  const eights = (value: number) => tf.tensor1d(Array.from({ length: 8 }, () => value));
  const operations: [string, (x: tf.Tensor4D) => tf.Tensor][] = [
    ['prelu', (x) => tf.prelu(x, tf.tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [1, 1, 1, 8]))],
    ['relu', (x) => tf.relu(x)],
    ['sigmoid', (x) => tf.sigmoid(x)],
    ['tanh', (x) => tf.tanh(x)],
    ['erf', (x) => tf.erf(x)],
    ['sqrt', (x) => tf.sqrt(tf.add(tf.square(x), 1))],
    ['exp and log', (x) => tf.log(tf.add(tf.exp(x), 1))],
    ['softmax', (x) => tf.softmax(x)],
    ['logSoftmax', (x) => tf.logSoftmax(x)],
    [
      'layer norm',
      (x) => {
        const centred = tf.sub(x, tf.mean(x, -1, true));
        return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-6)));
      },
    ],
    ['batch norm by running statistics', (x) => tf.batchNorm(x, eights(0.5), eights(2), eights(3), eights(1.5), 1e-5)],
    [
      'fused convolution',
      (x) =>
        tf.fused.conv2d({
          x,
          filter: tf.tensor4d(values(generator(42), 144), [3, 3, 8, 2]),
          strides: 2,
          pad: 1,
          bias: tf.tensor1d([0.3, -0.2]),
          dimRoundingMode: 'floor',
        }),
    ],
    [
      'fused linear',
      (x) =>
        tf.fused.matMul({
          a: tf.reshape(x, [-1, 8]),
          b: tf.tensor2d(values(generator(43), 24), [3, 8]),
          transposeB: true,
          bias: tf.tensor1d([0.1, 0.2, 0.3]),
        }),
    ],
    ['every second pixel', (x) => tf.avgPool(x, 1, 2, 'valid')],
    ['mean', (x) => tf.mean(x, [1, 2])],
    ['max', (x) => tf.max(x, 3)],
    ['min', (x) => tf.min(x)],
    ['gather', (x) => tf.gather(tf.reshape(x, [-1, 8]), tf.tensor1d([3, 1, 3, 0], 'int32'))],
    ['concat and slice', (x) => tf.slice(tf.concat([x, tf.mul(x, 2)], 1), [0, 2, 0, 0], [2, 5, 4, 8])],
    [
      'pad',
      (x) =>
        tf.square(
          tf.pad(x, [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ]),
        ),
    ],
    ['transpose and reshape', (x) => tf.square(tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [2, -1]))],
    ['split and stack', (x) => tf.stack(tf.split(tf.square(x), 2, 3))],
    ['tile', (x) => tf.square(tf.tile(x, [1, 1, 2, 1]))],
    ['norm', (x) => tf.norm(x, 2, 1)],
    ['maximum', (x) => tf.maximum(x, 0.1)],
    ['division', (x) => tf.div(x, tf.add(tf.sum(tf.square(x), 3, true), 1))],
    ['sum with a power', (x) => tf.pow(tf.sum(tf.square(x), [1, 2]), 0.5)],
    ['clip', (x) => tf.clipByValue(x, -0.5, 0.5)],
    [
      'attention',
      (x) => {
        const rows = tf.reshape(x, [4, 8, 8]);
        return tf.matMul(tf.softmax(tf.matMul(rows, rows, false, true)), rows);
      },
    ],
  ];
  it.each(operations)('the gradient of %s equals central differences', async (_, operation) => {
    const size = tf.util.sizeFromShape(shape);
    // Apart from each other and from 0, so that no kink and no tie lies within a step.
    const x = Float32Array.from({ length: size }, (_, i) => (((i * 37) % size) - size / 2 + 0.25) / (size / 2));
    const step = 2 ** -9;
    await withoutLeak(async () => {
      const loss = (x: tf.Tensor) => {
        const y = operation(x as tf.Tensor4D);
        return tf.sum<tf.Scalar>(tf.mul(y, tf.cos(tf.reshape(tf.range(0, y.size), y.shape))));
      };
      const start = tf.tensor4d(x, [2, 4, 4, 8]);
      const gradient = await read(tf.tidy(() => tf.grad(loss)(start)));
      const random = generator(41);
      for (let trial = 0; trial < 4; trial++) {
        const direction = values(random, size);
        const along = direction.reduce((sum, value, i) => sum + value * gradient[i], 0);
        const at = (side: number) =>
          tf.tidy(() =>
            loss(
              tf.tensor4d(
                x.map((value, i) => value + side * step * direction[i]),
                [2, 4, 4, 8],
              ),
            ),
          );
        const [[above], [below]] = [await read(at(1)), await read(at(-1))];
        const measured = (above - below) / (2 * step);
        expect(Math.abs(measured - along)).toBeLessThan(0.02 * Math.max(1, Math.abs(along)));
      }
      start.dispose();
    });
  });
}
