import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.js';
import {
  LABEL_SIZES,
  placeLabels,
  type LabelledFace,
  type LabelPlace,
} from '../../../src/components/recognise/face-overlay/label-places.js';
import type { Box } from '../../../src/inference/observation.js';

const STAGE = { width: 1000, height: 600 };
const WORDS = 140;

/** How much two boxes have in common, px². */
function common(first: Box, second: Box): number {
  const length = (at: 'x' | 'y', size: 'width' | 'height') =>
    Math.min(first[at] + first[size], second[at] + second[size]) - Math.max(first[at], second[at]);
  return Math.max(0, length('x', 'width')) * Math.max(0, length('y', 'height'));
}

function labelOf({ box, width }: LabelledFace, { kind, x, y }: LabelPlace): Box {
  const height = LABEL_SIZES[kind];
  return { x: box.x + x, y: box.y + y, width: kind === 'words' ? width! : height, height };
}

/** Rows of heads, one behind the other, each a little out of line. */
function crowd(size: number, step: number): LabelledFace[] {
  const random = new Random(1927);
  const faces: LabelledFace[] = [];
  for (let y = 60; y + size < STAGE.height; y += step) {
    for (let x = 20; x + size < STAGE.width; x += step) {
      const box = {
        x: x + random.next() * (step - size),
        y: y + random.next() * (step - size),
        width: size,
        height: size,
      };
      faces.push({ id: faces.length + 1, box, width: faces.length === 0 ? WORDS : undefined });
    }
  }
  return faces.slice(0, 150);
}

describe('labels of a crowd', () => {
  it.each([
    ['with room between', 40, 90],
    ['close together', 40, 56],
    ['on a phone', 14, 22],
    ['of large faces side by side', 150, 152],
  ])('hide no face and no label, and every face has one: %s', (_, size, step) => {
    const faces = crowd(size, step);
    const places = placeLabels(faces, STAGE);
    expect(places.size).toBe(faces.length);
    const labels = faces.map((face) => labelOf(face, places.get(face.id)!));
    const hidden = labels.flatMap((label, index) => {
      // A spot stands on a corner of its own: of a neighbour that touches it, it hides less than a quarter of itself.
      const most = places.get(faces[index].id)!.kind === 'spot' ? LABEL_SIZES.spot ** 2 / 4 : 0;
      const faceHidden = faces.some(({ box }, at) => at !== index && common(box, label) > most);
      return faceHidden || labels.slice(index + 1).some((other) => common(other, label) > 0) ? [faces[index].id] : [];
    });
    expect(hidden).toEqual([]);
  });

  it('are words where there is room, icons and spots where there is less', () => {
    const kindsOf = (faces: readonly LabelledFace[]) => [...placeLabels(faces, STAGE).values()].map(({ kind }) => kind);
    expect(kindsOf(crowd(40, 90))[0]).toBe('words');
    expect(new Set(kindsOf(crowd(40, 90)).slice(1))).toEqual(new Set(['icon']));
    expect(kindsOf(crowd(40, 42))).toContain('spot');
  });

  it('stand in the corner of a face that fills the stage', () => {
    const face = { id: 1, box: { x: 0, y: 0, width: 1000, height: 600 }, width: WORDS };
    expect(placeLabels([face], STAGE).get(1)).toEqual({ kind: 'words', x: 4, y: 4 });
  });

  it('stay inside the stage', () => {
    const face = { id: 1, box: { x: 940, y: 2, width: 58, height: 60 }, width: WORDS };
    const { x, y, width, height } = labelOf(face, placeLabels([face], STAGE).get(1)!);
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(STAGE.width);
    expect(y + height).toBeLessThanOrEqual(STAGE.height);
  });
});
