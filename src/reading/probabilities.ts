/** From a row of logits to the probabilities that page, command line and evaluation give. */
import { softmax } from '../base/softmax.js';
import type { Manifest } from '../weights/manifest.js';
import { temperatureFactor } from './doubt.js';
import type { CropMeasures } from './measures.js';
import { balanced, type Prior } from './prior.js';

/**
 * Sum 1, in the order of the classes. A model without a balance gives the same under both priors, one without qualities the same for every crop.
 *
 * @param measures of the crop that the logits are about
 */
export function probabilitiesOf(
  logits: ArrayLike<number>,
  measures: CropMeasures,
  { temperature, reading = {} }: Pick<Manifest, 'temperature' | 'reading'>,
  prior: Prior = 'trained',
): Float64Array {
  const { quality, balance } = reading;
  const factor = quality === undefined ? 1 : temperatureFactor(measures, quality);
  const probabilities = softmax(logits, temperature * factor);
  return prior === 'balanced' && balance !== undefined ? balanced(probabilities, balance) : probabilities;
}
