/** A model ready for inference: its network and its parameters, folded. Every engine starts from here. */
import type { Manifest } from '../weights/manifest.js';
import { loadedMuscles } from '../weights/muscles.js';
import type { NamedArray, NamedArrays } from '../weights/namedArray.js';
import type { ParameterLayout } from './definition.js';
import { foldParameters } from './fold.js';
import { createNetwork, type Network } from './network.js';
import { selectArrays } from './parameters.js';

export interface FoldedNetwork {
  readonly network: Network;
  /** As `foldParameters` gives them. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
  /** Of the parameters whose axes are not as in files. */
  readonly layouts: ReadonlyMap<string, ParameterLayout>;
  /** Of a crop, 1: luma, 3: RGB. The network sees one more, of ones (see {@link withOnes}). */
  readonly inputChannels: 1 | 3;
}

/**
 * The base branch of a model, and the head that reads muscles where its weights are among `arrays`. Training-only weights may be among them too.
 * @throws ModelError `model-architecture` or `model-parameters`.
 */
export function foldedNetwork(manifest: Manifest, arrays: NamedArrays): FoldedNetwork {
  const { size, colour } = manifest.input;
  const muscles = loadedMuscles(manifest, arrays);
  const network = createNetwork(manifest.architecture, manifest.classes.length, size, muscles);
  const base = network.parameters.filter(({ part }) => part === 'base');
  return {
    network,
    arrays: foldParameters(network, selectArrays(arrays, base), manifest.input),
    layouts: new Map(base.map(({ name, layout }) => [name, layout])),
    inputChannels: colour === 'luma' ? 1 : 3,
  };
}

/**
 * Crops [count, size, size, channels] with the channel of ones that carries the folded normalisation (see `foldParameters`), written to
 * `target` from its start.
 */
export function withOnes(crops: Float32Array, channels: number, target: Float32Array): void {
  for (let from = 0, to = 0; from < crops.length; target[to++] = 1) {
    for (let channel = 0; channel < channels; channel++) target[to++] = crops[from++];
  }
}

/** @throws RangeError when `crops` does not hold that many */
export function requireCrops(
  crops: Float32Array,
  count: number,
  { network, inputChannels }: Pick<FoldedNetwork, 'network' | 'inputChannels'>,
): void {
  const values = count * network.size * network.size * inputChannels;
  if (crops.length !== values) throw new RangeError(`${count} crops need ${values} values, got ${crops.length}`);
}
