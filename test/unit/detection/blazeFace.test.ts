import { describe, expect, it } from 'vitest';
import { BLAZE_SIDE, decodeFaces } from '../../../src/detection/blazeFace.js';

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
