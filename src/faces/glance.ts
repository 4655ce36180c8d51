/** A coarse picture of a frame, by which one tells what changed in it without looking for faces. */
import { wholeFrame, type Sized } from './frameDetector.js';
import type { Box } from './geometry.js';

/** Cells a side of the smallest square around the frame. */
export const GLANCE_SIDE = 64;

/** `[GLANCE_SIDE, GLANCE_SIDE, 3]` means of the cells, -1 for black to 1 for white. */
export type Glance = Float32Array;

/**
 * The greatest difference of a cell that `box` touches and none of the `others` does, -1..1 values; cells of the border count. Infinite
 * where there was no glance before.
 * @param frame the size of what both glances are of
 */
export function changeWithin(
  before: Glance | undefined,
  now: Glance,
  frame: Sized,
  box: Box,
  others: readonly Box[] = [],
): number {
  if (before === undefined) return Number.POSITIVE_INFINITY;
  const { left, right, top, bottom } = cellsOf(box, frame);
  const excluded = others.map((other) => cellsOf(other, frame));
  let greatest = 0;
  for (let row = top; row <= bottom; row++) {
    const inRow = excluded.filter((cells) => row >= cells.top && row <= cells.bottom);
    for (let column = left; column <= right; column++) {
      if (inRow.some((cells) => column >= cells.left && column <= cells.right)) continue;
      const cell = (row * GLANCE_SIDE + column) * 3;
      for (let index = cell; index < cell + 3; index++) {
        greatest = Math.max(greatest, Math.abs(now[index] - before[index]));
      }
    }
  }
  return greatest;
}

/** First and last column and row that a box touches. */
function cellsOf(box: Box, frame: Sized) {
  const whole = wholeFrame(frame);
  const cell = (place: number, start: number) =>
    Math.min(Math.max(Math.floor(((place - start) / whole.width) * GLANCE_SIDE), 0), GLANCE_SIDE - 1);
  return {
    left: cell(box.x, whole.x),
    right: cell(box.x + box.width, whole.x),
    top: cell(box.y, whole.y),
    bottom: cell(box.y + box.height, whole.y),
  };
}
