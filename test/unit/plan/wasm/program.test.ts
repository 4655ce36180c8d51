import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../../src/gpu/node.js';
import { createClassifier } from '../../../../src/network/classifier.js';
import { foldedNetwork } from '../../../../src/network/foldedNetwork.js';
import { fuse } from '../../../../src/plan/fuse/fuse.js';
import type { Graph } from '../../../../src/plan/graph.js';
import { traceNetwork } from '../../../../src/plan/trace/trace.js';
import type { KernelSource } from '../../../../src/plan/wasm/module.js';
import { createProgram, type Program } from '../../../../src/plan/wasm/program.js';
import { largestDifference } from '../../network/numbers.js';
import { imagesOf, randomCrops, TINY_CASES, type TinyModel } from '../networks.js';
import { shippedCrops, shippedModel } from '../shipped.js';
import { BUILDS } from './support.js';

/** Both builds, whatever they are asked for. */
const SOURCES = BUILDS.map(
  (name) => () => readFile(new URL(`../../../../public/runtime/${name}`, import.meta.url)),
) satisfies readonly KernelSource[];

beforeAll(async () => {
  await startNodeBackend('wasm');
});

async function tensorFlow({ manifest, arrays }: TinyModel, crops: Float32Array, count: number): Promise<Float32Array> {
  const classifier = await createClassifier(manifest, arrays);
  const logits = await classifier.logits(crops, count);
  classifier.dispose();
  return logits;
}

function run(program: Program, images: Float32Array): Float32Array {
  program.input.set(images);
  program.run();
  return program.output;
}

/** Constants must be computed beforehand; else every node is a step of its own. */
const unfused = (graph: Graph) => fuse(graph, []);

describe.each(TINY_CASES)('$title', ({ make }) => {
  it('computes on the kernels what TensorFlow.js computes, fused and not', async () => {
    const model = make();
    const crop = randomCrops(model, 1);
    const expected = await tensorFlow(model, crop, 1);
    const scale = Math.max(1, ...expected.map(Math.abs));
    const traced = traceNetwork(model.folded);
    for (const source of SOURCES) {
      for (const graph of [unfused(traced), fuse(traced)]) {
        const program = await createProgram(graph, source);
        // Twice: nothing of the first run may matter to the second.
        run(program, new Float32Array(program.input.length).fill(Number.NaN));
        expect(largestDifference(run(program, imagesOf(model, crop)), expected)).toBeLessThan(1e-4 * scale);
      }
    }
  });
});

describe('the shipped model', () => {
  it('runs on the kernels alone and gives faces the logits of TensorFlow.js', async () => {
    const { manifest, arrays } = await shippedModel();
    const model = { manifest, arrays, folded: foldedNetwork(manifest, arrays) };
    const { crops, count } = shippedCrops();
    const expected = await tensorFlow(model, crops, count);
    const classes = manifest.classes.length;
    const graph = fuse(traceNetwork(model.folded));
    for (const source of SOURCES) {
      const program = await createProgram(graph, source);
      // Four convolutions of several pixels, 16 depthwise, 45 products, five norms, two attentions, a gate; the class token's row.
      expect(program.counts).toEqual({ kernels: 4 + 16 + 45 + 5 + 2 + 1, copies: 1, typescript: 0 });
      expect(program.bytes).toBeLessThan(12.5 * 2 ** 20);
      for (let face = 0; face < count; face++) {
        const crop = crops.subarray((face * crops.length) / count, ((face + 1) * crops.length) / count);
        const logits = run(program, imagesOf(model, crop));
        expect(largestDifference(logits, expected.subarray(face * classes, (face + 1) * classes))).toBeLessThan(1e-4);
      }
    }
  });
});
