/**
 * What checkpoint files do not tell: class order, colour, resizing, residual form, dropout. The published settings, one a network and data
 * set; a file of another origin needs its own answers.
 */
import json from '../../schema/presets.json';
import type { ClassOrder } from '../expressions.js';
import type { Architecture } from './manifest.js';

/** A published setting. `resizeTo` in pixels. */
export interface Preset extends Pick<Architecture, 'family' | 'csaResidual' | 'dropout'> {
  readonly classes: ClassOrder;
  readonly resizeTo: number;
}

export type PresetName =
  `${'qcs' | 'dcs'}-${'rafdb' | 'ferplus' | 'affectnet7' | 'affectnet8'}` | `arm-${'rafdb' | 'affectnet7'}`;

/** By name, as the command line and the Models tab use it. Figures: the papers' tables and their published code. */
export const PRESETS = json.presets as Readonly<Record<PresetName, Preset>>;

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

/** What has to be asked about a file, and the answers that fit it: nothing where it says of which run it is. */
export interface OpenQuestions {
  /** Data sets with as many classes as the file has outputs; one of them settles everything. */
  readonly orders: readonly ClassOrder[];
  /** For classes of the person's own: published settings of this network to prepare pictures by. Empty where there is but one way. */
  readonly presets: readonly PresetName[];
  /** The id of the run whose configuration the file carries. */
  readonly run?: string;
}
