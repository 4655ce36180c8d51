/** The matrix product against a plain one, over shapes of all kinds. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/base/random.js';
import { Activation, RELAXED_BOUND, RESIDUAL_FIRST } from '../../../../src/plan/wasm/kernels.js';
import { packMatrix, packRow } from '../../../../src/plan/wasm/packing.js';
import { activate } from './reference.js';
import { type Bench, BUILDS, GUARD, normal, openKernels } from './support.js';

interface Product {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  /** Floats between the rows beyond their widths. */
  readonly gaps: { readonly a: number; readonly c: number; readonly r: number };
  readonly bias: boolean;
  readonly residual: 'none' | 'rows' | 'one row' | 'in place';
  readonly activation: number;
}

function drawProduct(random: Random): Product {
  const [M, K, N] = [1 + random.integer(20), 1 + random.integer(40), 1 + random.integer(30)];
  const gaps = { a: random.integer(5), c: random.integer(5), r: random.integer(5) };
  const activation = random.pick(Object.values(Activation)) + random.pick([0, RESIDUAL_FIRST]);
  const residual = random.pick(['none', 'rows', 'one row', 'in place'] as const);
  return { M, K, N, gaps, bias: random.integer(4) > 0, residual, activation };
}

/** Runs the kernel; compares what it wrote, and that it wrote nothing else. Returns the outputs, row by row. */
function multiply(bench: Bench, random: Random, { M, K, N, gaps, bias, residual, activation }: Product): number[] {
  bench.clear();
  const [lda, ldc] = [K + gaps.a, N + gaps.c];
  const ldr = residual === 'one row' ? 0 : residual === 'in place' ? ldc : N + gaps.r;
  const a = normal(random, M * lda);
  const b = normal(random, K * N);
  const biases = normal(random, N);
  const slopes = normal(random, N);
  const residuals = normal(random, M * Math.max(ldr, N));
  const atA = bench.put(a);
  const atB = bench.put(packMatrix(b, K, N));
  const atBias = bias ? bench.put(packRow(biases)) : 0;
  const atSlopes = (activation & 15) === Activation.prelu ? bench.put(packRow(slopes)) : 0;
  const atResidual = residual === 'rows' || residual === 'one row' ? bench.put(residuals) : 0;
  const before = bench.room(4);
  const atC = bench.room(M * ldc);
  bench.room(4);
  if (residual === 'in place') {
    for (let row = 0; row < M; row++) {
      bench.floats.set(residuals.subarray(row * ldr, row * ldr + N), atC / 4 + row * ldc);
    }
  }
  const from = residual === 'in place' ? atC : atResidual;
  bench.kernels.matmul(
    ...([atA, lda * 4, atB, atBias, atC, ldc * 4, M, K, N, activation, atSlopes, from, ldr * 4] as const),
  );

  const written = bench.read(before, M * ldc + 8);
  const expected = Array.from({ length: M * ldc + 8 }, () => Math.fround(GUARD));
  const outputs: number[] = [];
  for (let row = 0; row < M; row++) {
    for (let column = 0; column < N; column++) {
      let sum = bias ? biases[column] : 0;
      let size = Math.abs(sum);
      for (let k = 0; k < K; k++) {
        sum += a[row * lda + k] * b[k * N + column];
        size += Math.abs(a[row * lda + k] * b[k * N + column]);
      }
      const rest = residual === 'none' ? 0 : residuals[row * ldr + column];
      const first = (activation & RESIDUAL_FIRST) !== 0;
      const slope = slopes[column];
      const output = activate(first ? sum + rest : sum, activation & 15, slope) + (first ? 0 : rest);
      const at = 4 + row * ldc + column;
      expected[at] = output;
      const bound = RELAXED_BOUND * (size + Math.abs(rest) + 1) * Math.max(1, Math.abs(slope));
      expect(Math.abs(written[at] - output), `${row}, ${column}`).toBeLessThanOrEqual(bound);
      outputs.push(written[at]);
      expected[at] = written[at];
    }
  }
  expect([...written]).toEqual(expected);
  return outputs;
}

describe.each(BUILDS)('%s', (file) => {
  test('a product is that of plain numbers, for any shape, strides, activation and residual, and nothing else is written', async () => {
    const bench = await openKernels(file);
    const random = new Random(1);
    for (let round = 0; round < 400; round++) multiply(bench, random, drawProduct(random));
  });

  test('the shapes of a network are products too', async () => {
    const bench = await openKernels(file);
    const random = new Random(2);
    const gaps = { a: 0, c: 0, r: 0 };
    for (const [M, K, N] of [
      [31, 1152, 64],
      [7, 768, 192],
      [1, 192, 8],
      [148, 24, 152],
    ]) {
      multiply(bench, random, { M, K, N, gaps, bias: true, residual: 'rows', activation: Activation.none });
    }
  });
});

test('the two builds differ by rounding alone', async () => {
  const [simd, relaxed] = await Promise.all(BUILDS.map(openKernels));
  const draws = new Random(3);
  for (let round = 0; round < 100; round++) {
    const product = { ...drawProduct(draws), activation: Activation.none, K: 1 + draws.integer(400) };
    const results = [simd, relaxed].map((bench) => multiply(bench, new Random(round), product));
    for (const [index, value] of results[0].entries()) {
      const size = 1 + product.K;
      expect(Math.abs(value - results[1][index])).toBeLessThanOrEqual(RELAXED_BOUND * size);
    }
  }
});
