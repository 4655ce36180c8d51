/** Registers the elements of the Models tab. */
import { QcsModelCard } from './components/models/model-card.js';
import { QcsModelQuestions } from './components/models/model-questions.js';
import { QcsModels } from './components/models/qcs-models/qcs-models.js';

export { QcsModels };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'qcs-model-card': QcsModelCard,
  'qcs-model-questions': QcsModelQuestions,
  'qcs-models': QcsModels,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
