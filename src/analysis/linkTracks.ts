/** Which tracks of one recording are the same person: those that look alike and were never seen at the same time. */
import { likeness, meanLook, type Look } from './likeness.js';

/** What is known of a face that was followed without a break. */
export interface Track {
  readonly id: number;
  /** Sum of its looks; undefined where it has none. */
  readonly look: Look | undefined;
  /** Tracks that were seen in the same frame. */
  readonly together: ReadonlySet<number>;
}

/** Two tracks that look this much alike are one person. Measured on the films that docs/analysis.md names. */
export const SAME_PERSON = 0.8;

/**
 * The group of every track, counted from 1 in the order of the groups' first tracks. The most alike are joined first, and a group is compared by the
 * mean of its looks.
 *
 * @param tracks in the order of appearance
 */
export function linkTracks(tracks: readonly Track[]): ReadonlyMap<number, number> {
  const groups = tracks.map(({ id, look, together }) => ({ ids: [id], look, together: new Set(together) }));
  const alike = groups.map((group, row) => groups.slice(0, row).map((other) => likenessOf(group, other)));
  for (;;) {
    const best = mostAlike(alike);
    if (best === undefined) break;
    const [into, from] = [groups[best.column], groups[best.row]];
    into.ids.push(...from.ids);
    into.look = sumOf(into.look, from.look);
    for (const id of from.together) into.together.add(id);
    groups.splice(best.row, 1);
    alike.splice(best.row, 1);
    for (const row of alike) if (row.length > best.row) row.splice(best.row, 1);
    for (const [index, other] of groups.entries()) {
      if (index === best.column) continue;
      const [row, column] = index > best.column ? [index, best.column] : [best.column, index];
      alike[row][column] = likenessOf(into, other);
    }
  }
  return new Map(groups.flatMap(({ ids }, index) => ids.map((id) => [id, index + 1] as const)));
}

interface Group {
  readonly ids: readonly number[];
  readonly look: Look | undefined;
  readonly together: ReadonlySet<number>;
}

/** Undefined for two that cannot be one person. */
function likenessOf(first: Group, second: Group): number | undefined {
  if (first.look === undefined || second.look === undefined) return undefined;
  if (second.ids.some((id) => first.together.has(id))) return undefined;
  return likeness(meanLook(first.look), meanLook(second.look));
}

function mostAlike(
  alike: readonly (readonly (number | undefined)[])[],
): { readonly row: number; readonly column: number } | undefined {
  let best: { row: number; column: number; value: number } | undefined;
  for (const [row, values] of alike.entries()) {
    for (const [column, value] of values.entries()) {
      if (value !== undefined && value >= (best?.value ?? SAME_PERSON) && value !== best?.value)
        best = { row, column, value };
    }
  }
  return best;
}

function sumOf(first: Look | undefined, second: Look | undefined): Look | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return first.map((value, index) => value + second[index]);
}
