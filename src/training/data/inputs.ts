/** What a step feeds the network: augmented images (full mode) or cached tokens (quick mode, see tokenCache.ts). */
import * as tf from '@tensorflow/tfjs-core';
import type { InputSpec } from '../../weights/manifest.js';
import { augmentFace, drawAugmentation, UNCHANGED, type Augmentation } from './augment.js';
import type { AugmentationConfig } from '../config.js';
import type { Draw } from './sampler.js';
import type { TrainingSample } from './samples.js';

export interface TrainingInputs {
  /** The drawn training samples, in order, as one tensor whose first axis counts them. Belongs to the caller. */
  batch(draws: readonly Draw[]): Promise<tf.Tensor>;
  /** Samples as they are, from `start` on. Belongs to the caller. */
  plain(split: 'train' | 'validation' | 'test', start: number, count: number): Promise<tf.Tensor>;
  dispose(): void;
}

/** Images augmented on the CPU: `[count, size, size, 3]`, normalised. */
export class ImageInputs implements TrainingInputs {
  constructor(
    private readonly samples: Readonly<Record<'train' | 'validation' | 'test', readonly TrainingSample[]>>,
    private readonly input: InputSpec,
    private readonly augmentation: AugmentationConfig,
  ) {}

  async batch(draws: readonly Draw[]): Promise<tf.Tensor> {
    return imagesTensor(
      draws.map(({ index, seed }) => ({
        sample: this.samples.train[index],
        change: drawAugmentation(seed, this.augmentation),
      })),
      this.input,
    );
  }

  async plain(split: 'train' | 'validation' | 'test', start: number, count: number): Promise<tf.Tensor> {
    const chosen = this.samples[split].slice(start, start + count);
    return imagesTensor(
      chosen.map((sample) => ({ sample, change: UNCHANGED })),
      this.input,
    );
  }

  dispose(): void {
    // Holds no tensor between steps.
  }
}

type ChangedFace = { readonly sample: TrainingSample; readonly change: Augmentation };

/** Faces, changed and normalised: [count, size, size, 3]. */
export function imagesTensor(faces: readonly ChangedFace[], input: InputSpec): tf.Tensor4D {
  return tf.tidy(() => {
    // Luma becomes three channels by broadcasting against the means.
    return tf.div(tf.sub(rawImages(faces, input), tf.tensor1d([...input.mean])), tf.tensor1d([...input.std]));
  });
}

/** Faces for folded parameters: [count, size, size, channels + 1] in 0..1, the last channel all ones (see `foldParameters`). */
export function foldedImagesTensor(faces: readonly ChangedFace[], input: InputSpec): tf.Tensor4D {
  return tf.tidy(() =>
    tf.pad(
      rawImages(faces, input),
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 1],
      ],
      1,
    ),
  );
}

function rawImages(faces: readonly ChangedFace[], input: InputSpec): tf.Tensor4D {
  const { size, colour } = input;
  const channels = colour === 'luma' ? 1 : 3;
  const pixels = new Float32Array(faces.length * size * size * channels);
  for (const [place, { sample, change }] of faces.entries()) {
    pixels.set(augmentFace(sample.face, input, change), place * size * size * channels);
  }
  return tf.tensor4d(pixels, [faces.length, size, size, channels]);
}
