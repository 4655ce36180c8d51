/** Registers the elements of the Train tab. */
import { QcsCameraBurst } from './camera-burst.js';
import { QcsClassChoice } from './class-choice.js';
import { QcsConfusionMatrix } from './confusion-matrix.js';
import { QcsTrain } from './qcs-train.js';
import { QcsSampleGallery } from './sample-gallery.js';
import { QcsSimilarityMaps } from './similarity-maps.js';
import { QcsTrainCollect } from './train-collect.js';
import { QcsTrainResult } from './train-result.js';
import { QcsTrainRunning } from './train-running.js';
import { QcsTrainSetup } from './train-setup.js';
import { QcsTrainingCurves } from './training-curves.js';

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'qcs-camera-burst': QcsCameraBurst,
  'qcs-class-choice': QcsClassChoice,
  'qcs-confusion-matrix': QcsConfusionMatrix,
  'qcs-sample-gallery': QcsSampleGallery,
  'qcs-similarity-maps': QcsSimilarityMaps,
  'qcs-train-collect': QcsTrainCollect,
  'qcs-train-result': QcsTrainResult,
  'qcs-train-running': QcsTrainRunning,
  'qcs-train-setup': QcsTrainSetup,
  'qcs-training-curves': QcsTrainingCurves,
  'qcs-train': QcsTrain,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
