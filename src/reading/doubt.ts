/**
 * Doubt about a poor crop. Confidence was calibrated on clean faces; on blurred or noisy ones the network is as sure and wrong. So the temperature grows with
 * what the crop's measures say: temperature scaling (Guo et al., ICML 2017) with a temperature of each face's own, fitted on damaged validation images.
 */
import type { QualitySpec } from '../weights/manifest.js';
import type { CropMeasures } from './measures.js';

/** What may be wrong with a crop. */
export const FAULTS = ['blurred', 'smooth', 'noisy', 'covered', 'faint'] as const;
export type Fault = (typeof FAULTS)[number];

/** What each fault is read off, the larger the worse. */
export const BADNESS: Readonly<Record<Fault, (measures: CropMeasures) => number>> = {
  blurred: ({ sharpness }) => -sharpness,
  smooth: ({ grain }) => -grain,
  noisy: ({ grain }) => grain,
  covered: ({ flat }) => flat,
  faint: ({ contrast }) => -Math.log(Math.max(contrast, LEAST_CONTRAST)),
};
const LEAST_CONTRAST = 1e-3;

/** The doubt that each fault adds, 0 for none. */
export function doubtsOf(measures: CropMeasures, quality: QualitySpec): Readonly<Record<Fault, number>> {
  const doubt = (fault: Fault) => quality[fault].slope * Math.max(BADNESS[fault](measures) - quality[fault].from, 0);
  return {
    blurred: doubt('blurred'),
    smooth: doubt('smooth'),
    noisy: doubt('noisy'),
    covered: doubt('covered'),
    faint: doubt('faint'),
  };
}

/** What the temperature is multiplied by: 1 for a good crop. */
export function temperatureFactor(measures: CropMeasures, quality: QualitySpec): number {
  return Math.exp(sumOf(doubtsOf(measures, quality)));
}

export function sumOf(doubts: Readonly<Record<Fault, number>>): number {
  return FAULTS.reduce((sum, fault) => sum + doubts[fault], 0);
}

/** The faults for which a crop is too poor to be read: those that suffice alone, else the gravest where it takes several; none of a good crop. */
export function faultsOf(measures: CropMeasures, quality: QualitySpec): Fault[] {
  const doubts = doubtsOf(measures, quality);
  if (sumOf(doubts) < quality.unclear) return [];
  const gravest = FAULTS.toSorted((first, second) => doubts[second] - doubts[first]);
  return gravest.filter((fault, rank) => rank === 0 || doubts[fault] >= quality.unclear);
}
