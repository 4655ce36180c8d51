import { describe, expect, test } from 'vitest';
import { placeBox, placeMedia } from '../../../src/components/recognise/face-overlay/fit.js';

const source = { width: 400, height: 200 };
const stage = { width: 200, height: 200 };
const box = { x: 100, y: 50, width: 40, height: 20 };

describe('a box of the source on the stage', () => {
  test.each([
    ['contain', '50% 50%', { x: 50, y: 75, width: 20, height: 10 }],
    ['contain', '0% 0%', { x: 50, y: 25, width: 20, height: 10 }],
    ['contain', '50% 30px', { x: 50, y: 55, width: 20, height: 10 }],
    ['cover', '50% 50%', { x: 0, y: 50, width: 40, height: 20 }],
    ['cover', '100% 50%', { x: -100, y: 50, width: 40, height: 20 }],
    ['fill', '50% 50%', { x: 50, y: 50, width: 20, height: 20 }],
    ['none', '50% 50%', { x: 0, y: 50, width: 40, height: 20 }],
    ['scale-down', '50% 50%', { x: 50, y: 75, width: 20, height: 10 }],
  ])('%s at %s', (fit, position, expected) => {
    expect(placeBox(box, placeMedia(source, stage, fit, position))).toEqual(expected);
  });

  test('scale-down leaves a small picture as it is', () => {
    const small = { width: 100, height: 100 };
    expect(placeBox({ x: 0, y: 0, width: 10, height: 10 }, placeMedia(small, stage, 'scale-down'))).toEqual({
      x: 50,
      y: 50,
      width: 10,
      height: 10,
    });
  });

  test('mirrored, it keeps its distance from the other edge', () => {
    const plain = placeBox(box, placeMedia(source, stage, 'contain', '50% 50%'));
    const mirrored = placeBox(box, placeMedia(source, stage, 'contain', '50% 50%', true));
    expect(stage.width - (mirrored.x + mirrored.width)).toBe(plain.x);
    expect(mirrored.y).toBe(plain.y);
  });
});
