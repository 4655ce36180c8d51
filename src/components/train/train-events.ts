/** The events of `<qcs-train>`. All bubble and are composed. */
import type { QcsError } from '../../errors.js';
import type { TrainingProgress } from '../../training/progress.js';
import type { TrainingResult } from '../../training/session/protocol.js';

export interface QcsTrainEventMap {
  /** What a run tells while it goes on. */
  'qcs-train-progress': CustomEvent<TrainingProgress>;
  /** A checkpoint was stored after this many steps. */
  'qcs-train-checkpoint': CustomEvent<{ readonly step: number }>;
  /** A run has ended and its model is kept. */
  'qcs-train-done': CustomEvent<TrainingResult>;
  'qcs-error': CustomEvent<{ readonly error: QcsError }>;
  /** Recognise with this model: the address of its manifest. */
  'qcs-use-model': CustomEvent<{ readonly model: string }>;
}

export function trainEvent<Name extends keyof QcsTrainEventMap>(
  name: Name,
  detail: QcsTrainEventMap[Name]['detail'],
): CustomEvent<QcsTrainEventMap[Name]['detail']> {
  return new CustomEvent(name, { detail, bubbles: true, composed: true });
}

declare global {
  interface GlobalEventHandlersEventMap {
    'qcs-train-progress': QcsTrainEventMap['qcs-train-progress'];
    'qcs-train-checkpoint': QcsTrainEventMap['qcs-train-checkpoint'];
    'qcs-train-done': QcsTrainEventMap['qcs-train-done'];
    'qcs-use-model': QcsTrainEventMap['qcs-use-model'];
  }
}
