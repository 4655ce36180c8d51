/** A network with random weights, small enough for the CPU backend. Asks for no gradients, so that scripts may use it too. */
import { initialArrays } from '../../../src/network/initialise.js';
import { createNetwork } from '../../../src/network/network.js';
import type { LoadedModel } from '../../../src/weights/loadModel.js';
import type { Architecture, Manifest } from '../../../src/weights/manifest.js';

export const CLASSES = ['above', 'below', 'middle'];
export const SIDE = 32;

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
