/** Registers the elements of the Evaluate tab. */
import { QcsClassBars } from './components/evaluate/class-bars.js';
import { QcsConfusionMatrix } from './components/ui/charts/confusion-matrix.js';
import { QcsEvaluateImages } from './components/evaluate/evaluate-images.js';
import { QcsEvaluateInvitation } from './components/evaluate/evaluate-invitation.js';
import { QcsEvaluateResults } from './components/evaluate/evaluate-results/evaluate-results.js';
import { QcsEvaluateSetup } from './components/evaluate/evaluate-setup/evaluate-setup.js';
import { QcsEvaluate } from './components/evaluate/qcs-evaluate.js';
import { QcsReliabilityDiagram } from './components/evaluate/reliability-diagram.js';
import { QcsRobustnessCurves } from './components/evaluate/robustness-curves.js';
import { QcsSelectiveCurve } from './components/evaluate/selective-curve.js';

export { QcsEvaluate };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'qcs-class-bars': QcsClassBars,
  'qcs-confusion-matrix': QcsConfusionMatrix,
  'qcs-evaluate-images': QcsEvaluateImages,
  'qcs-evaluate-invitation': QcsEvaluateInvitation,
  'qcs-evaluate-results': QcsEvaluateResults,
  'qcs-evaluate-setup': QcsEvaluateSetup,
  'qcs-reliability-diagram': QcsReliabilityDiagram,
  'qcs-robustness-curves': QcsRobustnessCurves,
  'qcs-selective-curve': QcsSelectiveCurve,
  'qcs-evaluate': QcsEvaluate,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
