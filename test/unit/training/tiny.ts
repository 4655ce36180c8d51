/** A network small enough for the CPU backend, and pictures that it can learn to tell apart. */
import '@tensorflow/tfjs-backend-cpu';
import '../../../src/gpu/gradients.js';
import { Random } from '../../../src/dataset/random.js';
import { completeConfig, type TrainingConfig, type TrainingOptions } from '../../../src/training/config.js';
import type { SplitSamples, TrainingSample } from '../../../src/training/samples.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { createNetwork } from '../../../src/network/network.js';
import type { LoadedModel } from '../../../src/weights/loadModel.js';
import type { Architecture, Manifest } from '../../../src/weights/manifest.js';

export const CLASSES = ['across', 'along', 'slanted'];
const SIDE = 32;

export const TINY: Architecture = {
  family: 'qcs',
  backbone: 'ir50',
  stem: 4,
  stages: [
    { channels: 4, units: 1 },
    { channels: 8, units: 1 },
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
  return { manifest, arrays: initialArrays(network.parameters, 5) };
}

/** Stripes of a random phase and width with noise, one direction a class; mirror images keep their class. */
export function stripes(counts: readonly number[], seed: number, side = SIDE): TrainingSample[] {
  const random = new Random(seed);
  const directions = [
    [1, 0],
    [0, 1],
    [0, 0],
  ];
  return counts.flatMap((count, label) =>
    Array.from({ length: count }, (_, index): TrainingSample => {
      const [across, along] = directions[label];
      const [phase, width] = [random.between(0, 6), random.between(0.6, 0.9)];
      const data = new Uint8Array(side * side);
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const wave = label === 2 ? Math.abs(x - side / 2) + y : across * y + along * x;
          data[y * side + x] = 128 + 70 * Math.sin(wave * width + phase) + random.between(-25, 25);
        }
      }
      const target = new Float32Array(counts.length);
      target[label] = 1;
      return { id: `${label}-${index}-${seed}`, label, target, face: { data, width: side, height: side, channels: 1 } };
    }),
  );
}

export function stripeSplits(train: number, held = 10): SplitSamples {
  return {
    train: stripes([train, train, train], 1),
    validation: stripes([held, held, held], 2),
    test: stripes([held, held, held], 3),
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
