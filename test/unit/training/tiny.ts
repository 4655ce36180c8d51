/** What the tests of training share: a small network, and pictures that it can learn to tell apart. */
import '@tensorflow/tfjs-backend-cpu';
import '../../../src/gpu/gradients.js';
import { Random } from '../../../src/base/random.js';
import { completeConfig, type TrainingConfig, type TrainingOptions } from '../../../src/training/config.js';
import type { SplitSamples, TrainingSample } from '../../../src/training/data/samples.js';
import { CLASSES, SIDE } from './tinyModel.js';

export { CLASSES, TINY, tinyModel } from './tinyModel.js';

/** Noisy pictures, one kind a class: bright above, bright below, bright in the middle columns. Mirror images keep their class. */
export function patches(counts: readonly number[], seed: number, side = SIDE): TrainingSample[] {
  const random = new Random(seed);
  const kinds = [
    (_: number, y: number) => (y < side / 2 ? 1 : -1),
    (_: number, y: number) => (y < side / 2 ? -1 : 1),
    (x: number) => (Math.abs(x - side / 2) < side / 4 ? 1 : -1),
  ];
  return counts.flatMap((count, label) =>
    Array.from({ length: count }, (_, index): TrainingSample => {
      const [level, contrast] = [random.between(100, 150), random.between(30, 60)];
      const data = new Uint8Array(side * side);
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          data[y * side + x] = level + contrast * kinds[label](x, y) + random.between(-25, 25);
        }
      }
      const target = new Float32Array(counts.length);
      target[label] = 1;
      return {
        id: `${label}-${index}-${seed}`,
        label,
        target,
        group: null,
        fromCamera: false,
        face: { data, width: side, height: side, channels: 1 },
      };
    }),
  );
}

export function patchSplits(train: number, held = 8): SplitSamples {
  return {
    train: patches([train, train, train], 1),
    validation: patches([held, held, held], 2),
    test: patches([held, held, held], 3),
  };
}

export function tinyConfig(options: Partial<TrainingOptions> = {}): TrainingConfig {
  return completeConfig({
    classes: CLASSES,
    family: 'qcs',
    epochs: 2,
    epochOf: 'anchors',
    batchSize: 4,
    learningRate: 3e-3,
    checkpoint: { steps: 0, seconds: 0 },
    ...options,
  });
}
