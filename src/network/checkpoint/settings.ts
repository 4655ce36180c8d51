/** The settings of a checkpoint: what was recognised in it, completed by what a person said about it. */
import { CLASS_ORDERS, type ClassOrder } from '../../expressions.js';
import { ModelError } from '../../errors.js';
import type { Architecture, InputSpec } from '../../weights/manifest.js';
import {
  type CheckpointAnswers,
  FERPLUS_TEMPLATE,
  IMAGENET_DEVIATION,
  IMAGENET_MEAN,
  type OpenQuestions,
  PRESETS,
  type Preset,
  type PresetName,
} from '../../weights/presets.js';
import type { RecognizedArchitecture } from './recognizeArchitecture.js';

const PUBLISHED_CROP = 224;
const COMPACT_SIZE = 112;

export interface CheckpointSettings {
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  readonly input: InputSpec;
  /** Sentences for people: what was taken from where. */
  readonly notes: readonly string[];
}

/**
 * Completes what was recognised in a file with what a person said about it.
 * @throws ModelError `checkpoint-classes` when the classes are missing or another number than the file's outputs,
 * `model-architecture` when the preset is for another family or the residual form stays open
 */
export function completeSettings(recognized: RecognizedArchitecture, answers: CheckpointAnswers): CheckpointSettings {
  const { family, backbone } = recognized.architecture;
  const named: Preset | undefined = answers.preset === undefined ? undefined : PRESETS[answers.preset];
  if (named !== undefined && backbone !== 'mobilefacenet' && named.family !== family && family !== 'base') {
    throw new ModelError(
      'model-architecture',
      `The preset is for ${named.family}, and the file holds ${family}. Choose another.`,
    );
  }
  const order = answers.classes ?? named?.classes;
  if (order === undefined) throw missingClasses(recognized.classes);
  const classes = typeof order === 'string' ? CLASS_ORDERS[order] : order;
  checkClasses(classes, recognized.classes);
  if (backbone === 'mobilefacenet') return compactSettings(recognized.architecture, classes);

  const preset = named ?? publishedFor(family, order);
  const architecture = withTrainingSettings(recognized.architecture, preset);
  const notes =
    preset === undefined ? [`${inputNote(PUBLISHED_CROP)}: no preset was named.`] : [inputNote(preset.resizeTo)];
  return { architecture, classes, input: publishedInput(family, preset?.resizeTo ?? PUBLISHED_CROP), notes };
}

export function openQuestions({ architecture: { family, backbone }, classes }: RecognizedArchitecture): OpenQuestions {
  const trained = family === 'base' ? 'qcs' : family;
  const orders = (Object.keys(CLASS_ORDERS) as ClassOrder[]).filter((name) => CLASS_ORDERS[name].length === classes);
  const presets = (Object.keys(PRESETS) as PresetName[]).filter((name) => PRESETS[name].family === trained);
  return { orders, presets: backbone === 'mobilefacenet' ? [] : presets };
}

/** A data set's name chooses the published setting of this family for it; own class names choose none. */
function publishedFor(family: Architecture['family'], order: ClassOrder | readonly string[]): Preset | undefined {
  const candidates: readonly Preset[] = Object.values(PRESETS);
  const trained = family === 'base' ? 'qcs' : family;
  return candidates.find((preset) => preset.family === trained && preset.classes === order);
}

function withTrainingSettings(architecture: Architecture, preset: Preset | undefined): Architecture {
  const { family } = architecture;
  if (family === 'arm' || family === 'resnet18') return architecture;
  const settings = {
    batchNorm: 'per-branch',
    ...(preset?.dropout === undefined ? {} : { dropout: preset.dropout }),
  } as const;
  if (family === 'base') return { ...architecture, ...settings };
  if (family === 'qcs') return { ...architecture, attention: 'SD', csaResidual: 'normalised', ...settings };
  const csaResidual = preset?.csaResidual;
  if (csaResidual === undefined) {
    throw new ModelError(
      'model-architecture',
      'DCS files do not tell their residual form. Name a preset: dcs-rafdb or dcs-affectnet7 (normalised), dcs-ferplus or dcs-affectnet8 (raw).',
    );
  }
  return { ...architecture, attention: 'S', csaResidual, ...settings };
}

function publishedInput(family: Architecture['family'], resizeTo: number): InputSpec {
  const whole = family === 'arm' || family === 'resnet18';
  return {
    size: whole ? PUBLISHED_CROP : PUBLISHED_CROP / 2,
    colour: 'rgb',
    mean: IMAGENET_MEAN,
    std: IMAGENET_DEVIATION,
    resize: 'pillow-bilinear',
    resizeTo,
    centreCrop: PUBLISHED_CROP,
    stride: whole ? 1 : 2,
    template: FERPLUS_TEMPLATE,
  };
}

function compactSettings(architecture: Architecture, classes: readonly string[]): CheckpointSettings {
  const crossed: Partial<Architecture> =
    architecture.family === 'base'
      ? {}
      : { csaResidual: 'normalised', attention: architecture.family === 'qcs' ? 'SD' : 'S' };
  return {
    architecture: { ...architecture, ...crossed, batchNorm: 'joint', dropout: { base: 0.2, cross: 0.2 } },
    classes,
    input: {
      size: COMPACT_SIZE,
      colour: 'luma',
      mean: IMAGENET_MEAN,
      std: IMAGENET_DEVIATION,
      resize: 'half-pixel',
      resizeTo: COMPACT_SIZE,
      centreCrop: COMPACT_SIZE,
      stride: 1,
      template: FERPLUS_TEMPLATE,
    },
    notes: ['Input as for every compact model of this project: luma, resized to 112 x 112 without antialiasing.'],
  };
}

function inputNote(resizeTo: number): string {
  return `Input as published: RGB, resized to ${resizeTo}, the centre ${PUBLISHED_CROP} x ${PUBLISHED_CROP}, ImageNet normalisation`;
}

function checkClasses(classes: readonly string[], outputs: number): void {
  if (classes.length !== outputs) {
    throw new ModelError(
      'checkpoint-classes',
      `${classes.length} classes were named, and the file has ${outputs} outputs. Name the data set it was trained on, or all ${outputs} classes in order.`,
    );
  }
}

function missingClasses(outputs: number): ModelError {
  const fitting = Object.entries(CLASS_ORDERS).filter(([, order]) => order.length === outputs);
  const names = fitting.map(([name]) => name).join(', ');
  return new ModelError(
    'checkpoint-classes',
    `A checkpoint does not tell its classes. Name its data set${names === '' ? '' : ` (${names})`} or its ${outputs} classes in order.`,
  );
}
