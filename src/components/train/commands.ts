/** What a person can ask for in the parts of `<qcs-train>`. */
import type { NamedBlob } from '../../storage/namedFiles.js';
import type { ShelfEdit } from '../../dataset/shelf.js';
import type { PastRun } from '../../training/session/runHistory.js';
import type { DatasetEdit } from '../../training/session/protocol.js';
import type { CommandOf } from '../ui/events.js';
import type { TrainSettings } from './train-settings-model.js';

export interface TrainCommands {
  import: { readonly files: readonly NamedBlob[]; readonly align: boolean; readonly label: string | null };
  'cancel-import': unknown;
  edit: { readonly edit: DatasetEdit };
  /** Another data set, another name, a copy, the end of one. */
  shelf: { readonly edit: ShelfEdit };
  /** Saves the data set. */
  export: unknown;
  start: { readonly settings: TrainSettings };
  /** Opens the settings as those of a past run, on its data set. */
  rerun: { readonly run: PastRun };
  /** Says what the images can say, without training. */
  assess: { readonly settings: TrainSettings };
  /** Goes on with the run that was interrupted, or forgets it. */
  continue: unknown;
  'discard-run': unknown;
  pause: unknown;
  resume: unknown;
  stop: unknown;
  'pause-when-hidden': { readonly on: boolean };
  /** Saves the result, or recognises with it. */
  download: unknown;
  use: unknown;
  /** Measures it in the Evaluate tab, on the images that are here. */
  evaluate: unknown;
  go: { readonly step: 'collect' | 'train' | 'result' };
}

export type TrainCommand = CommandOf<TrainCommands>;

declare global {
  interface HTMLElementEventMap {
    'qcs-train-command': CustomEvent<TrainCommand>;
  }
}
