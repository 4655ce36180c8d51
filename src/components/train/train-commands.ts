/** What a person can ask for in the parts of `<qcs-train>`: every part sends the same event, the element carries it out. */
import type { DatasetEdit } from '../../training/session/protocol.js';
import type { TrainSettings } from './train-settings-model.js';
import type { NamedBlob } from '../../storage/namedFiles.js';

export type TrainCommand =
  | {
      readonly name: 'import';
      readonly files: readonly NamedBlob[];
      readonly align: boolean;
      readonly label: string | null;
    }
  | { readonly name: 'edit'; readonly edit: DatasetEdit }
  | { readonly name: 'start'; readonly settings: TrainSettings }
  | {
      readonly name:
        'cancel-import' | 'export' | 'continue' | 'discard-run' | 'pause' | 'resume' | 'stop' | 'download' | 'use';
    }
  | { readonly name: 'pause-when-hidden'; readonly on: boolean }
  | { readonly name: 'go'; readonly step: 'collect' | 'train' | 'result' };

export function sendTrainCommand(from: EventTarget, command: TrainCommand): void {
  from.dispatchEvent(new CustomEvent('qcs-train-command', { detail: command, bubbles: true, composed: true }));
}

declare global {
  interface GlobalEventHandlersEventMap {
    'qcs-train-command': CustomEvent<TrainCommand>;
  }
}
