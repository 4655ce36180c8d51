/** The search of still pictures, over a detector that sees as BlazeFace does: faces above a share of what it is shown. */
import { describe, expect, it } from 'vitest';
import type { FrameDetector, Sized } from '../../../src/faces/frameDetector.js';
import { centre, contains, type Box, type DetectedFace } from '../../../src/faces/geometry.js';
import { detectAllFaces } from '../../../src/faces/stillDetector.js';

const picture = { width: 1600, height: 1200 };

interface World {
  readonly detector: FrameDetector<Sized>;
  readonly looks: Box[];
}

/** How certain the detector is of a face of this share of what it is shown. */
const scoreOf = (share: number) =>
  share > 0.9 ? 0 : share >= 0.13 ? 0.9 : share >= 0.09 ? 0.2 : share >= 0.065 ? 0.05 : 0;

function faceAt(box: Box, score: number): DetectedFace {
  const point = centre(box);
  const keypoints = { rightEye: point, leftEye: point, nose: point, mouth: point, rightEar: point, leftEar: point };
  return { box, score, keypoints };
}

/** A picture with faces at these places, and with patterns that look like one at first sight alone. */
function world(faces: readonly Box[], mirages: readonly Box[] = []): World {
  const looks: Box[] = [];
  const isInside = (box: Box, region: Box) =>
    contains(region, box) && contains(region, { x: box.x + box.width, y: box.y + box.height });
  return {
    looks,
    detector: {
      isLost: false,
      warmUp: () => undefined,
      close: () => undefined,
      detect: (_, region = { x: 0, y: 0, width: 1600, height: 1600 }, lowest = 0.3) => {
        looks.push(region);
        return [
          ...faces.map((box) => faceAt(box, isInside(box, region) ? scoreOf(box.width / region.width) : 0)),
          ...mirages.map((box) => faceAt(box, isInside(box, region) && box.width < 0.2 * region.width ? 0.6 : 0)),
        ].filter(({ score }) => score >= lowest);
      },
    },
  };
}

const square = (x: number, y: number, width: number): Box => ({ x, y, width, height: width });
const boxes = (faces: readonly DetectedFace[]) => faces.map(({ box }) => box);

describe('the search of a still picture', () => {
  it('tells of large faces before it looks for small ones, and finds both', async () => {
    const [large, small] = [square(600, 300, 500), square(100, 100, 50)];
    const { detector, looks } = world([small, large]);
    const told: Box[][] = [];
    let looksBefore = 0;
    const found = await detectAllFaces(detector, picture, {
      onLarge: async (faces) => {
        told.push(boxes(faces));
        looksBefore = looks.length;
        await Promise.resolve();
      },
    });
    expect(told).toEqual([[large]]);
    expect(looksBefore).toBeLessThan(8);
    expect(looks.length).toBeGreaterThan(3 * looksBefore);
    expect(new Set(boxes(found))).toEqual(new Set([large, small]));
  });

  it('ends after the large tiles where they show as many faces as are wanted', async () => {
    const { detector, looks } = world([square(600, 300, 500), square(100, 100, 50)]);
    expect(await detectAllFaces(detector, picture, { enough: 1 })).toHaveLength(1);
    expect(looks.length).toBeLessThan(8);
  });

  it('finds a face that is too small for the smallest tiles by looking again where it is weak', async () => {
    // A ninth of a tile of 300.
    const tiny = square(700, 500, 30);
    const { detector } = world([tiny]);
    expect(boxes(await detectAllFaces(detector, picture))).toEqual([tiny]);
  });

  it('finds a crowd of faces of a fifteenth of the smallest tiles, and spends few looks on what is none', async () => {
    const crowd = Array.from({ length: 12 }, (_, index) =>
      square(420 + (index % 4) * 50, 330 + Math.floor(index / 4) * 60, 20),
    );
    const { detector, looks } = world(crowd);
    expect(new Set(boxes(await detectAllFaces(detector, picture)))).toEqual(new Set(crowd));
    const nobody = world([]);
    await detectAllFaces(nobody.detector, picture);
    // Two for each face, and closer tiles that several share.
    expect(looks.length - nobody.looks.length).toBeLessThan(12 * 2 + 12);

    const dirt = Array.from({ length: 400 }, (_, index) => square((index % 40) * 40, Math.floor(index / 40) * 120, 20));
    const many = world([]);
    const weak = {
      ...many.detector,
      detect: (...[frame, region, lowest = 0.3]: Parameters<typeof many.detector.detect>) => {
        many.detector.detect(frame, region);
        return (region?.width ?? 0) > 290 && lowest <= 0.05 ? dirt.map((box) => faceAt(box, 0.05)) : [];
      },
    };
    expect(await detectAllFaces(weak, picture)).toEqual([]);
    expect(many.looks.length).toBeLessThan(1.3 * nobody.looks.length);
  });

  it('does not search small tiles that a face covers', async () => {
    const covering = square(250, 50, 1100);
    const { detector, looks } = world([covering]);
    expect(boxes(await detectAllFaces(detector, picture))).toEqual([covering]);
    const isSmall = ({ width }: Box) => width <= 600;
    expect(looks.filter(isSmall)).toEqual([]);
    const empty = world([]);
    await detectAllFaces(empty.detector, picture);
    expect(empty.looks.filter(isSmall).length).toBeGreaterThan(30);
  });

  it('drops what does not look like a face from closer', async () => {
    const { detector } = world([], [square(300, 300, 60), square(900, 700, 30)]);
    expect(await detectAllFaces(detector, picture)).toEqual([]);
  });
});
