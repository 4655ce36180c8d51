/** A tiny network of every family on every backbone that it goes with. */
import { BACKBONES } from '../../../src/network/backbones/index.js';
import { foldedNetwork, type FoldedNetwork, withOnes } from '../../../src/network/foldedNetwork.js';
import { createNetwork } from '../../../src/network/network.js';
import { type Backbone, BACKBONE_ENTRIES, FAMILIES, type Family } from '../../../src/weights/architectures.js';
import type { Architecture, Manifest, MusclesSpec } from '../../../src/weights/manifest.js';
import type { NamedArrays } from '../../../src/weights/namedArray.js';
import * as random from '../network/randomModel.js';

export interface TinyCase {
  readonly title: string;
  readonly make: () => TinyModel;
}

export interface TinyModel {
  readonly manifest: Manifest;
  readonly arrays: NamedArrays;
  readonly folded: FoldedNetwork;
}

const CLASSES = 5;
const FEW_CHANNELS = [
  { channels: 4, units: 2 },
  { channels: 8, units: 2 },
  { channels: 12, units: 1 },
];

const families = Object.keys(FAMILIES) as Family[];
const backbones = Object.keys(BACKBONE_ENTRIES) as Backbone[];

function architectureOf(family: Family, backbone: Backbone): Architecture {
  if (FAMILIES[family].reads === 'map') return { family, backbone };
  const sizes = BACKBONE_ENTRIES[backbone].sized ? { stages: FEW_CHANNELS } : {};
  return { ...random.COMPACT, family, backbone, stem: 4, ...sizes };
}

/** The amend representation module needs two cells a side. */
const sideOf = (family: Family): number => (FAMILIES[family].reads === 'map' ? 64 : 32);

const MUSCLES: MusclesSpec = {
  narrow: 3,
  hidden: 7,
  outputs: ['jawOpen', 'mouthSmileLeft', 'mouthSmileRight'].map((name) => ({ name, correlation: 0.8 })),
  teacher: 'chance',
  measured: { split: 'validation', images: 1 },
};

interface TinyOptions {
  readonly colour?: 'luma' | 'rgb';
  readonly muscles?: MusclesSpec;
}

function tinyModel(architecture: Architecture, { colour = 'luma', muscles }: TinyOptions): TinyModel {
  const size = sideOf(architecture.family);
  const arrays = random.randomArrays(createNetwork(architecture, CLASSES, size, muscles), 31);
  const plain = random.manifestOf(architecture, CLASSES, { size, colour });
  const manifest = muscles === undefined ? plain : { ...plain, muscles };
  return { manifest, arrays, folded: foldedNetwork(manifest, arrays) };
}

/** In the order of the registry; then what a manifest may choose beside. */
export const TINY_CASES: readonly TinyCase[] = [
  ...families.flatMap((family) =>
    backbones
      .filter((backbone) => BACKBONES[backbone].gives === FAMILIES[family].reads)
      .map((backbone) => tinyCase(`${family} on ${backbone}`, architectureOf(family, backbone))),
  ),
  tinyCase('classes of several outputs', {
    ...architectureOf('qcs', 'mobilefacenet'),
    outputsPerClass: [2, 1, 1, 3, 1],
  }),
  tinyCase('colour', architectureOf('base', 'ir50'), { colour: 'rgb' }),
  tinyCase('one block', { ...architectureOf('base', 'ghostfacenet'), depth: 1 }),
  tinyCase('three blocks', { ...architectureOf('base', 'mobilefacenet'), depth: 3 }),
  tinyCase('muscles', architectureOf('qcs', 'mobilefacenet'), { muscles: MUSCLES }),
];

function tinyCase(title: string, architecture: Architecture, options: TinyOptions = {}): TinyCase {
  return { title, make: () => tinyModel(architecture, options) };
}

export function randomCrops({ folded }: TinyModel, count: number): Float32Array {
  const { network, inputChannels } = folded;
  return random.randomValues(count * network.size ** 2 * inputChannels, 32);
}

/** Crops as a graph takes them: with the channel of ones. */
export function imagesOf({ folded: { inputChannels } }: TinyModel, crops: Float32Array): Float32Array {
  const images = new Float32Array((crops.length / inputChannels) * (inputChannels + 1));
  withOnes(crops, inputChannels, images);
  return images;
}
