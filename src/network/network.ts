/** From an architecture to its network: parameters and forward pass of one definition. */
import { MAXIMUM_PARAMETERS } from '../base/limits.js';
import { ModelError } from '../errors.js';
import { FAMILIES } from '../weights/architectures.js';
import type { Architecture, MusclesSpec } from '../weights/manifest.js';
import { type BackboneRecord, BACKBONES } from './backbones/index.js';
import type { Network } from './networkInterface.js';
import { qcsNetwork } from './qcs.js';
import { mapClassifier } from './mapClassifier.js';
import { sizeOf } from './parameters.js';

export type { BranchCount, ForwardResult, Network, TokenPasses } from './networkInterface.js';

/**
 * The network of an architecture.
 * @param size side of the square input in pixels, as in the manifest's `input.size`
 * @param muscles the head that reads them, where inference is to compute it too
 * @throws ModelError `model-architecture` for a combination or size that does not exist, or a network that no page can hold
 */
export function createNetwork(
  architecture: Architecture,
  classes: number,
  size: number,
  muscles?: MusclesSpec,
): Network {
  const { family, backbone } = architecture;
  const record: BackboneRecord = BACKBONES[backbone];
  if (record.gives !== FAMILIES[family].reads) {
    throw new ModelError('model-architecture', `There is no ${family} network on ${backbone}.`);
  }
  if (record.gives === 'map' && muscles !== undefined) {
    throw new ModelError('model-architecture', `A ${family} network has no tokens, from which muscles could be read.`);
  }
  const network =
    record.gives === 'map'
      ? mapClassifier(architecture, record, classes, size)
      : qcsNetwork(architecture, record, { classes, size, muscles });
  const values = network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (values > MAXIMUM_PARAMETERS) {
    const millions = `${Math.round(values / 1e6)} million parameters, and ${Math.floor(MAXIMUM_PARAMETERS / 1e6)} million are the most`;
    throw new ModelError('model-architecture', `This network has ${millions}. Choose a smaller one.`);
  }
  return network;
}
