/** A network small enough for the CPU backend, and pictures that it can learn to tell apart. */
import '@tensorflow/tfjs-backend-cpu';
import '../../../src/gpu/gradients.js';
import { Random } from '../../../src/base/random.js';
import { completeConfig, type TrainingConfig, type TrainingOptions } from '../../../src/training/config.js';
import type { SplitSamples, TrainingSample } from '../../../src/training/data/samples.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { createNetwork } from '../../../src/network/network.js';
import type { LoadedModel } from '../../../src/weights/loadModel.js';
import type { Architecture, Manifest } from '../../../src/weights/manifest.js';

export const CLASSES = ['above', 'below', 'middle'];
const SIDE = 32;

export const TINY: Architecture = {
  family: 'qcs',
  backbone: 'ir50',
  stem: 2,
  stages: [
    { channels: 2, units: 1 },
    { channels: 4, units: 1 },
    { channels: 8, units: 1 },
  ],
  embedding: 16,
  depth: 1,
  crossDepth: 1,
  heads: 2,
  csaResidual: 'normalised',
  attention: 'SD',
  batchNorm: 'joint',
};

/** Random weights. */
export function tinyModel(architecture: Architecture = TINY, classes: readonly string[] = CLASSES): LoadedModel {
  const manifest: Manifest = {
    format: 1,
    id: 'tiny',
    version: '1.0.0',
    architecture,
    classes,
    input: {
      size: SIDE,
      colour: 'luma',
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
      resize: 'half-pixel',
      resizeTo: SIDE,
      centreCrop: SIDE,
      stride: 1,
      template: { rightEye: [0.3, 0.4], leftEye: [0.7, 0.4], nose: [0.5, 0.6], mouth: [0.5, 0.8] },
    },
    temperature: 1,
    files: [{ path: 'weights.safetensors', bytes: 1, sha256: '0'.repeat(64), dtype: 'float32', part: 'base' }],
    licence: 'Apache-2.0',
  };
  const network = createNetwork(architecture, classes.length, SIDE);
  // The published start (deviation 0.01) suits widths of hundreds; at a width of 16 hardly a signal would come through.
  const arrays = new Map(
    [...initialArrays(network.parameters, 5)].map(([name, { shape, data }]) => [
      name,
      { shape, data: name.startsWith('VIT_') && shape.length === 2 ? data.map((value) => value * 20) : data },
    ]),
  );
  return { manifest, arrays };
}

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
    epochs: 2,
    batchSize: 4,
    learningRate: 3e-3,
    checkpoint: { steps: 0, seconds: 0 },
    ...options,
  });
}
