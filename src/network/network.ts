/** From an architecture to its network: parameters and forward pass of one definition. */
import { ModelError } from '../errors.js';
import { FAMILIES } from '../weights/architectures.js';
import type { Architecture } from '../weights/manifest.js';
import { type BackboneRecord, BACKBONES } from './backbones/index.js';
import type { Network } from './networkInterface.js';
import { qcsNetwork } from './qcs.js';
import { mapClassifier } from './mapClassifier.js';

export type { BranchCount, ForwardResult, Network, TokenPasses } from './networkInterface.js';

/**
 * The network of an architecture.
 * @param size side of the square input in pixels, as in the manifest's `input.size`
 * @throws ModelError `model-architecture` for a combination or size that does not exist
 */
export function createNetwork(architecture: Architecture, classes: number, size: number): Network {
  const { family, backbone } = architecture;
  const record: BackboneRecord = BACKBONES[backbone];
  if (record.gives !== FAMILIES[family].reads) {
    throw new ModelError('model-architecture', `There is no ${family} network on ${backbone}.`);
  }
  return record.gives === 'map'
    ? mapClassifier(architecture, record, classes, size)
    : qcsNetwork(architecture, record, classes, size);
}
