/** The architecture behind a file of parameters, by their names and shapes. */
import { ModelError } from '../../errors.js';
import type { Architecture, StageSpec } from '../../weights/manifest.js';

/** What names and shapes tell; `completeSettings` adds what they do not. */
export interface RecognizedArchitecture {
  readonly architecture: Architecture;
  /** How many outputs the classifier has. */
  readonly classes: number;
}

export type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/** The published networks and the compact ones all have eight; no shape depends on it. */
export const USUAL_HEADS = 8;
const STAGES = [1, 2, 3] as const;

/**
 * Recognises the published networks (IR-50 of any size, old and new token names), the compact ones, ARM and ResNet-18.
 * @param tensors under their canonical names, see {@link canonicalName}
 * @throws ModelError `model-architecture` when it is none of them
 */
export function recognizeArchitecture(tensors: Shapes, heads = USUAL_HEADS): RecognizedArchitecture {
  const head = tensors.get('VIT_base.head.linear.weight')?.shape;
  if (head?.length === 2) return transformerNetwork(tensors, head[0], head[1], heads);
  const linear = tensors.get('fc.weight')?.shape;
  if (linear?.length === 2 && tensors.has('features.layer4.1.conv2.weight')) {
    const family = tensors.has('arm.de_albino.weight') ? 'arm' : 'resnet18';
    return { architecture: { family, backbone: 'resnet18' }, classes: linear[0] };
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
  if (tensors.has('backbone.dw_conv.depthwise.weight')) {
    return { architecture: { family, backbone: 'mobilefacenet', ...width }, classes };
  }
  const stem = tensors.get('ir_back.input_layer.0.weight')?.shape[0];
  if (stem === undefined) throw unknown('Its backbone is neither IR-50 nor MobileFaceNet');
  const stages = STAGES.map((stage) => stageSpec(tensors, `ir_back.body${stage}`));
  return { architecture: { family, backbone: 'ir50', stem, stages, ...width }, classes };
}

function blockCount(tensors: Shapes, head: string): number {
  let count = 0;
  while (tensors.has(`${head}.blocks.${count}.attn.qkv.weight`)) count++;
  return count;
}

function stageSpec(tensors: Shapes, name: string): StageSpec {
  let units = 0;
  let channels = 0;
  for (; ; units++) {
    const kernel = tensors.get(`${name}.${units}.res_layer.1.weight`);
    if (kernel === undefined) break;
    channels = kernel.shape[0];
  }
  if (units === 0) throw unknown(`Its backbone lacks ${name}`);
  return { channels, units };
}

/** torchvision's ResNet kept as a list of its children loses these names for numbers. */
const RESNET_CHILDREN: ReadonlyMap<string, string> = new Map([
  ['0', 'conv1'],
  ['1', 'bn1'],
  ['4', 'layer1'],
  ['5', 'layer2'],
  ['6', 'layer3'],
  ['7', 'layer4'],
]);

/**
 * The name under which this project knows a tensor of a file: ResNet-18 under `features.`, whether the file has it there, at the top as
 * torchvision does, or as a numbered list. Other names stay (newer token names are known to the networks themselves).
 */
export function canonicalName(name: string, names: ReadonlySet<string>): string {
  if (names.has('VIT_base.head.linear.weight')) return name;
  const listed = /^features\.(\d)\.(.+)$/.exec(name);
  if (listed !== null && !names.has('features.conv1.weight')) {
    const child = RESNET_CHILDREN.get(listed[1]);
    return child === undefined ? name : `features.${child}.${listed[2]}`;
  }
  return names.has('layer1.0.conv1.weight') && /^(?:conv1|bn1|layer[1-4])\./.test(name) ? `features.${name}` : name;
}

function unknown(problem: string): ModelError {
  return new ModelError(
    'model-architecture',
    `${problem}. Choose a checkpoint of one of these networks, or a model with its manifest.`,
  );
}
