import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaceDetector } from '../../../src/faces/detector.js';
import { centre, contains, type Box } from '../../../src/faces/geometry.js';
import { detectLiveFaces } from '../../../src/faces/liveDetector.js';
import { detectorUrls, hasPhotos, monaLisa, photo } from '../support.js';

let detector: FaceDetector;
let picture: ImageBitmap;
let face: Box;
beforeAll(async () => {
  detector = await FaceDetector.create(detectorUrls());
  picture = await createImageBitmap(await monaLisa());
  face = detector.detect(picture)[0].box;
});
afterAll(() => {
  detector.close();
});

/** A grey frame of 640 x 480 with the face at a place and size. */
function frameWith({ x, y, width }: Omit<Box, 'height'>): OffscreenCanvas {
  const frame = new OffscreenCanvas(640, 480);
  const context = frame.getContext('2d')!;
  context.fillStyle = '#8a8478';
  context.fillRect(0, 0, 640, 480);
  context.imageSmoothingQuality = 'high';
  const scale = width / face.width;
  context.drawImage(picture, x - face.x * scale, y - face.y * scale, picture.width * scale, picture.height * scale);
  return frame;
}

describe('detectLiveFaces', () => {
  it.each([70, 120, 200, 300])(
    'finds a face of %i pixels in a frame of 640 x 480, certainly and in its place',
    (width) => {
      const place = { x: 320 - width / 2, y: 240 - width / 2, width };
      const faces = detectLiveFaces(detector, frameWith(place));
      expect(faces).toHaveLength(1);
      expect(faces[0].isClear).toBe(true);
      const { box, keypoints } = faces[0].face;
      expect(contains({ ...place, height: width }, centre(box))).toBe(true);
      const eyes = keypoints.leftEye.x - keypoints.rightEye.x;
      expect(eyes / width).toBeGreaterThan(0.25);
      expect(eyes / width).toBeLessThan(0.75);
    },
  );

  it('sees better by looking again: the points of a small face come nearer to those of a large one', () => {
    const place = { x: 400, y: 120, width: 64 };
    const [{ face: small }] = detectLiveFaces(detector, frameWith(place));
    const closest = detector.detect(frameWith(place), { x: 400 - 48, y: 120 - 48, width: 160, height: 160 })[0];
    const rough = detector.detect(frameWith(place))[0] as typeof closest | undefined;
    const distance = (points: typeof closest.keypoints) =>
      Math.hypot(points.mouth.x - closest.keypoints.mouth.x, points.mouth.y - closest.keypoints.mouth.y);
    expect(distance(small.keypoints)).toBeLessThan(64 * 0.06);
    if (rough !== undefined) expect(distance(small.keypoints)).toBeLessThanOrEqual(distance(rough.keypoints));
  });

  it('finds a face that fills the frame', () => {
    const frame = frameWith({ x: -110, y: -190, width: 860 });
    // One look at the frame is not enough, or this would test nothing.
    expect(detector.detect(frame).filter(({ score }) => score >= 0.5)).toEqual([]);
    const faces = detectLiveFaces(detector, frame);
    expect(faces.filter(({ isClear }) => isClear)).toHaveLength(1);
  });

  it('sees nobody in an empty frame', () => {
    const empty = new OffscreenCanvas(640, 480);
    empty.getContext('2d')!.fillRect(0, 0, 640, 480);
    expect(detectLiveFaces(detector, empty)).toEqual([]);
  });

  it.runIf(hasPhotos())('finds the woman whose face is cut by the borders of her photo', async () => {
    const bitmap = await createImageBitmap(await photo('surprised_woman.jpg'));
    expect(detectLiveFaces(detector, bitmap).filter(({ isClear }) => isClear)).toHaveLength(1);
  });
});
