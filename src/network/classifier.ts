/** The base branch ready for inference on the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors.js';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';
import { Context } from './context.js';
import { type FoldedNetwork, foldedNetwork, requireCrops, withOnes } from './foldedNetwork.js';
import { createParameter, disposeParameters } from './parameters.js';

export interface Classifier {
  /** 1: luma, 3: RGB. */
  readonly inputChannels: 1 | 3;
  /**
   * Aligned crops [count, size, size, inputChannels] in 0..1 to logits [count, classes], both row-major. Behind the logits of a crop stand its muscles, where
   * the model was loaded with them.
   * @throws RangeError when `crops` holds another number of values; RuntimeError `disposed`.
   */
  logits(crops: Float32Array, count: number): Promise<Float32Array>;
  /** Gives back all tensors. A second call does nothing. */
  dispose(): void;
}

/**
 * Puts a model's weights, folded, on the current TensorFlow.js backend. Training-only weights may be among `arrays`.
 * @throws ModelError `model-architecture` or `model-parameters`.
 */
export async function createClassifier(manifest: Manifest, arrays: NamedArrays): Promise<Classifier> {
  await tf.ready();
  return new FoldedClassifier(foldedNetwork(manifest, arrays));
}

class FoldedClassifier implements Classifier {
  readonly inputChannels: 1 | 3;
  private readonly folded: Pick<FoldedNetwork, 'network' | 'inputChannels'>;
  private readonly parameters = new Map<string, tf.Tensor>();
  private disposed = false;

  constructor({ network, arrays, layouts, inputChannels }: FoldedNetwork) {
    this.folded = { network, inputChannels };
    this.inputChannels = inputChannels;
    for (const [name, array] of arrays) this.parameters.set(name, createParameter(array, layouts.get(name) ?? 'plain'));
  }

  async logits(crops: Float32Array, count: number): Promise<Float32Array> {
    if (this.disposed) throw new RuntimeError('disposed', 'The model was disposed. Load it again.');
    const { network, inputChannels } = this.folded;
    requireCrops(crops, count, this.folded);
    if (count === 0) return new Float32Array(0);
    const result = tf.tidy(() => {
      const values = new Float32Array((crops.length / inputChannels) * (inputChannels + 1));
      withOnes(crops, inputChannels, values);
      const images = tf.tensor4d(values, [count, network.size, network.size, inputChannels + 1]);
      return network.logits(new Context(this.parameters, { mode: 'folded' }), images);
    });
    try {
      return Float32Array.from(await result.data());
    } finally {
      result.dispose();
    }
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    disposeParameters(this.parameters);
  }
}
