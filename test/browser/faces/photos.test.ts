import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaceDetector } from '../../../src/faces/detector.js';
import { centre, contains, type DetectedFace } from '../../../src/faces/geometry.js';
import { detectAllFaces } from '../../../src/faces/stillDetector.js';
import { detectorUrls, hasPhotos, monaLisa, photo, trueFaces } from '../support.js';

let detector: FaceDetector;
beforeAll(async () => {
  detector = await FaceDetector.create(detectorUrls());
});
afterAll(() => {
  detector.close();
});

async function detect(file: Blob): Promise<DetectedFace[]> {
  const bitmap = await createImageBitmap(file);
  const faces = await detectAllFaces(detector, bitmap);
  bitmap.close();
  return faces;
}

describe('detectAllFaces', () => {
  it('finds the one face of the Mona Lisa, small in a large picture too', async () => {
    const file = await monaLisa();
    expect(await detect(file)).toHaveLength(1);
    const face = await createImageBitmap(file);
    const canvas = new OffscreenCanvas(2400, 1600);
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#776';
    context.fillRect(0, 0, 2400, 1600);
    const width = (400 * face.width) / face.height;
    context.drawImage(face, 1500, 900, width, 400);
    const [small, ...others] = await detectAllFaces(detector, canvas);
    expect(others).toEqual([]);
    expect(contains({ x: 1500, y: 900, width, height: 400 }, centre(small.box))).toBe(true);
    // The plain fast path does not see it: this is what the tiles are for.
    expect(detector.detect(canvas).filter(({ score }) => score >= 0.5)).toEqual([]);
  });

  it('finds no face where there is none', async () => {
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext('2d')!;
    const gradient = context.createLinearGradient(0, 0, 640, 480);
    gradient.addColorStop(0, '#024');
    gradient.addColorStop(1, '#fda');
    context.fillStyle = gradient;
    context.fillRect(0, 0, 640, 480);
    expect(await detectAllFaces(detector, canvas)).toEqual([]);
  });
});

/** Fewest true faces to be found in each labelled photo; none may be false. */
const FEWEST: Readonly<Record<string, number>> = {
  'solvay1927.jpg': 28,
  'group-2.jpg': 3,
  'portrait.jpg': 1,
  'astronaut.png': 1,
  'happy.jpg': 1,
  'surprised_woman.jpg': 1,
};

describe.runIf(hasPhotos())('labelled photos', () => {
  it.each(Object.entries(FEWEST))('%s: at least %i faces found, none false, none twice', async (name, fewest) => {
    const truth = trueFaces()[name];
    const found = (await detect(await photo(name))).map(({ box }) =>
      truth.findIndex(([x, y, side]) => {
        const middle = centre(box);
        const isInside = contains({ x, y, width: side, height: side }, middle);
        return isInside && box.width >= side / 2 && box.width <= side * 2;
      }),
    );
    expect(found).not.toContain(-1);
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBeGreaterThanOrEqual(fewest);
  });
});
