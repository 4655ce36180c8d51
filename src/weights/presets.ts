/**
 * What checkpoint files do not tell: class order, colour, resizing, residual form, dropout. The published settings, one a network and data
 * set; a file of another origin needs its own answers.
 */
import type { ClassOrder } from '../expressions.js';
import type { AlignmentTemplate, Architecture } from './manifest.js';

export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
export const IMAGENET_DEVIATION = [0.229, 0.224, 0.225] as const;

/** Where MediaPipe's points lie in a FERPlus crop: medians over 679 training faces. */
export const FERPLUS_TEMPLATE: AlignmentTemplate = {
  rightEye: [0.316, 0.4],
  leftEye: [0.689, 0.396],
  nose: [0.505, 0.606],
  mouth: [0.506, 0.778],
};

/** A published setting. `resizeTo` in pixels; dropout rates in training. */
export interface Preset {
  readonly family: Architecture['family'];
  readonly classes: ClassOrder;
  readonly resizeTo: number;
  readonly csaResidual?: 'normalised' | 'raw';
  readonly dropout?: { readonly base: number; readonly cross: number };
}

const QCS = { family: 'qcs', csaResidual: 'normalised' } as const;
const DCS_SEVEN = { family: 'dcs', csaResidual: 'normalised' } as const;
const DCS_EIGHT = { family: 'dcs', csaResidual: 'raw' } as const;

/** By name, as the command line and the Models tab use it. Figures: the papers' tables and their published code. */
export const PRESETS = {
  'qcs-rafdb': { ...QCS, classes: 'rafdb', resizeTo: 224, dropout: { base: 0, cross: 0 } },
  'qcs-ferplus': { ...QCS, classes: 'ferplus', resizeTo: 232, dropout: { base: 0, cross: 0.2 } },
  'qcs-affectnet7': { ...QCS, classes: 'affectnet7', resizeTo: 236, dropout: { base: 0, cross: 0.4 } },
  'qcs-affectnet8': { ...QCS, classes: 'affectnet8', resizeTo: 236, dropout: { base: 0, cross: 0 } },
  'dcs-rafdb': { ...DCS_SEVEN, classes: 'rafdb', resizeTo: 224, dropout: { base: 0, cross: 0.2 } },
  'dcs-ferplus': { ...DCS_EIGHT, classes: 'ferplus', resizeTo: 234, dropout: { base: 0, cross: 0.2 } },
  'dcs-affectnet7': { ...DCS_SEVEN, classes: 'affectnet7', resizeTo: 236, dropout: { base: 0, cross: 0.4 } },
  'dcs-affectnet8': { ...DCS_EIGHT, classes: 'affectnet8', resizeTo: 224, dropout: { base: 0.2, cross: 0.5 } },
  'arm-rafdb': { family: 'arm', classes: 'rafdb', resizeTo: 224 },
  'arm-affectnet7': { family: 'arm', classes: 'affectnet7', resizeTo: 224 },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}

/** What a person says about a checkpoint. */
export interface CheckpointAnswers {
  /** A data set's name for its order, or the names themselves in the order of the file's outputs. */
  readonly classes?: ClassOrder | readonly string[];
  /** Settles everything else; and the classes, when they are not given. */
  readonly preset?: PresetName;
}

/** What has to be asked about a file, and the answers that fit it. */
export interface OpenQuestions {
  /** Data sets with as many classes as the file has outputs; one of them settles everything. */
  readonly orders: readonly ClassOrder[];
  /** For classes of the person's own: published settings of this network to prepare pictures by. Empty where there is but one way. */
  readonly presets: readonly PresetName[];
}
