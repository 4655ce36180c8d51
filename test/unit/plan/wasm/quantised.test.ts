/** Products of 8-bit numbers: exact sums, the same to the last bit in both builds. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/base/random.js';
import { Activation } from '../../../../src/plan/wasm/kernels.js';
import { packRow } from '../../../../src/plan/wasm/packing.js';
import { packQuantised, quantisation, quantisedRow } from '../../../../src/plan/wasm/quantised.js';
import { type Bench, BUILDS, expectNear, normal, openKernels } from './support.js';

/** The quantised values of a row as the kernels keep them. */
function values({ bytes, kernels }: Bench, at: number, count: number): number[] {
  const size = kernels.quantisedBytes();
  return Array.from({ length: count }, (_, index) => {
    const from = at + index * size;
    return size === 1 ? bytes[from] : bytes[from] | (bytes[from + 1] << 8);
  });
}

describe.each(BUILDS)('%s', (file) => {
  test('values are quantised to 0..127 around the zero point, halves to even, what lies beyond to the ends', async () => {
    const bench = await openKernels(file);
    const random = new Random(1);
    for (let round = 0; round < 200; round++) {
      bench.clear();
      const [rows, width] = [1 + random.integer(4), 1 + random.integer(40)];
      const x = normal(random, rows * width);
      for (const [index, extreme] of [0.5, 1.5, 1e30, -1e30, Infinity, -Infinity].entries()) {
        if (round % 3 === 0 && index < width) x[index] = extreme;
      }
      const ldy = quantisedRow(width, bench.kernels.quantisedBytes()) + 4;
      const [y, x0] = [bench.room(rows * ldy), bench.put(x)];
      bench.bytes.fill(0xaa, y, y + rows * ldy);
      const [inverseScale, zeroPoint] = [random.pick([1, 20]), random.integer(128)];
      bench.kernels.quantise(x0, width * 4, y, ldy, rows, width, inverseScale, zeroPoint);
      for (let row = 0; row < rows; row++) {
        const padded = Math.ceil(width / 4) * 4;
        const wanted = Array.from({ length: padded }, (_, column) => {
          if (column >= width) return 0;
          const scaled = Math.fround(x[row * width + column] * inverseScale);
          const [floor, rest] = [Math.floor(scaled), scaled - Math.floor(scaled)];
          const whole = rest === 0.5 ? floor + (floor & 1) : Math.round(scaled);
          return Math.min(127, Math.max(0, whole + zeroPoint));
        });
        expect(values(bench, y + row * ldy, padded)).toEqual(wanted);
        const behind = y + row * ldy + quantisedRow(width, bench.kernels.quantisedBytes());
        expect([...bench.bytes.subarray(behind, behind + 4)]).toEqual([0xaa, 0xaa, 0xaa, 0xaa]);
      }
    }
  });

  test('a NaN is quantised to the zero point, and told of wherever it stands', async () => {
    const bench = await openKernels(file);
    for (let width = 1; width < 20; width++) {
      for (let at = 0; at < width; at++) {
        bench.clear();
        const x = Float32Array.from({ length: 2 * width }, () => 1);
        const y = bench.room(2 * quantisedRow(width, 2));
        const ldy = quantisedRow(width, bench.kernels.quantisedBytes());
        const quantise = () => bench.kernels.quantise(bench.put(x), width * 4, y, ldy, 2, width, 3, 5);
        expect(quantise()).toBe(0);
        x[width + at] = NaN;
        expect(quantise()).toBe(1);
        const second = values(bench, y + ldy, width);
        expect(second).toEqual(Array.from({ length: width }, (_, column) => (column === at ? 5 : 8)));
      }
    }
  });

  test('sums are exact at the extremes: 127 times ±127 over a depth of 4,609', async () => {
    const bench = await openKernels(file);
    const size = bench.kernels.quantisedBytes();
    const [M, K, N] = [5, 4609, 9];
    const matrix = Float32Array.from({ length: K * N }, (_, index) =>
      index % N === 0 ? 1 : index % N === 1 ? -1 : index % 2 || -1,
    );
    const packed = packQuantised(matrix, K, N, new Float32Array(N), { scale: 1, zeroPoint: 0 }, size);
    const ld = quantisedRow(K, size);
    const [x, a] = [bench.put(new Float32Array(M * K).fill(127)), bench.room(M * ld)];
    bench.kernels.quantise(x, K * 4, a, ld, M, K, 1, 0);
    const c = bench.output(M, N);
    const [scale, bias] = [bench.put(packRow(new Float32Array(N).fill(1))), bench.put(packed.bias)];
    bench.kernels.matmulQuantised(a, ld, bench.putBytes(packed.weights), scale, bias, c.at, c.ld, M, K, N, 0, 0, 0, 0);
    const row = Array.from({ length: N }, (_, column) => {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += 127 * Math.sign(matrix[k * N + column]) * 127;
      return Math.fround(sum);
    });
    expect([...c.read()]).toEqual(Array.from({ length: M }, () => row).flat());
    expect(Math.abs(row[0])).toBe(Math.fround(127 * 127 * 4609));
  });

  test('a quantised product is the product within half a step of every value and weight', async () => {
    const bench = await openKernels(file);
    const size = bench.kernels.quantisedBytes();
    const random = new Random(2);
    for (let round = 0; round < 200; round++) {
      bench.clear();
      const [M, K, N] = [1 + random.integer(11), 1 + random.integer(50), 1 + random.integer(20)];
      const x = normal(random, M * K).map((value) => Math.max(-2, Math.min(3, value)));
      const matrix = normal(random, K * N);
      const [bias, slopes, residual] = [normal(random, N), normal(random, N), normal(random, M * N)];
      const input = quantisation(-2, 3);
      const packed = packQuantised(matrix, K, N, bias, input, size);
      const ld = quantisedRow(K, size);
      const [x0, a] = [bench.put(x), bench.room(M * ld)];
      bench.kernels.quantise(x0, K * 4, a, ld, M, K, 1 / input.scale, input.zeroPoint);
      const c = bench.output(M, N, N + 1);
      const withRest = random.integer(2) > 0;
      const prelu = random.integer(2) > 0;
      const operands = [
        a,
        ld,
        bench.putBytes(packed.weights),
        bench.put(packed.scale),
        bench.put(packed.bias),
      ] as const;
      const [code, atSlopes] = prelu ? [Activation.prelu, bench.put(packRow(slopes))] : [Activation.none, 0];
      const atRest = withRest ? bench.put(residual) : 0;
      bench.kernels.matmulQuantised(...operands, c.at, c.ld, M, K, N, code, atSlopes, atRest, N * 4);
      const [wanted, bounds] = [new Float64Array(M * N), new Float64Array(M * N)];
      for (let cell = 0; cell < M * N; cell++) {
        const [row, column] = [Math.floor(cell / N), cell % N];
        const top = Math.max(...Array.from({ length: K }, (_, k) => Math.abs(matrix[k * N + column])));
        let [sum, bound] = [bias[column], 1e-4];
        for (let k = 0; k < K; k++) {
          sum += x[row * K + k] * matrix[k * N + column];
          const [stepX, stepW] = [input.scale / 2 + 1e-6, top / 254 + 1e-6];
          bound += stepX * Math.abs(matrix[k * N + column]) + stepW * (Math.abs(x[row * K + k]) + stepX);
        }
        if (prelu && sum < 0) sum *= slopes[column];
        wanted[cell] = sum + (withRest ? residual[cell] : 0);
        bounds[cell] = bound * Math.max(1, Math.abs(slopes[column]));
      }
      expectNear(c.read(), wanted, bounds);
    }
  });
});

test('both builds give the same bits', async () => {
  const benches = await Promise.all(BUILDS.map(openKernels));
  const results = benches.map((bench) => {
    const size = bench.kernels.quantisedBytes();
    const random = new Random(3);
    const [M, K, N] = [13, 203, 21];
    const [x, matrix, bias] = [normal(random, M * K), normal(random, K * N), normal(random, N)];
    const input = quantisation(-2.5, 2.75);
    const packed = packQuantised(matrix, K, N, bias, input, size);
    const ld = quantisedRow(K, size);
    const [x0, a] = [bench.put(x), bench.room(M * ld)];
    bench.kernels.quantise(x0, K * 4, a, ld, M, K, 1 / input.scale, input.zeroPoint);
    const c = bench.output(M, N);
    const operands = [a, ld, bench.putBytes(packed.weights), bench.put(packed.scale), bench.put(packed.bias)] as const;
    bench.kernels.matmulQuantised(...operands, c.at, c.ld, M, K, N, Activation.relu, 0, 0, 0);
    return [...c.read()];
  });
  expect(results[0]).toEqual(results[1]);
  expect(new Set(results[0]).size).toBeGreaterThan(100);
});

test('the quantisation of a range holds zero exactly and takes a range of one sign or none', () => {
  for (const [low, high] of [
    [-2, 3],
    [0.5, 3],
    [-3, -1],
    [0, 0],
  ]) {
    const { scale, zeroPoint } = quantisation(low, high);
    expect(Number.isInteger(zeroPoint)).toBe(true);
    expect(zeroPoint).toBeGreaterThanOrEqual(0);
    expect(zeroPoint).toBeLessThanOrEqual(127);
    expect(scale).toBeGreaterThan(0);
    expect((127 - zeroPoint) * scale).toBeGreaterThanOrEqual(high - scale / 2 - 1e-9);
    expect(-zeroPoint * scale).toBeLessThanOrEqual(low + scale / 2 + 1e-9);
  }
});
