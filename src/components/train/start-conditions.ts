/** Why a run cannot start yet, in words, with the way out of it. */
import { imagesOf, untested, type ClassReadiness } from '../../dataset/readiness.js';
import { displayName } from '../../expressions.js';

export interface Closed {
  readonly reason: string;
  /** `collect`: more images; `cross-validate`: those, or a check without a test take. */
  readonly wayOut: 'collect' | 'cross-validate';
}

/** Fewer images of a class cannot be divided into parts that take turns. */
const FEWEST_TO_DIVIDE = 6;

/**
 * Null where it can start.
 * @param without the person cannot give test images: classes are checked by cross-validation
 */
export function whyClosed(classes: readonly ClassReadiness[], without: boolean): Closed | null {
  const learning = classes.filter(({ counts }) => counts.train > 0);
  if (classes.length < 2 || learning.length < 2) {
    return { reason: 'Two classes with images are needed.', wayOut: 'collect' };
  }
  const empty = classes.filter(({ counts }) => counts.train === 0);
  if (empty.length > 0) {
    return { reason: `There is nothing to learn ${list(empty)} from: record a take to learn from.`, wayOut: 'collect' };
  }
  const open = untested(classes);
  if (open.length === 0) return null;
  const small = open.filter((readiness) => imagesOf(readiness) < FEWEST_TO_DIVIDE);
  if (small.length > 0) {
    return { reason: `${list(small)} has too few images to hold any out for a test: add more.`, wayOut: 'collect' };
  }
  if (without) return null;
  return {
    reason: notTested(open),
    wayOut: 'cross-validate',
  };
}

function notTested(open: readonly ClassReadiness[]): string {
  const why = open.every(({ groups, ungrouped }) => groups === 1 && ungrouped === 0)
    ? ', for there is only one take'
    : '';
  return open.length === 1
    ? `${list(open)} would not be tested: all its images are learned from${why}. Record a test take of it.`
    : `${list(open)} would not be tested: all their images are learned from${why === '' ? '' : `${why} of each`}. Record test takes of them.`;
}

function list(classes: readonly ClassReadiness[]): string {
  return new Intl.ListFormat('en-GB').format(classes.map(({ name }) => displayName(name)));
}
