import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../../src/gpu/node.js';
import { createClassifier } from '../../../../src/network/classifier.js';
import { foldedNetwork } from '../../../../src/network/foldedNetwork.js';
import { fuse } from '../../../../src/plan/fuse/fuse.js';
import { traceNetwork } from '../../../../src/plan/trace/trace.js';
import { compileKernels } from '../../../../src/plan/wasm/module.js';
import { createProgram } from '../../../../src/plan/wasm/program.js';
import { largestDifference } from '../../network/numbers.js';
import { imagesOf, randomCrops, shippedModel, TINY_CASES } from '../networks.js';

const file = new URL('../../../../public/runtime/kernels-simd.wasm', import.meta.url);
let module: WebAssembly.Module;

beforeAll(async () => {
  await startNodeBackend('wasm');
  module = await compileKernels(readFileSync(file));
});

describe.each(TINY_CASES)('$title', ({ make }) => {
  it('computes on the kernels what TensorFlow.js computes', async () => {
    const model = make();
    const crop = randomCrops(model, 1);
    const classifier = await createClassifier(model.manifest, model.arrays);
    const expected = await classifier.logits(crop, 1);
    classifier.dispose();
    const scale = Math.max(1, ...expected.map(Math.abs));
    const traced = traceNetwork(model.folded);
    for (const graph of [fuse(traced, []), fuse(traced)]) {
      const program = await createProgram(graph, module);
      console.log(program.counts, program.bytes);
      program.input.set(imagesOf(model, crop));
      program.run();
      expect(largestDifference(program.output, expected)).toBeLessThan(1e-4 * scale);
    }
  });
});

describe('the shipped model', () => {
  it('runs', async () => {
    const { manifest, arrays } = await shippedModel();
    let t = performance.now();
    const folded = foldedNetwork(manifest, arrays);
    console.log('fold', performance.now() - t);
    t = performance.now();
    const traced = traceNetwork(folded);
    console.log('trace', performance.now() - t);
    t = performance.now();
    const fused = fuse(traced);
    console.log('fuse', performance.now() - t);
    t = performance.now();
    const program = await createProgram(fused, module);
    console.log('program', performance.now() - t);
    console.log(program.counts, program.bytes);
    const classifier = await createClassifier(manifest, arrays);
    const crop = randomCrops({ manifest, arrays, folded }, 1);
    const expected = await classifier.logits(crop, 1);
    program.input.set(imagesOf({ manifest, arrays, folded }, crop));
    program.run();
    expect(largestDifference(program.output, expected)).toBeLessThan(1e-4);
    const times: number[][] = [[], []];
    for (let i = 0; i < 30; i++) {
      t = performance.now();
      program.input.set(imagesOf({ manifest, arrays, folded }, crop));
      program.run();
      times[0].push(performance.now() - t);
      t = performance.now();
      await classifier.logits(crop, 1);
      times[1].push(performance.now() - t);
    }
    console.log(times.map((x) => x.sort((a, b) => a - b)[15]));
  });
});
