/** Whole networks with their products in int8, by ranges taken from pictures. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../../src/gpu/node.js';
import { argmax } from '../../../../src/base/softmax.js';
import { createPlanClassifier } from '../../../../src/plan/classifier.js';
import { readKernels } from '../../../../src/plan/nodeKernels.js';
import type { LoadedModel } from '../../../../src/weights/loadModel.js';
import { foldedNetwork } from '../../../../src/network/foldedNetwork.js';
import { calibrate } from '../../../../src/plan/calibrate.js';
import { fuse } from '../../../../src/plan/fuse/fuse.js';
import { type Graph, GraphBuilder } from '../../../../src/plan/graph.js';
import { traceNetwork } from '../../../../src/plan/trace/trace.js';
import type { KernelSource } from '../../../../src/plan/wasm/module.js';
import { createProgram, type Program } from '../../../../src/plan/wasm/program.js';
import type { Ranges } from '../../../../src/plan/wasm/ranges.js';
import { imagesOf, randomCrops, TINY_CASES } from '../networks.js';
import { shippedCrops, shippedForRecognising, shippedModel } from '../shipped.js';
import { BUILDS } from './support.js';

/** Both builds, whatever they are asked for. */
const SOURCES = BUILDS.map(
  (name) => () => readFile(new URL(`../../../../public/runtime/${name}`, import.meta.url)),
) satisfies readonly KernelSource[];

beforeAll(async () => {
  await startNodeBackend('wasm');
});

function run(program: Program, image: Float32Array): Float32Array {
  program.input.set(image);
  program.run();
  return program.output.slice();
}

/** Root of the mean square of the differences, in deviations of the expected values. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  const square = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(
    square(actual.map((value, index) => value - expected[index])) / square(expected.map((value) => value - mean)),
  );
}

describe.each(TINY_CASES)('$title', ({ make }) => {
  it('in int8 gives about what it gives in float32, on both builds', async () => {
    const model = make();
    const image = imagesOf(model, randomCrops(model, 1));
    const graph = fuse(traceNetwork(model.folded));
    for (const source of SOURCES) {
      const program = await createProgram(graph, source);
      const expected = run(program, image);
      const ranges = calibrate(graph, program, [image]);
      expect(ranges.size).toBeGreaterThan(5);
      const actual = run(await createProgram(graph, source, ranges), image);
      expect(actual).not.toEqual(expected);
      expect(relativeError(actual, expected)).toBeLessThan(0.25);
    }
  });

  it('in int8 gives a picture that is not finite logits that are not, and the next as ever', async () => {
    const model = make();
    const image = imagesOf(model, randomCrops(model, 1));
    const graph = fuse(traceNetwork(model.folded));
    const ranges = calibrate(graph, await createProgram(graph, SOURCES[0]), [image]);
    const program = await createProgram(graph, SOURCES[0], ranges);
    const before = run(program, image);
    const damaged = image.slice();
    damaged[image.length / 2] = Number.NaN;
    expect([...run(program, damaged)].every(Number.isNaN)).toBe(true);
    expect(run(program, image)).toEqual(before);
  });
});

describe('the shipped model in int8', () => {
  it('takes three quarters of the memory, all but the picture and single rows in int8, and names faces as float32 does', async () => {
    const { manifest, arrays } = await shippedModel();
    const graph = fuse(traceNetwork(foldedNetwork(manifest, arrays)));
    const { crops, count } = shippedCrops();
    const length = crops.length / count;
    const model = { manifest, arrays, folded: foldedNetwork(manifest, arrays) };
    const images = Array.from({ length: count }, (_, face) =>
      imagesOf(model, crops.subarray(face * length, (face + 1) * length)),
    );
    for (const source of SOURCES) {
      const program = await createProgram(graph, source);
      const ranges = calibrate(graph, program, images);
      // 45 products and 4 convolutions, but the picture's and seven of single rows.
      expect(ranges.size).toBe(41);
      const int8 = await createProgram(graph, source, ranges);
      expect(int8.counts).toEqual(program.counts);
      expect(int8.bytes).toBeLessThan(0.75 * program.bytes);
      for (const image of images) {
        const [expected, actual] = [run(program, image), run(int8, image)];
        expect(actual.indexOf(Math.max(...actual))).toBe(expected.indexOf(Math.max(...expected)));
        expect(relativeError(actual, expected)).toBeLessThan(0.25);
      }
    }
  });
});

describe('the shipped model as recognising loads it', () => {
  it('names faces as the exact weights in float32 do, by the ranges of its manifest', async () => {
    const { crops, count } = shippedCrops();
    const [exact, recognising] = await Promise.all([shippedModel(), shippedForRecognising()]);
    expect(recognising.manifest.int8).toBeDefined();
    const logitsOf = async ({ manifest, arrays }: LoadedModel) => {
      const { classifier } = await createPlanClassifier(manifest, arrays, readKernels);
      return classifier.logits(crops, count);
    };
    const [expected, actual] = [await logitsOf(exact), await logitsOf(recognising)];
    const classes = expected.length / count;
    for (let face = 0; face < count; face++) {
      const row = (values: Float32Array) => values.subarray(face * classes, (face + 1) * classes);
      expect(argmax(row(actual))).toBe(argmax(row(expected)));
      expect(relativeError(row(actual), row(expected))).toBeLessThan(0.25);
    }
  });
});

describe('ranges', () => {
  /** Two products of several rows, the first of the picture itself. */
  function chain(): Graph {
    const builder = new GraphBuilder();
    const input = builder.value([1, 3, 2]);
    const weight = (name: string, values: number[]) => builder.constant(name, Float32Array.from(values), [2, 2]);
    const multiply = (x: number, w: number) =>
      builder.node({ kind: 'product', activation: 'none' }, { x, weight: w }, [1, 3, 2]);
    const middle = multiply(input, weight('first', [1, 0, 0, 1]));
    const output = multiply(middle, weight('reshape of second and reshape of third', [1, 1, -1, 1]));
    return { values: builder.values, nodes: builder.nodes, input, output };
  }

  it('are of the inputs of products, by the name of the first weight, and hold nine tenths of the pictures', async () => {
    const graph = chain();
    const program = await createProgram(graph, SOURCES[0]);
    const pictures = Array.from({ length: 11 }, (_, index) => Float32Array.of(-index, 0, 0, 0, 0, 2 * index));
    const ranges = calibrate(graph, program, pictures);
    expect([...ranges.keys()]).toEqual(['second']);
    const [low, high] = ranges.get('second')!;
    expect(low).toBeCloseTo(-9, 5);
    expect(high).toBeCloseTo(18, 5);
  });

  it('decide what is computed in int8: what lies beyond them is cut', async () => {
    const ranges: Ranges = new Map([['second', [-1, 1]]]);
    const image = Float32Array.of(0.25, 0.5, 5, 0, 0, 0);
    const [float32, int8] = [
      await createProgram(chain(), SOURCES[1]),
      await createProgram(chain(), SOURCES[1], ranges),
    ];
    const [expected, actual] = [run(float32, image), run(int8, image)];
    expect([...expected]).toEqual([-0.25, 0.75, 5, 5, 0, 0]);
    expect(Math.abs(actual[0] - expected[0])).toBeLessThan(0.02);
    expect(actual[2]).toBeCloseTo(1, 1);
  });

  it('need pictures', async () => {
    const program = await createProgram(chain(), SOURCES[0]);
    expect(() => calibrate(chain(), program, [])).toThrow(RangeError);
  });
});
