import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { foldedNetwork } from '../../../src/network/foldedNetwork.js';
import { fuse } from '../../../src/plan/fuse/fuse.js';
import type { Graph } from '../../../src/plan/graph.js';
import { executeReference } from '../../../src/plan/reference/execute.js';
import { traceNetwork } from '../../../src/plan/trace/trace.js';
import { largestDifference } from '../network/numbers.js';
import { imagesOf, randomCrops, shippedModel, TINY_CASES } from './networks.js';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

/** How many nodes there are of each kind that computes something: views cost nothing. */
function countKinds({ nodes }: Graph): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation } of nodes) counts[operation.kind] = (counts[operation.kind] ?? 0) + 1;
  return counts;
}

describe.each(TINY_CASES)('$title', ({ make }) => {
  it('computes the same in TensorFlow.js, traced and fused', async () => {
    const model = make();
    const crop = randomCrops(model, 1);
    const classifier = await createClassifier(model.manifest, model.arrays);
    const expected = await classifier.logits(crop, 1);
    classifier.dispose();

    const traced = traceNetwork(model.folded);
    const fused = fuse(traced);
    expect(fused.nodes.length).toBeLessThan(0.6 * traced.nodes.length);
    const scale = Math.max(1, ...expected.map(Math.abs));
    for (const graph of [traced, fused]) {
      expect(largestDifference(executeReference(graph, imagesOf(model, crop)), expected)).toBeLessThan(1e-4 * scale);
    }
  });
});

describe('the shipped model', () => {
  it('is fused into these steps', async () => {
    const { manifest, arrays } = await shippedModel();
    const fused = fuse(traceNetwork(foldedNetwork(manifest, arrays)));
    expect(countKinds(fused)).toEqual({
      // The stem, three of the pyramid, 16 depthwise.
      convolution: 20,
      product: 45,
      layerNorm: 5,
      attention: 2,
      // The gate of the class token.
      binary: 1,
      // Views.
      concatenate: 1,
      reshape: 4,
      slice: 7,
    });
    const residuals = fused.nodes.filter(({ inputs }) => inputs.residual !== undefined);
    // Twelve inverted residual units, three levels of tokens with their places, two for each block.
    expect(residuals).toHaveLength(12 + 3 + 4);
  });
});
