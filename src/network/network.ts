/** From an architecture to its network: parameters and forward pass of one definition. */
import { ModelError } from '../errors.js';
import type { Architecture } from '../weights/manifest.js';
import type { Network } from './networkInterface.js';
import { qcsNetwork } from './qcs.js';
import { resnetClassifier } from './resnetClassifier.js';

export type { BranchCount, ForwardResult, Network, TokenPasses } from './networkInterface.js';

/**
 * The network of an architecture.
 * @param size side of the square input in pixels, as in the manifest's `input.size`
 * @throws ModelError `model-architecture` for a combination or size that does not exist
 */
export function createNetwork(architecture: Architecture, classes: number, size: number): Network {
  const { family, backbone } = architecture;
  const residual = backbone === 'resnet18';
  if (residual !== (family === 'arm' || family === 'resnet18')) {
    throw new ModelError('model-architecture', `There is no ${family} network on ${backbone}.`);
  }
  return residual ? resnetClassifier(architecture, classes, size) : qcsNetwork(architecture, classes, size);
}
