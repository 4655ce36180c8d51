/** Networks with random values everywhere, running statistics too, so that nothing is hidden by a zero or a one. */
import { initialArrays, parameterRandom } from '../../../src/network/initialise.js';
import type { Network } from '../../../src/network/network.js';
import type { Architecture, InputSpec, Manifest } from '../../../src/weights/manifest.js';
import type { NamedArray } from '../../../src/weights/namedArray.js';

export const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

export const COMPACT: Architecture = {
  family: 'qcs',
  backbone: 'mobilefacenet',
  embedding: 32,
  depth: 2,
  crossDepth: 1,
  heads: 4,
  csaResidual: 'normalised',
  attention: 'SD',
  batchNorm: 'joint',
  dropout: { base: 0, cross: 0 },
};

export const PUBLISHED: Architecture = {
  ...COMPACT,
  backbone: 'ir50',
  stem: 4,
  stages: [
    { channels: 4, units: 2 },
    { channels: 8, units: 1 },
    { channels: 8, units: 2 },
  ],
  batchNorm: 'per-branch',
};

export const AMENDED: Architecture = { family: 'arm', backbone: 'resnet18' };
export const RESIDUAL: Architecture = { family: 'resnet18', backbone: 'resnet18' };

/** Every value is moved a little away from where training would start. */
export function randomArrays(network: Network, seed: number): Map<string, NamedArray> {
  const random = parameterRandom(seed);
  const arrays = initialArrays(network.parameters, seed);
  for (const [name, { data }] of arrays) {
    const positive = name.endsWith('running_var') || name.endsWith('affinity_steps');
    for (let index = 0; index < data.length; index++) {
      data[index] += positive ? random.next() : 0.2 * (random.next() - 0.5);
    }
  }
  return arrays;
}

export function randomValues(count: number, seed: number): Float32Array {
  const random = parameterRandom(seed);
  return Float32Array.from({ length: count }, () => random.next());
}

export function manifestOf(architecture: Architecture, classes: number, input: Partial<InputSpec>): Manifest {
  const spec: InputSpec = {
    size: 32,
    colour: 'luma',
    ...IMAGENET,
    resize: 'half-pixel',
    resizeTo: 32,
    centreCrop: 32,
    stride: 1,
    template: { rightEye: [0.3, 0.4], leftEye: [0.7, 0.4], nose: [0.5, 0.6], mouth: [0.5, 0.8] },
    ...input,
  };
  return {
    format: 1,
    id: 'random',
    version: '1.0.0',
    architecture,
    classes: Array.from({ length: classes }, (_, index) => `class ${index}`),
    input: spec,
    temperature: 1,
    files: [],
    licence: 'none',
  };
}

/** Crops in 0..1 with 1 or 3 channels to the network's plain input: three channels, normalised. */
export function normalise(crops: Float32Array, channels: 1 | 3): Float32Array {
  const pixels = crops.length / channels;
  const values = new Float32Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = crops[pixel * channels + (channels === 1 ? 0 : colour)];
      values[pixel * 3 + colour] = (value - IMAGENET.mean[colour]) / IMAGENET.std[colour];
    }
  }
  return values;
}
