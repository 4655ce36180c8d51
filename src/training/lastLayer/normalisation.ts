/**
 * Batch normalisation brought to the pictures of a new domain: its running statistics, which describe the pictures that a network was trained on, move towards
 * those of the new ones (AdaBN; Li et al., 2016). No label is needed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { Context } from '../../network/context.js';
import { BATCH_NORM_MOMENTUM } from '../../network/layers.js';
import { createParameter, disposeParameters } from '../../network/parameters.js';
import type { NamedArray } from '../../weights/namedArray.js';
import type { InputSpec } from '../../weights/manifest.js';
import { UNCHANGED } from '../data/augment.js';
import { imagesTensor } from '../data/inputs.js';
import type { TrainingSample } from '../data/samples.js';
import { isHead, type StartingModel } from '../startingModel.js';

/** Images whose statistics are taken together. */
const BATCH = 16;
/** More images make the statistics no better. */
const MOST_IMAGES = 160;

/**
 * The model with running statistics that are, by that share, those of the samples. Needs a TensorFlow.js backend.
 * @param share 0..1
 */
export async function adaptStatistics(
  start: StartingModel,
  samples: readonly TrainingSample[],
  input: InputSpec,
  share: number,
  onBatch: () => Promise<void>,
): Promise<StartingModel> {
  const passes = start.network.tokenPasses;
  if (passes === null) return start;
  const specs = start.network.parameters.filter(({ name, part }) => part === 'base' && !isHead(name));
  const parameters = new Map(
    specs.map(({ name, layout }) => [name, createParameter(start.arrays.get(name)!, layout)] as const),
  );
  const chosen = spread(samples);
  const batches = Math.max(1, Math.round(chosen.length / BATCH));
  const sums = new Map<string, Float64Array>();
  try {
    for (let batch = 0; batch < batches; batch++) {
      const faces = chosen.filter((_, index) => index % batches === batch);
      const context = new Context(parameters, { mode: 'training' });
      tf.tidy(() => {
        passes.tokens(
          context,
          imagesTensor(
            faces.map((sample) => ({ sample, change: UNCHANGED })),
            input,
          ),
        );
      });
      for (const [name, tensor] of context.moved) {
        const values = await tensor.data();
        const sum = sums.get(name) ?? new Float64Array(values.length);
        for (let index = 0; index < sum.length; index++) sum[index] += values[index] / batches;
        sums.set(name, sum);
        tensor.dispose();
      }
      await onBatch();
    }
  } finally {
    disposeParameters(parameters);
  }
  const arrays = new Map<string, NamedArray>(start.arrays);
  for (const [name, moved] of sums) {
    const { shape, data } = start.arrays.get(name)!;
    // A pass moves the statistics by the momentum alone: here by the share.
    const further = share / BATCH_NORM_MOMENTUM;
    arrays.set(name, { shape, data: data.map((value, index) => value + further * (moved[index] - value)) });
  }
  return { ...start, arrays };
}

/** At most so many, spread evenly over the list. */
function spread(samples: readonly TrainingSample[]): readonly TrainingSample[] {
  const count = Math.min(samples.length, MOST_IMAGES);
  return Array.from({ length: count }, (_, place) => samples[Math.floor((place * samples.length) / count)]);
}
