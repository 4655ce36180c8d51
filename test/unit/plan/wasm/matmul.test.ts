/** The matrix product against a plain one, over shapes of all kinds. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/base/random.js';
import { Activation, RELAXED_BOUND, RESIDUAL_FIRST } from '../../../../src/plan/wasm/kernels.js';
import { packMatrix, packRow } from '../../../../src/plan/wasm/packing.js';
import { activate } from './reference.js';
import { type Bench, BUILDS, expectNear, normal, openKernels } from './support.js';

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

const PLAIN = { gaps: { a: 0, c: 0, r: 0 }, bias: true, residual: 'none', activation: Activation.none } as const;

function drawProduct(random: Random): Product {
  const [M, K, N] = [1 + random.integer(20), 1 + random.integer(40), 1 + random.integer(30)];
  const gaps = { a: random.integer(5), c: random.integer(5), r: random.integer(5) };
  const activation = random.pick(Object.values(Activation)) + random.pick([0, RESIDUAL_FIRST]);
  const residual = random.pick(['none', 'rows', 'one row', 'in place'] as const);
  return { M, K, N, gaps, bias: random.integer(4) > 0, residual, activation };
}

/** What the kernel writes, and what it should. `sizes` are the sums of |terms|. */
function multiply(bench: Bench, random: Random, { M, K, N, gaps, bias, residual, activation }: Product) {
  bench.clear();
  const lda = K + gaps.a;
  const ldr = residual === 'one row' ? 0 : N + gaps.r;
  const a = normal(random, M * lda);
  const b = normal(random, K * N);
  const [biases, slopes] = [normal(random, N), normal(random, N)];
  const residuals = normal(random, M * Math.max(ldr, N));
  const rest = (row: number, column: number) => (residual === 'none' ? 0 : residuals[row * ldr + column]);
  const cells = Array.from({ length: M * N }, (_, cell) => [Math.floor(cell / N), cell % N] as const);

  const c = bench.output(M, N, N + gaps.c);
  const operands = [
    bench.put(a),
    lda * 4,
    bench.put(packMatrix(b, K, N)),
    bias ? bench.put(packRow(biases)) : 0,
  ] as const;
  const atSlopes = (activation & 15) === Activation.prelu ? bench.put(packRow(slopes)) : 0;
  let [atResidual, strideResidual] = [0, 0];
  if (residual === 'in place') {
    c.fill(cells.map(([row, column]) => rest(row, column)));
    [atResidual, strideResidual] = [c.at, c.ld];
  } else if (residual !== 'none') [atResidual, strideResidual] = [bench.put(residuals), ldr * 4];
  bench.kernels.matmul(...operands, c.at, c.ld, M, K, N, activation, atSlopes, atResidual, strideResidual);

  const results = cells.map(([row, column]) => {
    const terms = Array.from({ length: K }, (_, k) => a[row * lda + k] * b[k * N + column]);
    if (bias) terms.push(biases[column]);
    const sum = terms.reduce((total, term) => total + term, 0);
    const more = rest(row, column);
    const first = (activation & RESIDUAL_FIRST) !== 0;
    const output = activate(first ? sum + more : sum, activation & 15, slopes[column]) + (first ? 0 : more);
    const size = terms.reduce((total, term) => total + Math.abs(term), Math.abs(more) + 1);
    return { output, size: size * Math.max(1, Math.abs(slopes[column])) };
  });
  return {
    written: c.read(),
    wanted: results.map(({ output }) => output),
    bounds: results.map(({ size }) => RELAXED_BOUND * size),
  };
}

describe.each(BUILDS)('%s', (file) => {
  test('a product is that of plain numbers for any shape, strides, activation and residual; nothing else is written', async () => {
    const bench = await openKernels(file);
    const random = new Random(1);
    for (let round = 0; round < 600; round++) {
      const { written, wanted, bounds } = multiply(bench, random, drawProduct(random));
      expectNear(written, wanted, bounds);
    }
  });

  test.each([
    [31, 1152, 64],
    [7, 768, 192],
    [1, 4608, 8],
    [13, 24, 152],
  ])('a product of a network, %i × %i × %i, is right too', async (M, K, N) => {
    const { written, wanted, bounds } = multiply(await openKernels(file), new Random(2), { ...PLAIN, M, K, N });
    expectNear(written, wanted, bounds);
  });

  test('NaN and infinity in a, b, bias or residual reach every output that depends on them, through every activation', async () => {
    const bench = await openKernels(file);
    const [M, K, N] = [7, 5, 11];
    const random = new Random(3);
    for (const value of [NaN, Infinity]) {
      for (const code of Object.values(Activation).flatMap((code) => [code, code + RESIDUAL_FIRST])) {
        for (const place of ['a', 'b', 'bias', 'residual'] as const) {
          bench.clear();
          const operands = { a: M * K, b: K * N, bias: N, residual: M * N };
          const [a, b, bias, residual] = Object.entries(operands).map(([name, count]) => {
            const values = normal(random, count).map((x) => Math.abs(x) + 0.1);
            if (name === place) values[count - 2] = value;
            return values;
          });
          const c = bench.output(M, N);
          const slopes = bench.put(packRow(new Float32Array(N).fill(0.5)));
          bench.kernels.matmul(
            ...([
              bench.put(a),
              K * 4,
              bench.put(packMatrix(b, K, N)),
              bench.put(packRow(bias)),
              c.at,
              c.ld,
              M,
              K,
              N,
            ] as const),
            ...([code, slopes, bench.put(residual), N * 4] as const),
          );
          const depends = (row: number, column: number) =>
            place === 'a' ? row === M - 1 : place === 'residual' ? row === M - 1 && column === N - 2 : column === N - 2;
          // A sigmoid of infinity is 1.
          const saturates =
            value === Infinity && (code & 15) === Activation.sigmoid && (code > 15 || place !== 'residual');
          const expected = Array.from({ length: M * N }, (_, cell) =>
            depends(Math.floor(cell / N), cell % N) ? (saturates ? 'finite' : String(value)) : 'finite',
          );
          const seen = [...c.read()].map((x) => (Number.isFinite(x) ? 'finite' : String(x)));
          expect(seen, `${value} in ${place}, activation ${code}`).toEqual(expected);
        }
      }
    }
  });
});

test('the two builds differ by no more than their bound', async () => {
  const [simd, relaxed] = await Promise.all(BUILDS.map(openKernels));
  for (let round = 0; round < 60; round++) {
    const product = { ...drawProduct(new Random(round)), K: 1 + new Random(round).integer(1200) };
    const [one, other] = [simd, relaxed].map((bench) => multiply(bench, new Random(round), product));
    expectNear(one.written, other.written, other.bounds);
  }
});

test('packing refuses a matrix of another size', () => {
  expect(() => packMatrix(new Float32Array(11), 3, 4)).toThrow(RangeError);
});
