/** What the model that a run starts from says in the run's classes: the "before" of before and after. */
import * as tf from '@tensorflow/tfjs-core';
import { createNetwork } from '../network/network.js';
import { createParameters, disposeParameters } from '../network/parameters.js';
import type { LoadedModel } from '../weights/loadModel.js';
import type { TrainingConfig } from './config.js';
import { isHead } from './startingModel.js';
import { evaluationLogits } from './stepper.js';

/**
 * Calls `collect` with a function from inputs (images or tokens) to logits [batch, classes] in the run's classes. A class that gathers several of
 * the model's has the sum of their probabilities.
 */
export async function originalLogits(
  { manifest, arrays }: LoadedModel,
  config: TrainingConfig,
  collect: (classify: (inputs: tf.Tensor) => tf.Tensor2D) => Promise<Float32Array>,
): Promise<Float32Array> {
  const { architecture, classes, input } = manifest;
  const family = architecture.backbone === 'resnet18' ? architecture.family : 'base';
  const network = createNetwork({ ...architecture, family }, classes.length, input.size);
  const needed = network.parameters.filter(({ name }) => config.mode === 'full' || isHead(name));
  const parameters = createParameters(arrays, needed);
  const groups = Object.entries(config.classes).map(([name, labels]) => {
    const own = classes.indexOf(name);
    return own >= 0 ? [own] : labels.map((label) => classes.indexOf(label)).filter((index) => index >= 0);
  });
  try {
    return await collect((inputs) =>
      tf.tidy(() => {
        const logits = evaluationLogits(network, parameters, inputs);
        const scaled = tf.div<tf.Tensor2D>(logits, manifest.temperature);
        const columns = groups.map((members) => tf.logSumExp(tf.gather(scaled, members, 1), 1));
        return tf.stack(columns, 1) as tf.Tensor2D;
      }),
    );
  } finally {
    disposeParameters(parameters);
  }
}
