/** What a person can ask for in the parts of `<qcs-models>`. */
import type { CommandOf, UseModelDetail } from '../ui/events.js';
import type { CheckpointAnswers } from '../../weights/presets.js';

export interface ModelCommands {
  /** Recognises with a model. */
  use: UseModelDetail;
  /** Gives a kept model another name, or copies it. Its address stays. */
  rename: { readonly id: string; readonly to: string };
  duplicate: { readonly id: string; readonly to: string };
  /** Saves the files of a kept model, saves them with a page that reads with it, or forgets it. */
  download: { readonly id: string };
  ship: { readonly id: string };
  remove: { readonly id: string };
  /** Converts the checkpoint that was asked about, to be kept under a name. */
  convert: { readonly id: string; readonly answers: CheckpointAnswers };
  'cancel-questions': unknown;
}

export type ModelCommand = CommandOf<ModelCommands>;

declare global {
  interface HTMLElementEventMap {
    'qcs-model-command': CustomEvent<ModelCommand>;
  }
}
