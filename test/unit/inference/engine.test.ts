import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { concatenateFloats } from '../../../src/base/floats.js';
import { alignedCrop } from '../../../src/faces/crop.js';
import type { FrameDetector, Sized } from '../../../src/faces/frameDetector.js';
import type { DetectedFace } from '../../../src/faces/geometry.js';
import { GLANCE_SIDE } from '../../../src/faces/glance.js';
import type { CropClassifier } from '../../../src/inference/cropClassifier.js';
import type { FaceReaderParts } from '../../../src/inference/faceReader.js';
import { RecognitionEngine } from '../../../src/inference/engine.js';
import type { FrameRequest } from '../../../src/inference/engineTypes.js';
import type { FrameObservation } from '../../../src/inference/observation.js';
import { mirrorCrop } from '../../../src/reading/mirror.js';
import type { ReadingSpec } from '../../../src/weights/manifest.js';
import { tinyModel, withMuscles } from '../weights/fixtures.js';

const { manifest } = await tinyModel();
const picture = { width: 400, height: 400 };
const at = (x: number, y: number) => ({ x, y });
const face: DetectedFace = {
  box: { x: 140, y: 120, width: 130, height: 130 },
  score: 0.9,
  keypoints: {
    rightEye: at(160, 160),
    leftEye: at(240, 160),
    nose: at(200, 200),
    mouth: at(200, 240),
    rightEar: at(130, 165),
    leftEar: at(270, 165),
  },
};

const detector: FrameDetector<Sized> = {
  detect: () => [face],
  warmUp: () => undefined,
  close: () => undefined,
  isLost: false,
};

/** The picture's left half is black, its right half white: a crop and its mirror image are told apart by their first pixel. */
const pixels = () => ({
  ...picture,
  read: ({ x, width, height }: { x: number; width: number; height: number }) => {
    const data = new Uint8ClampedArray(width * height * 4);
    for (let index = 0; index < data.length; index += 4) {
      data.fill(x + ((index / 4) % width) < 200 ? 0 : 255, index, index + 4);
    }
    return { data, width, height };
  },
});

/** Sure of the second class where the first pixel is white. */
function classifier(): CropClassifier & { readonly counts: number[] } {
  const counts: number[] = [];
  return {
    counts,
    state: { name: 'wasm', reason: '' },
    logits: async (crops) => {
      counts.push(crops.length);
      return Float32Array.from(crops.flatMap((crop) => (crop[0] > 0.5 ? [0, 2] : [2, 0])));
    },
    onLost: () => undefined,
    dispose: () => undefined,
  };
}

function engineOf(
  reading: ReadingSpec | undefined,
  crops = classifier(),
  looking = detector,
  glance?: () => Float32Array,
  readFaces?: FaceReaderParts<Sized>['readFaces'],
) {
  return new RecognitionEngine<Sized>({
    loaded: { manifest: { ...manifest, ...(reading === undefined ? {} : { reading }) }, arrays: new Map() },
    detector: looking,
    renewDetector: async () => looking,
    classifier: crops,
    ...(glance === undefined ? {} : { glance }),
    ...(readFaces === undefined ? {} : { readFaces }),
    crop: (_, keypoints) => alignedCrop(pixels(), keypoints, manifest.input),
    firstId: 1,
  });
}

/** What the GPU reads of faces, as soon as each answer is let go. */
function answeredLater(answers: (() => void)[]): FaceReaderParts<Sized>['readFaces'] {
  return async (_, faces) => {
    await new Promise<void>((resolve) => answers.push(resolve));
    const crops = faces.map(({ keypoints }) => alignedCrop(pixels(), keypoints, manifest.input)!);
    return { logits: Float32Array.of(2, 0), crops: concatenateFloats(crops) };
  };
}

const STILL: FrameRequest = { mode: 'still', smoothing: 0, prior: 'trained', timestamp: 0, stream: '', ...picture };
const live = (timestamp: number, smoothing = 300): FrameRequest => ({ ...STILL, mode: 'live', timestamp, smoothing });
const SURE = 1 / (1 + Math.exp(-2));

describe('mirror images', () => {
  it('are averaged with the face in a still picture, in one pass of the network', async () => {
    const crops = classifier();
    const { faces, timing } = await engineOf({ mirror: true }, crops).recognize(picture, STILL);
    expect(crops.counts).toEqual([2]);
    expect(faces[0].probabilities['neutral']).toBeCloseTo(0.5, 6);
    expect(timing.mirror).toBe('both');
  });

  it('take every second live frame, and the smoothing averages them', async () => {
    const crops = classifier();
    const engine = engineOf({ mirror: true }, crops);
    const used: (string | undefined)[] = [];
    let neutral = 0;
    for (let frame = 0; frame < 200; frame++) {
      const { faces, timing } = await engine.recognize(picture, live(frame * 20));
      used.push(timing.mirror);
      neutral = faces[0].probabilities['neutral'];
    }
    expect(new Set(crops.counts)).toEqual(new Set([1]));
    expect(used.slice(0, 4)).toEqual([undefined, 'only', undefined, 'only']);
    expect(neutral).toBeGreaterThan(0.45);
    expect(neutral).toBeLessThan(0.55);
  });

  it('are left out without smoothing, and by models that do not ask for them', async () => {
    const engine = engineOf({ mirror: true });
    for (const time of [0, 20, 40]) {
      const { faces, timing } = await engine.recognize(picture, live(time, 0));
      expect(timing.mirror).toBeUndefined();
      expect(faces[0].confidence).toBeCloseTo(SURE, 6);
    }
    const { timing } = await engineOf(undefined).recognize(picture, STILL);
    expect(timing.mirror).toBeUndefined();
  });
});

describe('a still picture', () => {
  const small: DetectedFace = { ...face, box: { x: 10, y: 10, width: 40, height: 40 } };
  /** Shows the small face in small tiles alone. */
  const searched: FrameDetector<Sized> = {
    ...detector,
    detect: (_, region = { x: 0, y: 0, width: 400, height: 400 }) =>
      [face, small].filter(
        ({ box }) =>
          box.x >= region.x && box.y >= region.y && box.width > 0.15 * region.width && box.width < region.width,
      ),
  };

  it('is told of with its large faces, each read once, and then with all', async () => {
    const crops = classifier();
    const partial: FrameObservation[] = [];
    const engine = engineOf(undefined, crops, searched);
    const whole = await engine.recognize(picture, STILL, (observation) => partial.push(observation));
    expect(partial.map(({ faces }) => faces.map(({ id, box }) => [id, box.width]))).toEqual([[[1, 130]]]);
    expect(whole.faces.map(({ id, box }) => [id, box.width])).toEqual([
      [1, 130],
      [2, 40],
    ]);
    expect(whole.faces[0]).toBe(partial[0].faces[0]);
    expect(crops.counts).toEqual([1, 1]);
    for (const stage of ['detect', 'align', 'infer'] as const) expect(whole.timing[stage]).toBeGreaterThanOrEqual(0);
  });

  it('is not searched for small faces where large ones are enough', async () => {
    const partial: FrameObservation[] = [];
    const engine = engineOf(undefined, classifier(), searched);
    const { faces } = await engine.recognize(picture, { ...STILL, maxFaces: 1 }, (seen) => partial.push(seen));
    expect(faces.map(({ box }) => box.width)).toEqual([130]);
    expect(partial).toEqual([]);
  });
});

describe('a live picture', () => {
  it('in which nothing changes is read once as it is and once mirrored, and as often as it changes', async () => {
    const crops = classifier();
    let light = 0;
    let looks = 0;
    const counted = { ...detector, detect: () => (looks++, [face]) };
    const engine = engineOf({ mirror: true }, crops, counted, () => new Float32Array(GLANCE_SIDE ** 2 * 3).fill(light));
    for (let frame = 0; frame < 20; frame++) await engine.recognize(picture, live(frame * 30));
    expect(crops.counts).toEqual([1, 1]);
    // All of it was searched once, and is not searched again.
    const searched = looks;
    for (let frame = 20; frame < 40; frame++) await engine.recognize(picture, live(frame * 30));
    expect([looks, ...crops.counts]).toEqual([searched, 1, 1]);
    light = 0.5;
    const { faces } = await engine.recognize(picture, live(1300));
    expect(crops.counts).toEqual([1, 1, 1]);
    expect(looks).toBeGreaterThan(searched);
    expect(faces.map(({ id }) => id)).toEqual([1]);
  });
});

describe('on a GPU that cuts faces out itself', () => {
  const { size } = manifest.input;
  /** As {@link classifier}, which is then asked for nothing; `refuses` from a frame on. */
  function onGpu(reading: ReadingSpec, look?: FrameDetector<Sized>) {
    const crops = classifier();
    const places: boolean[][] = [];
    const gpu = { refuses: false };
    const engine = engineOf(reading, crops, look, undefined, async (_, faces) => {
      places.push(faces.map(({ mirrored }) => mirrored));
      if (gpu.refuses) return undefined;
      const read = faces.map(({ keypoints, mirrored }) => {
        const crop = alignedCrop(pixels(), keypoints, manifest.input)!;
        return mirrored ? mirrorCrop(crop, size, 1) : crop;
      });
      const logits = Float32Array.from(read.flatMap((crop) => (crop[0] > 0.5 ? [0, 2] : [2, 0])));
      return { logits, crops: concatenateFloats(read) };
    });
    return { engine, crops, places, gpu };
  }

  it('says of photos and live frames what it says elsewhere, and is given no crop', async () => {
    const { engine, crops, places } = onGpu({ mirror: true });
    const elsewhere = engineOf({ mirror: true });
    for (const request of [STILL, live(0), live(30), live(60)]) {
      const [here, there] = [await engine.recognize(picture, request), await elsewhere.recognize(picture, request)];
      expect(here.faces).toEqual(there.faces);
      expect(here.timing.mirror).toBe(there.timing.mirror);
    }
    expect(crops.counts).toEqual([]);
    expect(places).toEqual([[false, true], [false], [true], [false]]);
  });

  it('cuts them out here where it refuses a frame, and where a face has no size', async () => {
    const { engine, crops, gpu } = onGpu({});
    gpu.refuses = true;
    expect((await engine.recognize(picture, STILL)).faces).toHaveLength(1);
    expect(crops.counts).toEqual([1]);
    const point = { x: 200, y: 200 };
    const flat = { ...face, keypoints: Object.fromEntries(Object.keys(face.keypoints).map((name) => [name, point])) };
    const { engine: other, places } = onGpu({}, { ...detector, detect: () => [flat as unknown as DetectedFace] });
    expect((await other.recognize(picture, STILL)).faces).toEqual([]);
    expect(places).toEqual([]);
  });

  it('reads a live frame while the faces of the next are found, and answers in their order', async () => {
    const events: string[] = [];
    const answers: (() => void)[] = [];
    const looking = { ...detector, detect: () => (events.push('looked'), [face]) };
    const engine = engineOf({}, classifier(), looking, undefined, answeredLater(answers));
    const results = [0, 30].map(async (time) => {
      const { faces } = await engine.recognize(picture, live(time));
      events.push(`told of ${time}`);
      return faces[0].id;
    });
    await eventually(() => expect(answers).toHaveLength(2));
    expect(events.filter((event) => event === 'looked').length).toBeGreaterThanOrEqual(2);
    answers[1]();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(events.filter((event) => event !== 'looked')).toEqual([]);
    answers[0]();
    // Out of their order the second would be another face.
    expect(await Promise.all(results)).toEqual([1, 1]);
    expect(events.slice(-2)).toEqual(['told of 0', 'told of 30']);
  });

  it('answers a frame under way as one of the source that was forgotten meanwhile', async () => {
    const answers: (() => void)[] = [];
    const engine = engineOf({}, classifier(), detector, undefined, answeredLater(answers));
    const idAt = async (time: number) => {
      const answered = engine.recognize(picture, live(time));
      await eventually(() => expect(answers).toHaveLength(1));
      return async () => {
        answers.shift()!();
        return (await answered).faces[0].id;
      };
    };
    expect(await (await idAt(0))()).toBe(1);
    const underWay = await idAt(30);
    engine.forget('');
    expect(await underWay()).toBe(1);
    expect(await (await idAt(60))()).toBe(2);
  });

  it('is asked for as many faces as are wanted', async () => {
    const small = { ...face, box: { x: 300, y: 300, width: 90, height: 90 } };
    const { engine, places } = onGpu({}, { ...detector, detect: () => [face, small] });
    expect((await engine.recognize(picture, { ...live(0), maxFaces: 1 })).faces).toHaveLength(1);
    expect(places).toEqual([[false]]);
  });
});

describe('what is said beside the label', () => {
  const reading: ReadingSpec = {
    shares: { scale: [1, 1], bias: [0, 0] },
    plausible: { coverage: 0.9, threshold: 0.1 },
    balance: [-2, 2],
    limits: { size: 20, yaw: 40, pitch: 25, inside: 0.5 },
  };

  it('is shares, plausible classes and conditions', async () => {
    const { faces } = await engineOf(reading).recognize(picture, STILL);
    expect(faces[0].expression).toBe('neutral');
    expect(faces[0].shares?.['neutral']).toBeCloseTo(SURE, 6);
    expect(faces[0].plausible).toEqual(['neutral', 'happiness']);
    expect(faces[0].conditions).toMatchObject({ inside: 1, flags: [] });
    expect(faces[0].conditions.brightness).toBeCloseTo(0.5, 1);
  });

  it('stays while the balanced prior changes the label', async () => {
    const { faces } = await engineOf(reading).recognize(picture, { ...STILL, prior: 'balanced' });
    expect(faces[0].expression).toBe('happiness');
    expect(faces[0].shares?.['neutral']).toBeCloseTo(SURE, 6);
    expect(faces[0].plausible).toEqual(['neutral', 'happiness']);
  });

  it('measures a small copy of a frame in the pixels of its source', async () => {
    const engine = engineOf(reading);
    const same = await engine.recognize(picture, STILL);
    const larger = await engine.recognize(picture, { ...STILL, width: 1200, height: 1200 });
    expect(larger.faces[0].conditions.size).toBeCloseTo(3 * same.faces[0].conditions.size, 6);
    expect(larger.faces[0].conditions.inside).toBe(1);
  });

  it('is smoothed over live frames like the probabilities', async () => {
    const engine = engineOf(reading);
    await engine.recognize(picture, live(0));
    const { faces } = await engine.recognize(picture, { ...live(100), width: 800, height: 800 });
    const { size } = faces[0].conditions;
    const { size: plain } = (await engineOf(reading).recognize(picture, STILL)).faces[0].conditions;
    expect(size).toBeGreaterThan(1.2 * plain);
    expect(size).toBeLessThan(1.4 * plain);
  });

  it('is nothing but conditions without flags for a model that was not calibrated', async () => {
    const { faces } = await engineOf(undefined).recognize(picture, STILL);
    expect(faces[0].shares).toBeUndefined();
    expect(faces[0].plausible).toBeUndefined();
    expect(faces[0].conditions.flags).toEqual([]);
  });
});

describe('muscles', () => {
  const described = withMuscles(manifest);
  /** Jaw, left and right corner of the mouth: only the left one moves, and in the mirror image only the right one. */
  const withHead = (change: (row: number[]) => number[] = (row) => row) =>
    new RecognitionEngine<Sized>({
      loaded: {
        manifest: { ...described, reading: { mirror: true } },
        arrays: new Map([['muscles.output.weight', { shape: [1], data: Float32Array.of(1) }]]),
      },
      detector,
      renewDetector: async () => detector,
      classifier: {
        ...classifier(),
        logits: async (crops) =>
          Float32Array.from(
            crops.flatMap((crop) => [2, 0, ...change(crop[0] < 0.5 ? [0.4, 0.9, 0.1] : [0.6, 0.1, 0.7])]),
          ),
      },
      crop: (_, keypoints) => alignedCrop(pixels(), keypoints, manifest.input),
      firstId: 1,
    });

  it('stand beside the probabilities, the mean of both views, whose sides are exchanged', async () => {
    const { faces } = await withHead().recognize(picture, STILL);
    expect(faces[0].muscles).toEqual({
      jawOpen: expect.closeTo(0.5, 6) as number,
      mouthSmileLeft: expect.closeTo(0.8, 6) as number,
      mouthSmileRight: expect.closeTo(0.1, 6) as number,
    });
    expect(faces[0].confidence).toBeCloseTo(SURE, 6);
  });

  it('are smoothed over live frames', async () => {
    let jaw = 0;
    const engine = withHead(([, ...rest]) => [jaw, ...rest]);
    await engine.recognize(picture, live(0));
    jaw = 1;
    const { faces } = await engine.recognize(picture, live(300));
    expect(faces[0].muscles!['jawOpen']).toBeCloseTo(1 - Math.exp(-1), 5);
  });

  it('are not read where their part was not loaded', async () => {
    const { faces } = await engineOf(undefined).recognize(picture, STILL);
    expect(faces[0]).not.toHaveProperty('muscles');
  });

  it('do not disturb the explanation of a face', async () => {
    const { probability } = await withHead().explain(picture, {
      keypoints: face.keypoints,
      expression: manifest.classes[0],
      against: manifest.classes[1],
      prior: 'trained',
      ...picture,
    });
    expect(probability).toBeCloseTo(SURE, 6);
  });
});

describe('explaining a face', () => {
  const question = {
    keypoints: face.keypoints,
    expression: manifest.classes[1],
    against: manifest.classes[0],
    prior: 'trained',
    ...picture,
  } as const;

  it('reads the face as it is, with each of 49 patches hidden, and without all that mattered', async () => {
    const crops = classifier();
    const { patches, side, corners, probability } = await engineOf(undefined, crops).explain(picture, question);
    expect(crops.counts).toEqual([50, 1]);
    expect(side).toBe(7);
    expect(patches).toHaveLength(49);
    // The classifier looks at the first pixel alone, which is black: hiding it, with the mean, is the only change.
    expect(patches.filter((patch) => patch.probability !== probability).length).toBeLessThanOrEqual(1);
    // The corners are in the picture's pixels, upright: the face's eyes lie between them.
    expect(corners[0].x).toBeLessThan(face.keypoints.rightEye.x);
    expect(corners[2].x).toBeGreaterThan(face.keypoints.leftEye.x);
    expect(corners[1].y).toBeLessThan(corners[2].y);
  });

  it('refuses a class that the model does not have, and a face without size', async () => {
    await expect(engineOf(undefined).explain(picture, { ...question, against: 'joy' })).rejects.toMatchObject({
      code: 'option-invalid',
      message: expect.stringContaining('"joy"') as string,
    });
    const nowhere = at(10, 10);
    const keypoints = {
      rightEye: nowhere,
      leftEye: nowhere,
      nose: nowhere,
      mouth: nowhere,
      rightEar: nowhere,
      leftEar: nowhere,
    };
    await expect(engineOf(undefined).explain(picture, { ...question, keypoints })).rejects.toMatchObject({
      code: 'option-invalid',
    });
  });
});
