/** The events of `<qcs-train>`. All bubble and are composed. */
import type { QcsError } from '../../errors.js';
import type { TrainingProgress } from '../../training/progress.js';
import type { TrainingResult } from '../../training/session/protocol.js';
import type { EvaluateDataDetail, UseModelDetail } from '../ui/events.js';

export interface QcsTrainEventMap {
  /** What a run tells while it goes on. */
  'qcs-train-progress': CustomEvent<TrainingProgress>;
  /** A checkpoint was stored after this many steps. */
  'qcs-train-checkpoint': CustomEvent<{ readonly step: number }>;
  /** A run has ended and its model is kept. */
  'qcs-train-done': CustomEvent<TrainingResult>;
  'qcs-error': CustomEvent<{ readonly error: QcsError }>;
  /** Recognise with the new model. */
  'qcs-use-model': CustomEvent<UseModelDetail>;
  /** Measure the new model on the images of the data set, its test split first. */
  'qcs-evaluate-data': CustomEvent<EvaluateDataDetail>;
}

declare global {
  interface GlobalEventHandlersEventMap extends QcsTrainEventMap {
    'qcs-train-done': CustomEvent<TrainingResult>;
  }
}
