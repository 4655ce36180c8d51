/** Kernels over maps: depthwise convolution, windows, pooling. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/base/random.js';
import { Activation, RELAXED_BOUND } from '../../../../src/plan/wasm/kernels.js';
import { activate, type Map2d, outputs, type Window2d, windowAt } from './reference.js';
import { BUILDS, expectNear, normal, openKernels } from './support.js';

function drawMap(random: Random, window: Window2d): Map2d {
  const side = () => Math.max(1, window.kernel - 2 * window.padding) + random.integer(13);
  const [height, width, channels] = [side(), side(), 1 + random.integer(21)];
  const stride = channels + random.pick([0, 0, 3]);
  return { values: normal(random, height * width * stride), height, width, channels, stride };
}

function drawWindow(random: Random): Window2d {
  const kernel = random.pick([1, 2, 3, 3, 3, 5, 7]);
  return { kernel, stride: 1 + random.integer(3), padding: random.integer(Math.floor(kernel / 2) + 1) };
}

/** One value for each output, row by row, channel by channel. */
function eachOutput<T>(
  map: Map2d,
  window: Window2d,
  compute: (taps: (number | undefined)[], channel: number) => T,
  [rows, columns] = [outputs(map.height, window), outputs(map.width, window)],
): T[] {
  return Array.from({ length: rows * columns * map.channels }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / map.channels), index % map.channels];
    return compute(windowAt(map, window, Math.floor(pixel / columns), pixel % columns, channel), channel);
  });
}

describe.each(BUILDS)('%s', (file) => {
  test('a depthwise convolution is that of plain numbers, for any window, channels and strides; nothing else is written', async () => {
    const bench = await openKernels(file);
    const random = new Random(1);
    for (let round = 0; round < 400; round++) {
      bench.clear();
      const window = drawWindow(random);
      const map = drawMap(random, window);
      // Perhaps one output less than there could be: padding need not be the same on all sides.
      const sizes = [map.height, map.width].map((side) => Math.max(1, outputs(side, window) - random.integer(2)));
      const [height, width] = sizes;
      const filter = normal(random, window.kernel ** 2 * map.channels);
      const [bias, slopes] = [normal(random, map.channels), normal(random, map.channels)];
      const code = random.pick(Object.values(Activation));
      const biased = random.integer(4) > 0;
      const y = bench.output(height * width, map.channels, map.channels + random.integer(3));
      bench.kernels.depthwise(
        ...([
          bench.put(map.values),
          map.stride * 4,
          bench.put(filter),
          biased ? bench.put(bias) : 0,
          y.at,
          y.ld,
        ] as const),
        ...([
          map.height,
          map.width,
          map.channels,
          window.kernel,
          window.stride,
          window.padding,
          height,
          width,
        ] as const),
        ...([code, code === Activation.prelu ? bench.put(slopes) : 0] as const),
      );
      const results = eachOutput(
        map,
        window,
        (taps, channel) => {
          const terms = taps.map((value, tap) => (value ?? 0) * filter[tap * map.channels + channel]);
          if (biased) terms.push(bias[channel]);
          const sum = terms.reduce((total, term) => total + term, 0);
          const size = terms.reduce((total, term) => total + Math.abs(term), 1);
          return [activate(sum, code, slopes[channel]), RELAXED_BOUND * size] as const;
        },
        [height, width],
      );
      expectNear(
        y.read(),
        results.map(([value]) => value),
        results.map(([, bound]) => bound),
      );
    }
  });

  test.each([
    [1, 4],
    [2, 4],
    [1, 3],
  ])(
    'a NaN reaches the nine outputs around it in a depthwise convolution of stride %i, %i channels, and no other',
    async (stride, channels) => {
      const bench = await openKernels(file);
      const window = { kernel: 3, stride, padding: 1 };
      const map = { values: new Float32Array(14 * 14 * channels), height: 14, width: 14, channels, stride: channels };
      map.values[(6 * 14 + 6) * channels] = NaN;
      const side = outputs(14, window);
      const y = bench.output(side * side, channels);
      const filter = bench.put(new Float32Array(9 * channels));
      bench.kernels.depthwise(
        ...([
          bench.put(map.values),
          channels * 4,
          filter,
          0,
          y.at,
          y.ld,
          14,
          14,
          channels,
          3,
          stride,
          1,
          side,
          side,
        ] as const),
        ...([Activation.relu, 0] as const),
      );
      const wanted = eachOutput(map, window, (taps) => (taps.some((value) => Number.isNaN(value)) ? NaN : 0));
      expectNear(y.read(), wanted, 0);
    },
  );

  test('windows are rows of a matrix, zero outside of the map, in any bands of rows', async () => {
    const bench = await openKernels(file);
    const random = new Random(2);
    for (let round = 0; round < 200; round++) {
      bench.clear();
      const window = drawWindow(random);
      const map = drawMap(random, window);
      const [height, width] = [outputs(map.height, window), outputs(map.width, window)];
      const first = random.integer(height);
      const rows = 1 + random.integer(height - first);
      const { kernel } = window;
      const y = bench.output(rows * width, kernel ** 2 * map.channels);
      bench.kernels.im2col(
        ...([
          bench.put(map.values),
          map.stride * 4,
          y.at,
          map.height,
          map.width,
          map.channels,
          kernel,
          kernel,
        ] as const),
        ...([window.stride, window.padding, width, first, rows] as const),
      );
      const wanted = Array.from({ length: rows * width }, (_, pixel) =>
        Array.from({ length: kernel ** 2 * map.channels }, (__, index) => {
          const [tap, channel] = [Math.floor(index / map.channels), index % map.channels];
          const [row, column] = [first + Math.floor(pixel / width), pixel % width];
          return windowAt(map, window, row, column, channel)[tap] ?? 0;
        }),
      );
      expectNear(y.read(), wanted.flat(), 0);
    }
  });

  test('pooling takes the greatest of each window, and what lies outside of the map does not count', async () => {
    const bench = await openKernels(file);
    const random = new Random(3);
    for (let round = 0; round < 200; round++) {
      bench.clear();
      const window = drawWindow(random);
      const drawn = drawMap(random, window);
      const map = { ...drawn, values: Float32Array.from(drawn.values, (value) => value - 10) };
      if (round % 4 === 0) map.values[random.integer(map.values.length)] = NaN;
      const [height, width] = [outputs(map.height, window), outputs(map.width, window)];
      const y = bench.output(height * width, map.channels, map.channels + random.integer(3));
      bench.kernels.maxPool(
        ...([bench.put(map.values), map.stride * 4, y.at, y.ld, map.height, map.width, map.channels] as const),
        ...([window.kernel, window.stride, window.padding, height, width] as const),
      );
      expectNear(
        y.read(),
        eachOutput(map, window, (taps) => Math.max(...taps.filter((value) => value !== undefined))),
        0,
      );
    }
  });

  test('the mean over a map is that of its pixels, by channel', async () => {
    const bench = await openKernels(file);
    const random = new Random(4);
    for (let round = 0; round < 100; round++) {
      bench.clear();
      const [rows, width] = [1 + random.integer(60), 1 + random.integer(40)];
      const stride = width + random.integer(4);
      const x = normal(random, rows * stride);
      if (round % 4 === 0) x[random.integer(rows) * stride] = NaN;
      const y = bench.output(1, width);
      bench.kernels.meanRows(bench.put(x), stride * 4, y.at, rows, width);
      const wanted = Array.from({ length: width }, (_, column) => {
        const values = Array.from({ length: rows }, (__, row) => x[row * stride + column]);
        return values.reduce((sum, value) => sum + value, 0) / rows;
      });
      expectNear(y.read(), wanted, 1e-5);
    }
  });
});

test('the drawn windows include the fast paths: stride 1 and 2 of 3 × 3 with whole and broken vectors', () => {
  const random = new Random(1);
  const seen = new Set<string>();
  for (let round = 0; round < 400; round++) {
    const window = drawWindow(random);
    const map = drawMap(random, window);
    if (window.kernel === 3 && map.width > 8) seen.add(`${window.stride} ${map.channels > 4 && map.channels % 4 > 0}`);
  }
  for (const kind of ['1 true', '1 false', '2 true', '2 false']) expect(seen).toContain(kind);
});
