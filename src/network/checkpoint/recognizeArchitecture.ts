/** The architecture behind a file of parameters, by their names and shapes. */
import { ModelError } from '../../errors.js';
import { type Backbone, BACKBONE_ENTRIES, type BackboneOutput } from '../../weights/architectures.js';
import type { Architecture } from '../../weights/manifest.js';
import { ARCHITECTURE_DEFAULTS } from '../../weights/manifestSchema.js';
import { type BackboneRecord, BACKBONES, type BackboneSizes } from '../backbones/index.js';
import type { RunConfiguration } from './runConfiguration.js';
import type { Shapes } from '../../weights/tensorNames.js';

/** What names and shapes tell; `completeSettings` adds what they do not. */
export interface RecognizedArchitecture {
  readonly architecture: Architecture;
  /** How many outputs the classifier has. */
  readonly classes: number;
  /** What the file itself says, where it comes from this project's trainer. */
  readonly run?: RunConfiguration;
}

const TOKEN_HEAD = 'VIT_base.head.linear.weight';
const RECORDS = Object.entries(BACKBONES) as [Backbone, BackboneRecord][];

/**
 * Recognises QCS, DCS and their base branch, ARM and ResNet-18, on any backbone of the registry.
 * @param tensors under their canonical names, see `canonicalNames`
 * @throws ModelError `model-architecture` when it is none of them
 */
export function recognizeArchitecture(tensors: Shapes, heads = ARCHITECTURE_DEFAULTS.heads): RecognizedArchitecture {
  const head = tensors.get(TOKEN_HEAD)?.shape;
  if (head?.length === 2) return transformerNetwork(tensors, head[0], head[1], heads);
  const linear = tensors.get('fc.weight')?.shape;
  const backbone = linear?.length === 2 ? recognizeBackbone(tensors, 'map') : null;
  if (linear !== undefined && backbone !== null) {
    const family = tensors.has('arm.de_albino.weight') ? 'arm' : 'resnet18';
    return { architecture: { family, ...backbone }, classes: linear[0] };
  }
  throw unknown('Its parameters belong to none of the networks QCS, DCS, ARM and ResNet-18');
}

function transformerNetwork(
  tensors: Shapes,
  classes: number,
  embedding: number,
  heads: number,
): RecognizedArchitecture {
  if (embedding % heads !== 0) throw unknown(`Its embedding of ${embedding} does not divide into ${heads} heads`);
  const depth = blockCount(tensors, 'VIT_base');
  const crossDepth = blockCount(tensors, 'VIT_cross');
  if (depth === 0) throw unknown('Its transformer head has no blocks');
  const crossed = tensors.has('cross_attention_1.proj.weight') && crossDepth > 0;
  const family = !crossed ? 'base' : tensors.has('cross_attention_1.theta') ? 'qcs' : 'dcs';
  const width = { embedding, depth, ...(crossed ? { crossDepth } : {}), heads };
  const backbone = recognizeBackbone(tensors, 'levels');
  if (backbone === null) throw unknown(`Its backbone is none of ${titles('levels').join(', ')}`);
  return { architecture: { family, ...backbone, ...width }, classes };
}

function recognizeBackbone(
  tensors: Shapes,
  gives: BackboneOutput,
): ({ readonly backbone: Backbone } & BackboneSizes) | null {
  for (const [backbone, record] of RECORDS) {
    const sizes = record.gives === gives ? record.recognize(tensors) : null;
    if (sizes !== null) return { backbone, ...sizes };
  }
  return null;
}

function titles(gives: BackboneOutput): readonly string[] {
  return RECORDS.filter(([, record]) => record.gives === gives).map(([backbone]) => BACKBONE_ENTRIES[backbone].title);
}

function blockCount(tensors: Shapes, head: string): number {
  let count = 0;
  while (tensors.has(`${head}.blocks.${count}.attn.qkv.weight`)) count++;
  return count;
}

function unknown(problem: string): ModelError {
  return new ModelError(
    'model-architecture',
    `${problem}. Choose a checkpoint of one of these networks, or a model with its manifest.`,
  );
}
