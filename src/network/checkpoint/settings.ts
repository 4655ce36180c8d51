/** The settings of a checkpoint: what was recognised in it, completed by its own configuration or by what a person said about it. */
import { CLASS_ORDERS, type ClassOrder } from '../../expressions.js';
import { ModelError } from '../../errors.js';
import { BACKBONE_ENTRIES, FAMILIES } from '../../weights/architectures.js';
import type { Architecture, InputSpec } from '../../weights/manifest.js';
import { ARCHITECTURE_DEFAULTS, INPUT_DEFAULTS } from '../../weights/manifestSchema.js';
import {
  type CheckpointAnswers,
  type OpenQuestions,
  PRESETS,
  type Preset,
  type PresetName,
} from '../../weights/presets.js';
import { type BackboneRecord, BACKBONES } from '../backbones/index.js';
import type { RecognizedArchitecture } from './recognizeArchitecture.js';
import type { RunConfiguration } from './runConfiguration.js';

export interface CheckpointSettings {
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  readonly input: InputSpec;
  /** Sentences for people: what was taken from where. */
  readonly notes: readonly string[];
}

/**
 * Completes what was recognised in a file with the configuration in it, whose classes a person may name otherwise. Without one, or where a preset
 * is named, with what a person said.
 * @throws ModelError `checkpoint-classes` when the classes are missing or another number than the file's outputs,
 * `model-architecture` when the preset is for another family or the residual form stays open
 */
export function completeSettings(recognized: RecognizedArchitecture, answers: CheckpointAnswers): CheckpointSettings {
  const { run } = recognized;
  if (run !== undefined && answers.preset === undefined) return settingsOfRun(recognized, run, answers.classes);
  const { family, backbone } = recognized.architecture;
  const record: BackboneRecord = BACKBONES[backbone];
  const named: Preset | undefined = answers.preset === undefined ? undefined : PRESETS[answers.preset];
  if (named !== undefined && record.published && named.family !== family && family !== 'base') {
    throw new ModelError(
      'model-architecture',
      `The preset is for ${named.family}, and the file holds ${family}. Choose another.`,
    );
  }
  const order = answers.classes ?? named?.classes;
  if (order === undefined) throw missingClasses(recognized.classes);
  const classes = namesOf(order);
  checkClasses(classes, recognized.classes);
  const preset = record.published ? (named ?? publishedFor(family, order)) : undefined;
  return {
    architecture: withTrainingSettings(recognized.architecture, { ...record.defaults, ...preset }),
    classes,
    input: {
      ...INPUT_DEFAULTS,
      ...record.input,
      ...(preset === undefined ? {} : { resizeTo: preset.resizeTo }),
    },
    notes: [inputNote(record, BACKBONE_ENTRIES[backbone].title, preset)],
  };
}

/** As pytorch/ writes it into the manifest of the same run. */
function settingsOfRun(
  { architecture: recognized, classes: outputs }: RecognizedArchitecture,
  { architecture: said, classes: own, input, dropout }: RunConfiguration,
  named?: CheckpointAnswers['classes'],
): CheckpointSettings {
  const { batchNorm, csaResidual, attention, residual, outputsPerClass } = said;
  const classes = named === undefined ? own : namesOf(named);
  checkClasses(classes, outputsPerClass?.length ?? outputs);
  const { projection, ...rates } = dropout;
  const groups = outputsPerClass === undefined ? {} : { outputsPerClass };
  const crossed = recognized.family === 'base' ? {} : { csaResidual, attention, ...(residual ? {} : { residual }) };
  const tokens = { ...crossed, batchNorm, dropout: projection === true ? dropout : rates };
  const settings = FAMILIES[recognized.family].reads === 'map' ? groups : { ...tokens, ...groups };
  const notes = ['Classes, input and settings as the configuration in the file says.'];
  return { architecture: { ...recognized, ...settings }, classes, input, notes };
}

function namesOf(classes: ClassOrder | readonly string[]): readonly string[] {
  return typeof classes === 'string' ? CLASS_ORDERS[classes] : classes;
}

export function openQuestions({
  architecture: { family, backbone },
  classes,
  run,
}: RecognizedArchitecture): OpenQuestions {
  if (run !== undefined) return { orders: [], presets: [], run: run.id };
  const trained = family === 'base' ? 'qcs' : family;
  const orders = (Object.keys(CLASS_ORDERS) as ClassOrder[]).filter((name) => CLASS_ORDERS[name].length === classes);
  const presets = (Object.keys(PRESETS) as PresetName[]).filter((name) => PRESETS[name].family === trained);
  return { orders, presets: BACKBONES[backbone].published ? presets : [] };
}

/** A data set's name chooses the published setting of this family for it; own class names choose none. */
function publishedFor(family: Architecture['family'], order: ClassOrder | readonly string[]): Preset | undefined {
  const candidates: readonly Preset[] = Object.values(PRESETS);
  const trained = family === 'base' ? 'qcs' : family;
  return candidates.find((preset) => preset.family === trained && preset.classes === order);
}

/** `settings`: the backbone's, and a preset's over them. */
function withTrainingSettings(
  architecture: Architecture,
  { batchNorm, csaResidual, dropout }: Pick<Architecture, 'batchNorm' | 'csaResidual' | 'dropout'>,
): Architecture {
  const { family } = architecture;
  if (FAMILIES[family].reads === 'map') return architecture;
  const settings = {
    ...(batchNorm === undefined ? {} : { batchNorm }),
    ...(dropout === undefined ? {} : { dropout }),
  };
  if (family === 'base') return { ...architecture, ...settings };
  const { attention } = ARCHITECTURE_DEFAULTS;
  if (family === 'qcs')
    return { ...architecture, attention, csaResidual: csaResidual ?? ARCHITECTURE_DEFAULTS.csaResidual, ...settings };
  if (csaResidual === undefined) {
    throw new ModelError(
      'model-architecture',
      'DCS files do not tell their residual form. Name a preset: dcs-rafdb or dcs-affectnet7 (normalised), dcs-ferplus or dcs-affectnet8 (raw).',
    );
  }
  return { ...architecture, attention: 'S', csaResidual, ...settings };
}

function inputNote({ input, published }: BackboneRecord, title: string, preset: Preset | undefined): string {
  const { colour, resizeTo, centreCrop, resize } = input;
  if (!published) {
    const sampling = resize === 'half-pixel' ? 'without antialiasing' : 'antialiased';
    return `Input as for every model of this project on ${title}: ${colour}, resized to ${resizeTo} x ${resizeTo} ${sampling}.`;
  }
  const note = `Input as published: RGB, resized to ${preset?.resizeTo ?? resizeTo}, the centre ${centreCrop} x ${centreCrop}, ImageNet normalisation`;
  return preset === undefined ? `${note}: no preset was named.` : note;
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
