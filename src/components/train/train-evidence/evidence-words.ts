/** What cross-validation found, in sentences. */
import type { Assessment, BaselineName, ClassWorth } from '../../../evaluation/crossValidation/assess.js';
import type { Interval } from '../../../evaluation/intervals.js';
import { displayName } from '../../../expressions.js';
import { counted, percent } from '../../ui/words.js';

/** "91 % (83 to 95 %)"; a dash where nothing was measured. */
export function withInterval({ value, low, high }: Interval): string {
  if (Number.isNaN(value)) return '\u2013';
  return `${percent(value)} (${Math.round(low * 100)} to ${percent(high)})`;
}

export const BASELINE_NAMES: Readonly<Record<BaselineName, string>> = {
  before: 'The model before, untouched',
  'nearest-mean': 'Nearest class mean, no training',
  majority: 'Always the most frequent class',
};

/** How the images took turns. */
export function divisionWords({ division, folds, groups }: Assessment): string {
  switch (division) {
    case 'groups':
      return `Whole takes or people were left out in turn (${groups} of them, in ${folds} parts), so that no face was judged by what was learned from its own take.`;
    case 'blocks':
      return `A class has one take only, so stretches of takes were left out in turn (${folds} parts), with half a second around them. Parts of one take are alike: this flatters.`;
    case 'images':
      return `Single images were left out in turn (${folds} parts), for nothing is known of takes or people. Several pictures of one person make this flatter.`;
  }
}

/** Whose answers these are. */
export function learnerWords({ learner }: Assessment): string {
  return learner === 'run'
    ? 'Each part was learned anew, by the fit of the last layer that a run makes.'
    : 'It is a stand-in that learned here, not the whole model: a linear classifier on what the frozen model sees.';
}

/** Which class more images would help, with the evidence. */
export function worthWords({ worth, standInRecall }: Assessment): string {
  const [most] = worth;
  if (most === undefined || most.difference.low <= 0) {
    return 'No class stands out: with half of the images of any one class, the answers stay about as good.';
  }
  return `More of ${displayName(most.name)} would help most: ${fallWords(most, standInRecall)}`;
}

function fallWords({ halved, difference }: ClassWorth, full: Interval): string {
  const points = ({ value, low, high }: Interval) =>
    `${Math.round(value * 100)} points, ${Math.round(low * 100)} to ${Math.round(high * 100)}`;
  return `with half of its images, mean recall falls from ${percent(full.value)} to ${percent(halved.value)} (by ${points(difference)}).`;
}

/** Whether the stand-in is better than what needs no training. */
export function baselineVerdict({ baselines, n }: Assessment): string {
  const own = baselines.filter(({ name }) => name !== 'majority');
  const beaten = own.filter(({ comparison }) => comparison.difference.low > 0).map(({ name }) => name);
  const better = own.filter(({ comparison }) => comparison.difference.high < 0).map(({ name }) => name);
  if (better.includes('before')) return 'The model before is better here: training may not pay.';
  if (better.length > 0) return 'The nearest class mean is better here: there is too little to learn from.';
  if (beaten.length === own.length)
    return 'Learning from these faces is better than doing without, by more than chance explains.';
  return `On ${counted(n, 'face', 'faces')}, learning cannot be told from doing without yet.`;
}
