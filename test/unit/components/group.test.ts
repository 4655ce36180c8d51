import { describe, expect, it } from 'vitest';
import { arrange, countGroups, type Order } from '../../../src/components/recognise/people/group.js';
import type { FaceObservation } from '../../../src/inference/observation.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import { face } from './observations.js';

const at = (observed: FaceObservation, x: number): FaceObservation => ({ ...observed, box: { ...observed.box, x } });
const unclear = { ...CLEAR_CONDITIONS, flags: ['blurred'] as const };

/** The largest first. */
const FACES = [
  at(face(1, 'neutral', 0.9, 80), 300),
  at(face(2, 'happiness', 0.6, 70), 200),
  at(face(3, 'neutral', 0.95, 60), 100),
  { ...at(face(4, 'anger', 0.8, 50), 400), conditions: unclear },
  at(face(5, '__proto__', 0.7, 40), 0),
];
const idsOf = (faces: readonly FaceObservation[]) => faces.map(({ id }) => id);

describe('the people of a picture', () => {
  it('are counted by expression, those that cannot be read apart and last', () => {
    expect(countGroups(FACES)).toEqual([
      { group: 'neutral', count: 2 },
      { group: 'happiness', count: 1 },
      { group: '__proto__', count: 1 },
      { group: null, count: 1 },
    ]);
  });

  it.each<[Order, number[]]>([
    ['size', [1, 2, 3, 4, 5]],
    ['place', [5, 3, 2, 1, 4]],
    ['expression', [3, 1, 2, 5, 4]],
    ['confidence', [3, 1, 4, 5, 2]],
  ])('are put in order by %s', (order, ids) => {
    expect(idsOf(arrange(FACES, { order }))).toEqual(ids);
  });

  it('may be those of one expression alone, or those that cannot be read', () => {
    expect(idsOf(arrange(FACES, { order: 'place', only: 'neutral' }))).toEqual([3, 1]);
    expect(idsOf(arrange(FACES, { order: 'size', only: null }))).toEqual([4]);
  });
});
