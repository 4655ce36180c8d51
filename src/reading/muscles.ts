/** From what the head of muscles gives for a face's views to values by name. */
import { otherSide } from '../weights/muscles.js';
import type { View } from './mirror.js';

/**
 * The mean of the views, each 0..1. In a mirror image the left side's muscles are the right side's.
 *
 * @param names in the order of the rows
 * @param rows one a view
 */
export function musclesOfViews(
  names: readonly string[],
  rows: readonly (readonly [View, ArrayLike<number>])[],
): Float32Array {
  const places = new Map(names.map((name, place) => [name, place]));
  return Float32Array.from(names, (name, place) => {
    const values = rows.map(([view, row]) => row[view === 'plain' ? place : places.get(otherSide(name))!]);
    return values.reduce((sum, value) => sum + value, 0) / rows.length;
  });
}

/** Between two values of every muscle, `weight` of the way from the old to the new. */
export function mixMuscles(old: Float32Array, fresh: Float32Array, weight: number): Float32Array {
  return old.map((value, place) => value + weight * (fresh[place] - value));
}
