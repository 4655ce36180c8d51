/** What many steps of a run found alike and unlike, summed up: a mean map over the faces, and how much of it lies on which part of a face. */
import type { TupleProgress } from '../../training/progress.js';

/** Sums of the weights of all faces so far, level by level; mirrored faces are turned back. */
export interface AttentionSum {
  readonly faces: number;
  readonly steps: number;
  /** [levels][tokens] */
  readonly levels: readonly (readonly number[])[];
}

/** A band of an aligned face, and what of a map's weight lies on it. */
export interface PartShare {
  readonly name: string;
  readonly share: number;
  /** What it would be with the same weight everywhere. */
  readonly even: number;
}

/** Where the parts of a face lie after alignment, as parts of its height: every face is turned and scaled to the same points before it is read. */
const BANDS = [
  ['forehead and brows', 0, 0.31],
  ['eyes', 0.31, 0.49],
  ['nose and cheeks', 0.49, 0.68],
  ['mouth and chin', 0.68, 1],
] as const;

export function addAttention(sum: AttentionSum | null, { faces }: TupleProgress): AttentionSum | null {
  const seen = faces.filter(({ attention }) => attention.length > 0);
  if (seen.length === 0) return sum;
  const maps = seen.map(({ attention, mirrored }) => (mirrored ? attention.map(turnedBack) : attention));
  return {
    faces: (sum?.faces ?? 0) + seen.length,
    steps: (sum?.steps ?? 0) + 1,
    levels: maps[0].map((_, level) =>
      maps[0][level].map(
        (_weight, token) =>
          (sum?.levels[level][token] ?? 0) + maps.reduce((total, map) => total + map[level][token], 0),
      ),
    ),
  };
}

/** The mean map of a level; its weights sum to 1, row by row. */
export function meanAttention({ levels, faces }: AttentionSum, level: number): readonly number[] {
  return (levels.at(level) ?? []).map((weight) => weight / faces);
}

/** How a square map's weight is spread over the parts of a face. A row of tokens that lies on two parts is divided between them. */
export function partShares(weights: readonly number[]): readonly PartShare[] {
  const side = Math.round(Math.sqrt(weights.length));
  const rows = Array.from({ length: side }, (_, row) =>
    weights.slice(row * side, (row + 1) * side).reduce((sum, weight) => sum + weight, 0),
  );
  return BANDS.map(([name, from, to]) => ({
    name,
    even: to - from,
    share: rows.reduce((sum, weight, row) => {
      const covered = Math.min(to, (row + 1) / side) - Math.max(from, row / side);
      return sum + weight * Math.max(0, covered) * side;
    }, 0),
  }));
}

function turnedBack(weights: readonly number[]): readonly number[] {
  const side = Math.round(Math.sqrt(weights.length));
  return weights.map((_, at) => weights[at - (at % side) + (side - 1 - (at % side))]);
}
