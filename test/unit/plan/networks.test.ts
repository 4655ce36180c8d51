import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { createClassifier } from '../../../src/network/classifier.js';
import { foldedNetwork } from '../../../src/network/foldedNetwork.js';
import { fuse } from '../../../src/plan/fuse/fuse.js';
import { GPU_RULES } from '../../../src/plan/fuse/gpuRules.js';
import type { Graph } from '../../../src/plan/graph.js';
import { executeReference } from '../../../src/plan/reference/execute.js';
import { traceNetwork } from '../../../src/plan/trace/trace.js';
import { largestDifference } from '../network/numbers.js';
import { imagesOf, randomCrops, TINY_CASES } from './networks.js';
import { shippedModel } from './shipped.js';

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
    const forGpu = fuse(fused, GPU_RULES);
    expect(forGpu.nodes.length).toBeLessThanOrEqual(fused.nodes.length);
    const scale = Math.max(1, ...expected.map(Math.abs));
    for (const graph of [traced, fused, forGpu]) {
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

  it('is fused further for a GPU: no depthwise convolution and one layer normalisation stay by themselves', async () => {
    const { manifest, arrays } = await shippedModel();
    const fused = fuse(fuse(traceNetwork(foldedNetwork(manifest, arrays))), GPU_RULES);
    expect(countKinds(fused)).toEqual({
      convolution: 4,
      separableConvolution: 16,
      product: 24,
      normalisedProduct: 5,
      // Before the gate of the class token, which reads it twice.
      layerNorm: 1,
      attention: 2,
      binary: 1,
      concatenate: 1,
      reshape: 4,
      slice: 7,
    });
  });
});
