/** Two past runs beside each other, in words. */
import { comparePaired, type PairedComparison } from '../../evaluation/mcnemar.js';
import type { Prediction } from '../../evaluation/prediction.js';
import { isolated } from '../../expressions.js';
import type { PastRun } from '../../training/session/runHistory.js';
import { counted } from '../ui/words.js';

/** What McNemar's test says of two runs, on the images that both were measured on. */
export function compareWords(first: PastRun, second: PastRun): string {
  if (Object.keys(first.config.classes).join('\n') !== Object.keys(second.config.classes).join('\n')) {
    return 'These two tell different classes apart: there is nothing to compare.';
  }
  let comparison: PairedComparison;
  try {
    comparison = comparePaired(answersOf(first), answersOf(second));
  } catch {
    return 'These two were measured on different images: there is nothing to compare.';
  }
  const { n, onlyFirstRight, onlySecondRight, difference, midP } = comparison;
  const [firstName, secondName] = [first, second].map(({ name }) => isolated(name));
  const points = (share: number) => Math.round(share * 100);
  const verdict =
    midP >= 0.05
      ? 'They cannot be told apart'
      : `${onlyFirstRight > onlySecondRight ? firstName : secondName} is better by more than chance explains`;
  return (
    `On ${counted(n, 'face', 'faces')} that both were measured on, ${firstName} alone is right on ${onlyFirstRight}, ${secondName} alone on ` +
    `${onlySecondRight}: a difference of ${points(difference.value)} points (${points(difference.low)} to ${points(difference.high)}). ` +
    `${verdict} (McNemar’s mid-p ${midP.toFixed(3)}).`
  );
}

function answersOf({ answers, config }: PastRun): Prediction[] {
  const classes = Object.keys(config.classes).length;
  return answers.map(({ id, label, predicted }) => ({
    name: id,
    label,
    probabilities: Array.from({ length: classes }, (_, at) => (at === predicted ? 1 : 0)),
  }));
}
