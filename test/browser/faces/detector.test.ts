import { FaceDetector as MediaPipeDetector } from '@mediapipe/tasks-vision';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { RuntimeError } from '../../../src/errors.js';
import { FaceDetector } from '../../../src/faces/detector.js';
import { stopUsageLogging } from '../../../src/faces/usageLogging.js';
import { withVisionRuntime } from '../../../src/faces/visionRuntime.js';
import { fetchBytes } from '../../../src/weights/fetchBytes.js';
import { captureContexts, detectorUrls, monaLisa } from '../support.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets requests of this page's own through and answers all others itself. */
function recordForeignRequests(): string[] {
  const foreign: string[] = [];
  const original = globalThis.fetch.bind(globalThis);
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.origin === location.origin) return original(input, init);
    foreign.push(url.href);
    return Promise.resolve(new Response());
  });
  return foreign;
}

describe('FaceDetector', () => {
  it('accepts the packaged BlazeFace with our metadata and finds a face, its points in their places', async () => {
    const progress: number[] = [];
    const detector = await FaceDetector.create(detectorUrls(), { onBytes: (loaded) => progress.push(loaded) });
    const bitmap = await createImageBitmap(await monaLisa());
    const faces = detector.detect(bitmap);
    expect(faces).toHaveLength(1);
    const [{ box, keypoints, score }] = faces;
    expect(score).toBeGreaterThan(0.7);
    expect(keypoints.rightEye.x).toBeLessThan(keypoints.leftEye.x);
    expect(keypoints.rightEye.y).toBeLessThan(keypoints.nose.y);
    expect(keypoints.nose.y).toBeLessThan(keypoints.mouth.y);
    for (const point of [keypoints.rightEye, keypoints.leftEye, keypoints.nose, keypoints.mouth]) {
      expect(point.x).toBeGreaterThan(box.x);
      expect(point.x).toBeLessThan(box.x + box.width);
      expect(point.y).toBeGreaterThan(box.y);
      expect(point.y).toBeLessThan(box.y + box.height);
    }
    expect(progress.at(-1)).toBeGreaterThan(1_000_000);
    detector.close();
  });

  it('reports places in pixels of the frame, whatever part of it was shown', async () => {
    const detector = await FaceDetector.create(detectorUrls());
    const bitmap = await createImageBitmap(await monaLisa());
    const [whole] = detector.detect(bitmap);
    const { x, y, width } = whole.box;
    const [part] = detector.detect(bitmap, { x: x - width / 2, y: y - width / 2, width: 2 * width, height: 2 * width });
    const limit = width * 0.12;
    for (const name of ['rightEye', 'leftEye', 'nose', 'mouth'] as const) {
      expect(Math.abs(part.keypoints[name].x - whole.keypoints[name].x)).toBeLessThan(limit);
      expect(Math.abs(part.keypoints[name].y - whole.keypoints[name].y)).toBeLessThan(limit);
    }
    detector.close();
  });

  it('starts several at once', async () => {
    const detectors = await Promise.all([FaceDetector.create(detectorUrls()), FaceDetector.create(detectorUrls())]);
    const bitmap = await createImageBitmap(await monaLisa());
    for (const detector of detectors) {
      expect(detector.detect(bitmap)).toHaveLength(1);
      detector.close();
    }
  });

  it('says when its WebGL context was taken away, instead of seeing nothing', async () => {
    const contexts = captureContexts();
    const detector = await FaceDetector.create(detectorUrls());
    const bitmap = await createImageBitmap(await monaLisa());
    expect(detector.isLost).toBe(false);
    for (const context of contexts) context.getExtension('WEBGL_lose_context')?.loseContext();
    expect(() => detector.detect(bitmap)).toThrow(RuntimeError);
    expect(detector.isLost).toBe(true);
  });

  it('names a missing file', async () => {
    const urls = { ...detectorUrls(), detector: new URL('/runtime/nothing.tflite', location.href) };
    const failure = FaceDetector.create(urls);
    await expect(failure).rejects.toBeInstanceOf(RuntimeError);
    await expect(failure).rejects.toMatchObject({ code: 'assets-missing' });
  });
});

describe('usage statistics', () => {
  it('are never sent: nothing leaves when the detector closes', async () => {
    const foreign = recordForeignRequests();
    const detector = await FaceDetector.create(detectorUrls());
    detector.detect(await createImageBitmap(await monaLisa()));
    detector.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(foreign).toEqual([]);
  });

  it('would be sent by an untouched MediaPipe task, so the test above can fail', async () => {
    const foreign = recordForeignRequests();
    const modelAssetBuffer = await fetchBytes(detectorUrls().detector);
    const detector = await withVisionRuntime(detectorUrls(), {}, (fileset) =>
      MediaPipeDetector.createFromOptions(fileset, { baseOptions: { modelAssetBuffer } }),
    );
    detector.close();
    await eventually(() => {
      expect(foreign.length).toBeGreaterThan(0);
    });
  });

  it('a build whose logger cannot be found is refused', () => {
    expect(() => {
      stopUsageLogging({ close: () => undefined });
    }).toThrow(RuntimeError);
  });
});
