import { describe, expect, it } from 'vitest';
import {
  applySimilarity,
  cropTransform,
  fitSimilarity,
  invertSimilarity,
  scaleOf,
  type Similarity,
} from '../../../src/faces/alignment.js';
import type { Keypoints, Point } from '../../../src/faces/geometry.js';

const template = {
  rightEye: [0.316, 0.4],
  leftEye: [0.689, 0.396],
  nose: [0.505, 0.606],
  mouth: [0.506, 0.778],
} as const;

function rotation(degrees: number, scale: number, x0: number, y0: number): Similarity {
  const angle = (degrees * Math.PI) / 180;
  return { a: scale * Math.cos(angle), b: scale * Math.sin(angle), x0, y0 };
}

/** A face whose points lie exactly where `transform` puts the template of a crop with the given side. */
function faceAt(transform: Similarity, side: number): Keypoints {
  const at = ([x, y]: readonly [number, number]): Point => applySimilarity(transform, { x: x * side, y: y * side });
  const ear = { x: 0, y: 0 };
  return {
    rightEye: at(template.rightEye),
    leftEye: at(template.leftEye),
    nose: at(template.nose),
    mouth: at(template.mouth),
    rightEar: ear,
    leftEar: ear,
  };
}

describe('fitSimilarity', () => {
  it('recovers rotation, scale and shift from exact points', () => {
    const wanted = rotation(25, 3.2, -40, 17);
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 1 },
      { x: 4, y: 9 },
    ];
    const fitted = fitSimilarity(
      points,
      points.map((point) => applySimilarity(wanted, point)),
    );
    expect(fitted?.a).toBeCloseTo(wanted.a, 9);
    expect(fitted?.b).toBeCloseTo(wanted.b, 9);
    expect(fitted?.x0).toBeCloseTo(wanted.x0, 9);
    expect(fitted?.y0).toBeCloseTo(wanted.y0, 9);
  });

  it('gives the least-squares answer of Umeyama’s method for inexact points', () => {
    // Solved with numpy.linalg.lstsq on the four unknowns.
    const solved = { a: 3.012552301, b: -0.326359833, x0: 7.728033473, y0: 25.330543933 };
    const from = [
      { x: 1, y: 2 },
      { x: 7, y: 1 },
      { x: 4, y: 6 },
      { x: 5, y: 9 },
    ];
    const to = [
      { x: 12, y: 31 },
      { x: 29, y: 25 },
      { x: 22, y: 44 },
      { x: 25, y: 50 },
    ];
    const fitted = fitSimilarity(from, to);
    expect(fitted?.a).toBeCloseTo(solved.a, 6);
    expect(fitted?.b).toBeCloseTo(solved.b, 6);
    expect(fitted?.x0).toBeCloseTo(solved.x0, 6);
    expect(fitted?.y0).toBeCloseTo(solved.y0, 6);
  });

  it('never mirrors, not even where a mirror image would fit exactly', () => {
    const from = [
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 0, y: 2 },
    ];
    const mirrored = from.map(({ x, y }) => ({ x: -x, y }));
    const fitted = fitSimilarity(from, mirrored)!;
    const errors = from.map((point, index) => {
      const { x, y } = applySimilarity(fitted, point);
      return Math.hypot(x - mirrored[index].x, y - mirrored[index].y);
    });
    expect(Math.max(...errors)).toBeGreaterThan(1);
  });

  it('has no answer for points that coincide', () => {
    const point = { x: 3, y: 4 };
    expect(fitSimilarity([point, point, point], [point, { x: 5, y: 6 }, point])).toBeUndefined();
  });
});

describe('cropTransform', () => {
  it.each([
    [0, 1],
    [-31, 0.4],
    [12, 6.5],
  ])('finds a face turned by %i degrees at %f times the crop’s size', (degrees, scale) => {
    const wanted = rotation(degrees, scale, 320, 90);
    const found = cropTransform(faceAt(wanted, 112), template, 112);
    expect(found?.a).toBeCloseTo(wanted.a, 9);
    expect(found?.b).toBeCloseTo(wanted.b, 9);
    expect(found?.x0).toBeCloseTo(wanted.x0, 6);
    expect(found?.y0).toBeCloseTo(wanted.y0, 6);
  });
});

describe('the points of a face', () => {
  it.each(['rightEye', 'leftEye', 'nose', 'mouth'] as const)('counts the %s in the place of the crop', (name) => {
    const face = faceAt(rotation(0, 1, 0, 0), 112);
    const moved = { ...face, [name]: { x: face[name].x, y: face[name].y + 8 } };
    expect(Math.abs(cropTransform(moved, template, 112)!.y0)).toBeGreaterThan(0.5);
  });
});

describe('invertSimilarity', () => {
  it('undoes a similarity', () => {
    const transform = rotation(70, 0.3, 5, -8);
    const there = applySimilarity(transform, { x: 11, y: -2 });
    const back = applySimilarity(invertSimilarity(transform), there);
    expect(back.x).toBeCloseTo(11, 9);
    expect(back.y).toBeCloseTo(-2, 9);
    expect(scaleOf(invertSimilarity(transform))).toBeCloseTo(1 / 0.3, 9);
  });
});
