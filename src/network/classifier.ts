/** The base branch ready for inference on the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors.js';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';
import { Context } from './context.js';
import type { ParameterLayout } from './definition.js';
import { foldParameters } from './fold.js';
import { createNetwork, type Network } from './network.js';
import { createParameter, disposeParameters, type Parameters, selectArrays } from './parameters.js';

export interface Classifier {
  /** 1: luma, 3: RGB. */
  readonly inputChannels: 1 | 3;
  /**
   * Aligned crops [count, size, size, inputChannels] in 0..1 to logits [count, classes], both row-major.
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
  const { size, colour } = manifest.input;
  const network = createNetwork(manifest.architecture, manifest.classes.length, size);
  const base = network.parameters.filter(({ part }) => part === 'base');
  const folded = foldParameters(network, selectArrays(arrays, base), manifest.input);
  const layouts = new Map<string, ParameterLayout>(base.map(({ name, layout }) => [name, layout]));
  const parameters = new Map<string, tf.Tensor>();
  for (const [name, array] of folded) parameters.set(name, createParameter(array, layouts.get(name) ?? 'plain'));
  return new FoldedClassifier(network, parameters, size, colour === 'luma' ? 1 : 3);
}

class FoldedClassifier implements Classifier {
  readonly inputChannels: 1 | 3;
  private readonly network: Network;
  private readonly parameters: Parameters;
  private readonly size: number;
  private disposed = false;

  constructor(network: Network, parameters: Parameters, size: number, inputChannels: 1 | 3) {
    this.network = network;
    this.parameters = parameters;
    this.size = size;
    this.inputChannels = inputChannels;
  }

  async logits(crops: Float32Array, count: number): Promise<Float32Array> {
    if (this.disposed) throw new RuntimeError('disposed', 'The model was disposed. Load it again.');
    const { size, inputChannels } = this;
    if (crops.length !== count * size * size * inputChannels) {
      throw new RangeError(`${count} crops need ${count * size * size * inputChannels} values, got ${crops.length}`);
    }
    if (count === 0) return new Float32Array(0);
    const result = tf.tidy(() => {
      const images = tf.tensor4d(withOnes(crops, inputChannels), [count, size, size, inputChannels + 1]);
      return this.network.logits(new Context(this.parameters, { mode: 'folded' }), images);
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

/** Adds the channel of ones that carries the folded normalisation (see `foldParameters`). */
function withOnes(crops: Float32Array, channels: number): Float32Array {
  const values = new Float32Array((crops.length / channels) * (channels + 1)).fill(1);
  for (let from = 0, to = 0; from < crops.length; to++) {
    for (let channel = 0; channel < channels; channel++) values[to++] = crops[from++];
  }
  return values;
}
