/** The picture of a training step for the page: the faces as the network saw them, with the weights of that very step. */
import { luma } from '../faces/image.js';
import type { InputSpec } from '../weights/manifest.js';
import { augmentFace, drawAugmentation } from './data/augment.js';
import type { TrainingConfig } from './config.js';
import type { TupleProgress } from './progress.js';
import type { Tuple } from './data/sampler.js';
import type { TrainingSample } from './data/samples.js';
import type { StepResult } from './step/stepper.js';

export function tupleReport(
  step: number,
  tuple: Tuple,
  attention: NonNullable<StepResult['attention']>,
  config: TrainingConfig,
  samples: readonly TrainingSample[],
  input: InputSpec,
): TupleProgress {
  const faces = tuple.map(({ index, seed }, branch) => {
    const { id, label, face } = samples[index];
    const change = drawAugmentation(seed, config.augmentation);
    const pixels = config.mode === 'quick' ? null : toLuma(augmentFace(face, input, change), face.channels);
    return { id, label, mirrored: change.mirrored, pixels, attention: attention[branch] };
  });
  return { kind: 'tuple', step, faces, side: input.size };
}

function toLuma(values: Float32Array, channels: 1 | 3): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(values.length / channels);
  for (let at = 0; at < pixels.length; at++) {
    const first = values[at * channels];
    const grey = channels === 1 ? first : luma(first, values[at * 3 + 1], values[at * 3 + 2]);
    pixels[at] = 255 * grey;
  }
  return pixels;
}
