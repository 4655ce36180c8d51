import { describe, expect, it } from 'vitest';
import { BLAZE_SIDE, decodeFaces } from '../../../src/detection/blazeFace.js';
import { samplePart } from '../../../src/detection/samplePart.js';

const ANCHORS = 896;
/** The logarithm of the odds. */
const logit = (score: number) => Math.log(score / (1 - score));

function outputs(...looks: readonly { anchor: number; score: number; values: readonly number[] }[]) {
  const regressors = new Float32Array(ANCHORS * 16);
  const scores = new Float32Array(ANCHORS).fill(-20);
  for (const { anchor, score, values } of looks) {
    regressors.set(values, anchor * 16);
    scores[anchor] = logit(score);
  }
  return decodeFaces(regressors, scores, 0.3);
}

describe('BlazeFace’s outputs', () => {
  it('are offsets in its pixels from the middle of an anchor’s cell: two anchors a cell of 16, then six a cell of 8', () => {
    const eye = [16, -8];
    const box = [0, 0, 32, 64];
    // The fifth cell of the second row of the map of 16 cells; the last cell of the map of 8.
    const [fine, coarse] = outputs(
      { anchor: 2 * (16 + 4) + 1, score: 0.9, values: [...box, ...eye] },
      { anchor: 512 + 6 * 63 + 5, score: 0.8, values: box },
    );
    expect(fine.box.x + fine.box.width / 2).toBeCloseTo(4.5 / 16, 6);
    expect(fine.box.y + fine.box.height / 2).toBeCloseTo(1.5 / 16, 6);
    expect([fine.box.width, fine.box.height]).toEqual([0.25, 0.5]);
    expect(fine.keypoints.rightEye.x).toBeCloseTo(4.5 / 16 + 16 / BLAZE_SIDE, 6);
    expect(fine.keypoints.rightEye.y).toBeCloseTo(1.5 / 16 - 8 / BLAZE_SIDE, 6);
    expect(coarse.box.x + coarse.box.width / 2).toBeCloseTo(7.5 / 8, 6);
    expect(coarse.score).toBeCloseTo(0.8, 6);
  });

  it('that look at one face become their mean by score, with the best score; others stay, and weak ones are left out', () => {
    const box = [0, 0, 40, 40];
    const faces = outputs(
      { anchor: 0, score: 0.6, values: box },
      { anchor: 1, score: 0.9, values: [4, 0, 40, 40] },
      { anchor: 300, score: 0.5, values: box },
      { anchor: 400, score: 0.2, values: box },
    );
    expect(faces.map(({ score }) => Number(score.toFixed(3)))).toEqual([0.9, 0.5]);
    const middle = faces[0].box.x + faces[0].box.width / 2;
    expect(middle).toBeCloseTo(0.5 / 16 + ((4 / BLAZE_SIDE) * 0.9) / 1.5, 6);
  });
});

describe('the part of a picture that BlazeFace reads', () => {
  const grey = (width: number, height: number, value: (x: number, y: number) => number) => ({
    width,
    height,
    data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, index) => {
      const pixel = Math.floor(index / 4);
      return index % 4 === 3 ? 255 : value(pixel % width, Math.floor(pixel / width));
    }),
  });

  it('keeps an even colour at every scale, from -1 to 1, and is black outside the picture', () => {
    for (const side of [4, 30, 300]) {
      const part = samplePart(
        grey(side, side, () => 255),
        { x: 0, y: 0, width: 2 * side, height: 2 * side },
        16,
      );
      const at = (x: number, y: number) => part[(y * 16 + x) * 3];
      expect(at(2, 2)).toBeCloseTo(1, 5);
      expect(at(5, 5)).toBeCloseTo(1, 5);
      expect(at(14, 2)).toBe(-1);
      expect(at(2, 14)).toBe(-1);
    }
  });

  it('lies over the picture without a shift: a ramp keeps its values where it was drawn twice as large', () => {
    const part = samplePart(
      grey(64, 64, (x) => 4 * x),
      { x: 16, y: 16, width: 32, height: 32 },
      16,
    );
    // Pixel 2 i of 32 over 32 pixels from 16 on: the middle of the picture's pixel 16 + 2 i.
    const expected = Array.from({ length: 16 }, (_, index) => (4 * (16 + 2 * index)) / 127.5 - 1);
    const row = Array.from({ length: 16 }, (_, x) => part[(8 * 16 + x) * 3]);
    row.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 4));
  });
});
