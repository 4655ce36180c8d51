/** Registers the elements of the Train tab. */
export type { QcsTrainEventMap } from './components/train/events.js';
import { QcsCameraView } from './components/train/capture-studio/camera-view.js';
import { QcsCaptureStudio } from './components/train/capture-studio/capture-studio.js';
import { QcsClassCard } from './components/train/capture-studio/class-card.js';
import { QcsClassChoice } from './components/train/class-choice.js';
import { QcsDatasetShelf } from './components/train/dataset-shelf.js';
import { QcsConfusionMatrix } from './components/ui/charts/confusion-matrix.js';
import { QcsLiveComparison } from './components/train/live-comparison.js';
import { QcsProbabilityBars } from './components/recognise/probability-bars.js';
import { QcsTrain } from './components/train/qcs-train/qcs-train.js';
import { QcsRunEstimate } from './components/train/run-estimate.js';
import { QcsRunHistory } from './components/train/run-history.js';
import { QcsSampleGallery } from './components/train/sample-gallery.js';
import { QcsSimilarityMaps } from './components/train/similarity-maps.js';
import { QcsTerm } from './components/ui/term.js';
import { QcsTrainCollect } from './components/train/train-collect/train-collect.js';
import { QcsTrainEvidence } from './components/train/train-evidence/train-evidence.js';
import { QcsTrainResult } from './components/train/train-result.js';
import { QcsTrainRunning } from './components/train/train-running.js';
import { QcsTrainSetup } from './components/train/train-setup.js';
import { QcsTrainingCurves } from './components/train/training-curves.js';

export { QcsTrain };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'qcs-camera-view': QcsCameraView,
  'qcs-capture-studio': QcsCaptureStudio,
  'qcs-class-card': QcsClassCard,
  'qcs-class-choice': QcsClassChoice,
  'qcs-confusion-matrix': QcsConfusionMatrix,
  'qcs-dataset-shelf': QcsDatasetShelf,
  'qcs-live-comparison': QcsLiveComparison,
  'qcs-probability-bars': QcsProbabilityBars,
  'qcs-run-estimate': QcsRunEstimate,
  'qcs-run-history': QcsRunHistory,
  'qcs-sample-gallery': QcsSampleGallery,
  'qcs-similarity-maps': QcsSimilarityMaps,
  'qcs-term': QcsTerm,
  'qcs-train-collect': QcsTrainCollect,
  'qcs-train-evidence': QcsTrainEvidence,
  'qcs-train-result': QcsTrainResult,
  'qcs-train-running': QcsTrainRunning,
  'qcs-train-setup': QcsTrainSetup,
  'qcs-training-curves': QcsTrainingCurves,
  'qcs-train': QcsTrain,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
