/** The people of one picture, arranged and counted. */
import type { FaceObservation } from '../../../inference/observation.js';

/** What a face is counted as: its expression, or null where it cannot be read. */
export type Group = string | null;

export const ORDERS = ['size', 'place', 'expression', 'confidence'] as const;
export type Order = (typeof ORDERS)[number];

export interface Arrangement {
  readonly order: Order;
  /** Leaves the others out; undefined for everybody. */
  readonly only?: Group | undefined;
}

export interface GroupCount {
  readonly group: Group;
  readonly count: number;
}

export function groupOf({ expression, conditions }: FaceObservation): Group {
  return conditions.flags.length > 0 ? null : expression;
}

/** How often each expression stands in the picture, the most frequent first; faces that cannot be read at the end. */
export function countGroups(faces: readonly FaceObservation[]): GroupCount[] {
  const counts = new Map<Group, number>();
  for (const face of faces) counts.set(groupOf(face), (counts.get(groupOf(face)) ?? 0) + 1);
  return [...counts]
    .map(([group, count]) => ({ group, count }))
    .toSorted(
      (first, second) => Number(first.group === null) - Number(second.group === null) || second.count - first.count,
    );
}

/** @param faces the largest first, as recognition gives them */
export function arrange(faces: readonly FaceObservation[], { order, only }: Arrangement): readonly FaceObservation[] {
  const shown = only === undefined ? faces : faces.filter((face) => groupOf(face) === only);
  if (order === 'place') return shown.toSorted((first, second) => middleOf(first) - middleOf(second));
  if (order === 'confidence') return shown.toSorted((first, second) => second.confidence - first.confidence);
  if (order === 'size') return shown;
  const ranks = new Map(countGroups(faces).map(({ group }, rank) => [group, rank]));
  return shown.toSorted(
    (first, second) =>
      (ranks.get(groupOf(first)) ?? 0) - (ranks.get(groupOf(second)) ?? 0) || second.confidence - first.confidence,
  );
}

function middleOf({ box }: FaceObservation): number {
  return box.x + box.width / 2;
}
