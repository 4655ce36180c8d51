/** What a person can ask for in the parts of `<qcs-evaluate>`. */
import type { CommandOf } from '../ui/events.js';
import type { EvaluateSettings } from './evaluate-settings.js';

export interface EvaluateCommands {
  /** Chooses a data set and opens it; or opens the drawn faces. */
  open: { readonly from: 'folder' | 'zip' | 'drawn' };
  /** Back to the invitation. */
  reset: unknown;
  change: { readonly settings: Partial<EvaluateSettings> };
  /** Chooses the files of a further model, or a group file. */
  'add-model': unknown;
  'choose-groups': unknown;
  /** Measures with the settings that are shown. */
  start: unknown;
}

declare global {
  interface HTMLElementEventMap {
    'qcs-evaluate-command': CustomEvent<CommandOf<EvaluateCommands>>;
  }
}
