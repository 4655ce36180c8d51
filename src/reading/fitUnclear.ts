/** From which doubt on a crop is too poor to be read. */
import { quantile } from '../base/numbers.js';

/** A window of this many faces of like doubt tells their accuracy to about 3 points. */
const WINDOW = 200;
/** At most this share of clean faces may be called unclear for their crop. */
const MOST_CLEAN = 0.01;

/**
 * The least doubt at which faces of that doubt are right less often than `level`, and no less than what leaves 99 % of the clean faces clear.
 *
 * @param faces clean and damaged ones
 * @param clean the doubts of the clean ones
 */
export function fitUnclear(
  faces: readonly { readonly doubt: number; readonly right: boolean }[],
  clean: readonly number[],
  level: number,
): number {
  const sorted = faces.toSorted((first, second) => first.doubt - second.doubt);
  const least = Math.max(quantile(clean, 1 - MOST_CLEAN), Number.EPSILON);
  let right = 0;
  for (let end = 0; end < sorted.length; end++) {
    right += Number(sorted[end].right);
    if (end >= WINDOW) right -= Number(sorted[end - WINDOW].right);
    const middle = sorted[Math.max(end - WINDOW / 2, 0)].doubt;
    if (end + 1 >= WINDOW && middle > least && right < level * WINDOW) return middle;
  }
  return Math.max(least, sorted.at(-1)?.doubt ?? least);
}
