/** The class token's attention in the last block, by TensorFlow.js: our own kernels compute it and keep no weights. */
import * as tf from '@tensorflow/tfjs-core';
import { PATCHES } from '../../src/reading/explanation/occlusion.js';
import { startNodeBackend } from '../../src/gpu/node.js';
import { type Classifier, createClassifier } from '../../src/network/classifier.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';

export interface AttentionReader {
  /** Attention to each patch, summed over heads and levels: 49 values, sum below 1 (the class token looks at itself too). */
  read(crop: Float32Array): Promise<Float64Array>;
  stop(): void;
}

/** Listens to the softmax of one row a head, which is the class token's. */
export async function startAttention({ manifest, arrays }: LoadedModel): Promise<AttentionReader> {
  const backend = await startNodeBackend('wasm');
  const stock = tf.getKernel('Softmax', 'wasm');
  let seen: { readonly heads: number; readonly tokens: number; readonly weights: Float32Array } | undefined;
  tf.unregisterKernel('Softmax', 'wasm');
  tf.registerKernel({
    ...stock,
    kernelFunc: (given) => {
      const result = stock.kernelFunc(given);
      const [only] = Array.isArray(result) ? result : [result];
      if (only.shape.length === 4 && only.shape[2] === 1) {
        const [, heads, , tokens] = only.shape;
        seen = { heads, tokens, weights: Float32Array.from(tf.backend().readSync(only.dataId) as Float32Array) };
      }
      return result;
    },
  });
  const classifier: Classifier = await createClassifier(manifest, arrays);
  return {
    read: async (crop) => {
      await classifier.logits(crop, 1);
      if (seen === undefined) throw new Error('The network attends from no class token.');
      const { heads, tokens, weights } = seen;
      seen = undefined;
      const sums = new Float64Array(PATCHES);
      for (let head = 0; head < heads; head++) {
        for (let token = 1; token < tokens; token++) {
          sums[(token - 1) % PATCHES] += weights[head * tokens + token] / heads;
        }
      }
      return sums;
    },
    stop: () => {
      classifier.dispose();
      backend.stop();
    },
  };
}
