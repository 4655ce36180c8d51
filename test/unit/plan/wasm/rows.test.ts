/** Kernels over rows and single elements: norms, softmax, attention, arithmetic. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/base/random.js';
import { Activation, attentionScratch } from '../../../../src/plan/wasm/kernels.js';
import { activate, softmax } from './reference.js';
import { type Bench, BUILDS, expectNear, normal, openKernels, type Output } from './support.js';

interface Rows {
  readonly values: Float32Array;
  readonly rows: number;
  readonly width: number;
  readonly stride: number;
}

function drawRows(random: Random): Rows {
  const [rows, width] = [1 + random.integer(6), 1 + random.integer(40)];
  const stride = width + random.integer(4);
  return { values: normal(random, rows * stride), rows, width, stride };
}

const row = ({ values, width, stride }: Rows, index: number) =>
  Array.from(values.subarray(index * stride, index * stride + width));
const eachRow = (rows: Rows, compute: (values: number[]) => number[]) =>
  Array.from({ length: rows.rows }, (_, index) => compute(row(rows, index))).flat();

/** Runs a kernel over rows into an output of its own, and once more in place. Both must hold what is wanted. */
function expectRows(
  bench: Bench,
  drawn: Rows,
  wanted: readonly number[],
  bound: number,
  run: (at: number, ld: number, y: Output) => void,
): void {
  const apart = bench.output(drawn.rows, drawn.width, drawn.width + 2);
  run(bench.put(drawn.values), drawn.stride * 4, apart);
  expectNear(apart.read(), wanted, bound);
  const inPlace = bench.output(drawn.rows, drawn.width, drawn.stride);
  inPlace.fill(eachRow(drawn, (values) => values));
  run(inPlace.at, inPlace.ld, inPlace);
  expectNear(inPlace.read(), wanted, bound);
}

describe.each(BUILDS)('%s', (file) => {
  test('a layer norm takes mean and spread out of each row, then gain and shift', async () => {
    const bench = await openKernels(file);
    const random = new Random(1);
    for (let round = 0; round < 200; round++) {
      bench.clear();
      const drawn = drawRows(random);
      const [gain, shift] = [normal(random, drawn.width), normal(random, drawn.width)];
      const [atGain, atShift] = [bench.put(gain), bench.put(shift)];
      const wanted = eachRow(drawn, (values) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        return values.map(
          (value, column) => ((value - mean) / Math.sqrt(spread + 1e-3)) * gain[column] + shift[column],
        );
      });
      expectRows(bench, drawn, wanted, 1e-4, (at, ld, y) =>
        bench.kernels.layerNorm(at, ld, atGain, atShift, y.at, y.ld, drawn.rows, drawn.width, 1e-3),
      );
    }
  });

  test('a softmax is that of plain numbers, however large they are', async () => {
    const bench = await openKernels(file);
    const random = new Random(2);
    for (let round = 0; round < 200; round++) {
      bench.clear();
      const drawn = drawRows(random);
      const scale = random.pick([1, 20, 1e4]);
      drawn.values.forEach((value, index) => (drawn.values[index] = value * scale));
      expectRows(bench, drawn, eachRow(drawn, softmax), 2e-6, (at, ld, y) =>
        bench.kernels.softmax(at, ld, y.at, y.ld, drawn.rows, drawn.width),
      );
    }
  });

  test.each([NaN, Infinity])(
    '%f in a row makes all of its softmax NaN, of its norm too, and no other row',
    async (value) => {
      const bench = await openKernels(file);
      for (const width of [1, 3, 4, 9]) {
        for (let at = 0; at < width; at++) {
          bench.clear();
          const values = Float32Array.from({ length: 2 * width }, (_, index) => index % 3);
          values[at] = value;
          const [x, ones] = [bench.put(values), bench.put(new Float32Array(width).fill(1))];
          const [powers, norm] = [bench.output(2, width), bench.output(2, width)];
          bench.kernels.softmax(x, width * 4, powers.at, powers.ld, 2, width);
          bench.kernels.layerNorm(x, width * 4, ones, ones, norm.at, norm.ld, 2, width, 1e-6);
          for (const results of [powers.read(), norm.read()]) {
            expect([...results].map(Number.isNaN)).toEqual(Array.from(values, (_, index) => index < width));
          }
        }
      }
    },
  );

  test('attention mixes the values by the softmax of the scores, for any number of tokens, heads and widths', async () => {
    const bench = await openKernels(file);
    const random = new Random(3);
    for (let round = 0; round < 60; round++) {
      bench.clear();
      const [tokens, heads, headWidth] = [1 + random.integer(30), 1 + random.integer(4), 1 + random.integer(20)];
      const asked = random.pick([1, tokens]);
      const width = heads * headWidth;
      const stride = width + random.integer(3);
      const [q, k, v] = [asked, tokens, tokens].map((rows) => normal(random, rows * stride));
      const y = bench.output(asked, width, width + 1);
      const atQ = bench.put(q);
      const ld = stride * 4;
      const [atK, atV] = [bench.put(k), bench.put(v)];
      const scratch = bench.room(attentionScratch(asked, tokens, headWidth));
      const behind = bench.put([7, 7, 7, 7]);
      bench.kernels.attention(atQ, ld, atK, ld, atV, ld, y.at, y.ld, asked, tokens, heads, headWidth, scratch);
      const wanted = Array.from({ length: asked * width }, (_, cell) => {
        const [asks, column] = [Math.floor(cell / width), cell % width];
        const first = column - (column % headWidth);
        const scores = Array.from({ length: tokens }, (__, token) => {
          let score = 0;
          for (let at = first; at < first + headWidth; at++) score += q[asks * stride + at] * k[token * stride + at];
          return score;
        });
        return softmax(scores).reduce((sum, share, token) => sum + share * v[token * stride + column], 0);
      });
      expectNear(y.read(), wanted, 2e-5);
      expect([...bench.floats.subarray(behind / 4, behind / 4 + 4)]).toEqual([7, 7, 7, 7]);
    }
  });

  test('a NaN in a key or a query makes its head NaN, in a value its column', async () => {
    const bench = await openKernels(file);
    const [tokens, heads, headWidth, width] = [5, 2, 3, 6];
    for (const [place, reached] of [
      ['q', (asks: number, column: number) => asks === 1 && column < 3],
      ['k', (_: number, column: number) => column < 3],
      ['v', (_: number, column: number) => column === 1],
    ] as const) {
      bench.clear();
      const values = { q: new Float32Array(30), k: new Float32Array(30), v: new Float32Array(30) };
      values[place][1 * width + 1] = NaN;
      const [q, k, v] = [bench.put(values.q), bench.put(values.k), bench.put(values.v)];
      const y = bench.output(tokens, width);
      const scratch = bench.room(attentionScratch(tokens, tokens, headWidth));
      const ld = width * 4;
      bench.kernels.attention(q, ld, k, ld, v, ld, y.at, y.ld, tokens, tokens, heads, headWidth, scratch);
      const wanted = Array.from({ length: 30 }, (_, cell) =>
        reached(Math.floor(cell / width), cell % width) ? NaN : 0,
      );
      expectNear(y.read(), wanted, 0);
    }
  });

  test('activations are those of plain numbers from end to end', async () => {
    const bench = await openKernels(file);
    const inputs = Float32Array.from([-200, -89, -20, -6, -4, 4, 6, 20, 89, 200, -0, 0, 1e-30, -1e-30]);
    const steps = Float32Array.from({ length: 2001 }, (_, index) => (index - 1000) / 100);
    const x = new Float32Array([...inputs, ...steps]);
    for (const code of [Activation.none, Activation.relu, Activation.gelu, Activation.sigmoid]) {
      bench.clear();
      const y = bench.output(1, x.length);
      bench.kernels.unary(code, bench.put(x), y.at, x.length);
      const bounds = x.map((value) => 3e-7 * Math.max(1, Math.abs(value)));
      expectNear(
        y.read(),
        [...x].map((value) => activate(value, code)),
        bounds,
      );
    }
  });

  test('NaN and infinity pass through activations as their formulas say', async () => {
    const bench = await openKernels(file);
    const x = bench.put([NaN, Infinity, -Infinity]);
    const through = (code: number) => {
      const y = bench.output(1, 3);
      bench.kernels.unary(code, x, y.at, 3);
      return [...y.read()];
    };
    expect(through(Activation.relu)).toEqual([NaN, Infinity, 0]);
    expect(through(Activation.gelu)).toEqual([NaN, Infinity, NaN]);
    const [none, one, zero] = through(Activation.sigmoid);
    expect([none, one]).toEqual([NaN, 1]);
    expect(zero).toBeLessThan(1e-37);
  });

  test('sums, differences, products and gates are those of plain numbers, for any length, in place too', async () => {
    const bench = await openKernels(file);
    const random = new Random(4);
    const operations = {
      add: (a: number, b: number) => a + b,
      subtract: (a: number, b: number) => a - b,
      multiply: (a: number, b: number) => a * b,
      gate: (a: number, b: number) => a / (1 + Math.exp(-b)),
    };
    for (const [name, compute] of Object.entries(operations) as [
      keyof typeof operations,
      (a: number, b: number) => number,
    ][]) {
      for (let n = 1; n < 40; n++) {
        bench.clear();
        const [a, b] = [normal(random, n), normal(random, n)];
        if (n > 3) a[1] = b[2] = NaN;
        const wanted = Array.from(a, (value, index) => compute(value, b[index]));
        const [apart, onA, onB] = [bench.output(1, n), bench.output(1, n), bench.output(1, n)];
        onA.fill(a);
        onB.fill(b);
        bench.kernels[name](bench.put(a), bench.put(b), apart.at, n);
        bench.kernels[name](onA.at, bench.put(b), onA.at, n);
        bench.kernels[name](bench.put(a), onB.at, onB.at, n);
        for (const y of [apart, onA, onB]) expectNear(y.read(), wanted, 1e-6);
      }
    }
  });

  test('one row is added to, multiplied with, or the slopes and scales of every row', async () => {
    const bench = await openKernels(file);
    const random = new Random(5);
    for (let round = 0; round < 100; round++) {
      bench.clear();
      const drawn = drawRows(random);
      drawn.values[0] = NaN;
      const [one, other] = [normal(random, drawn.width), normal(random, drawn.width)];
      const [atOne, atOther] = [bench.put(one), bench.put(other)];
      const { rows, width } = drawn;
      const columns = (compute: (value: number, column: number) => number) =>
        eachRow(drawn, (values) => values.map((value, column) => compute(value, column)));
      const { kernels } = bench;
      const bound = 2e-6;
      expectRows(
        bench,
        drawn,
        columns((value, at) => value + one[at]),
        bound,
        (at, ld, y) => kernels.addRow(at, ld, atOne, y.at, y.ld, rows, width),
      );
      expectRows(
        bench,
        drawn,
        columns((value, at) => value * one[at]),
        bound,
        (at, ld, y) => kernels.multiplyRow(at, ld, atOne, y.at, y.ld, rows, width),
      );
      expectRows(
        bench,
        drawn,
        columns((value, at) => activate(value, Activation.prelu, one[at])),
        bound,
        (at, ld, y) => kernels.prelu(at, ld, atOne, y.at, y.ld, rows, width),
      );
      expectRows(
        bench,
        drawn,
        columns((value, at) => value * one[at] + other[at]),
        bound,
        (at, ld, y) => kernels.scaleShift(at, ld, atOne, atOther, y.at, y.ld, rows, width),
      );
    }
  });
});
