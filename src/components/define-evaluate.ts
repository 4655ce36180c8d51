/** Registers the elements of the Evaluate tab. */
import { QcsClassBars } from './class-bars.js';
import { QcsConfusionMatrix } from './confusion-matrix.js';
import { QcsEvaluateImages } from './evaluate-images.js';
import { QcsEvaluateInvitation } from './evaluate-invitation.js';
import { QcsEvaluateResults } from './evaluate-results.js';
import { QcsEvaluateSetup } from './evaluate-setup.js';
import { QcsEvaluate } from './qcs-evaluate.js';
import { QcsReliabilityDiagram } from './reliability-diagram.js';
import { QcsRobustnessCurves } from './robustness-curves.js';

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'qcs-class-bars': QcsClassBars,
  'qcs-confusion-matrix': QcsConfusionMatrix,
  'qcs-evaluate-images': QcsEvaluateImages,
  'qcs-evaluate-invitation': QcsEvaluateInvitation,
  'qcs-evaluate-results': QcsEvaluateResults,
  'qcs-evaluate-setup': QcsEvaluateSetup,
  'qcs-reliability-diagram': QcsReliabilityDiagram,
  'qcs-robustness-curves': QcsRobustnessCurves,
  'qcs-evaluate': QcsEvaluate,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
