import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import {
  acquireRecognizer,
  createRecognizer,
  type LoadProgress,
  type Recognizer,
} from '../../../src/inference/index.js';
import type { QcsError } from '../../../src/errors.js';
import { openMedia } from '../../../src/capture/index.js';
import { workerMemory } from '../../support/workerMemory.js';
import { sha256 } from '../../../src/base/sha256.js';
import { createNetwork } from '../../../src/network/network.js';
import { formatManifest } from '../../../src/weights/manifestSchema.js';
import { writeSafetensors } from '../../../src/weights/safetensors.js';
import { COMPACT, manifestOf, randomArrays } from '../../unit/network/randomModel.js';
import { captureContexts, clipUrls, hasPhotos, monaLisa, photo } from '../support.js';

/** Of the tiny network. */
const [SIZE, CLASSES] = [32, 5];

const open: Recognizer[] = [];
async function start(...[options]: Parameters<typeof createRecognizer>): Promise<Recognizer> {
  const recognizer = await createRecognizer({ backend: 'wasm', ...options });
  open.push(recognizer);
  return recognizer;
}

let kept: Promise<Recognizer> | undefined;
/** One for all that leave it as it was: starting takes longer than most of what they ask of it. */
function usual(): Promise<Recognizer> {
  return (kept ??= createRecognizer({ backend: 'wasm' }));
}

afterAll(async () => (await kept)?.dispose());
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((recognizer) => recognizer.dispose()));
});

/** Lets a test get at the worker that a recogniser starts. */
function captureWorkers(): Worker[] {
  const workers: Worker[] = [];
  const Original = Worker;
  vi.stubGlobal(
    'Worker',
    class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        workers.push(this);
      }
    },
  );
  return workers;
}

describe('in a worker', () => {
  it('finds the same face in MediaPipe’s runtime, which is loaded for those alone who ask for it', async () => {
    const loaded = () => performance.getEntriesByType('resource').some(({ name }) => name.includes('vision_wasm'));
    performance.clearResourceTimings();
    const file = await monaLisa();
    const [own] = (await (await start({ worker: false })).recognize(file)).faces;
    expect(loaded()).toBe(false);
    const [theirs] = (await (await start({ worker: false, detector: 'mediapipe' })).recognize(file)).faces;
    expect(loaded()).toBe(true);
    const limit = theirs.box.width * 0.05;
    for (const name of ['rightEye', 'leftEye', 'nose', 'mouth'] as const) {
      const [a, b] = [own.keypoints[name], theirs.keypoints[name]];
      expect(Math.hypot(a.x - b.x, a.y - b.y), name).toBeLessThan(limit);
    }
    expect(own.expression).toBe(theirs.expression);
  });

  it('recognises the Mona Lisa, reports its loading and says where it runs', async () => {
    const progress: LoadProgress[] = [];
    const recognizer = await start({ onProgress: (step) => progress.push(step) });
    expect(recognizer.inWorker).toBe(true);
    expect(recognizer.backend).toBe('wasm');
    expect(recognizer.backendReason).toMatch(/WebAssembly.*own kernels \(relaxed SIMD, int8\)/);
    expect(recognizer.model.classes).toContain('happiness');
    const model = progress.filter(({ stage }) => stage === 'model').at(-1)!;
    expect(model.loaded).toBe(recognizer.model.bytes);
    expect(model.total).toBe(recognizer.model.bytes);
    expect(progress.at(-1)!.stage).toBe('ready');

    const picture = await createImageBitmap(await monaLisa());
    const { faces, timing, width, height } = await recognizer.recognize(picture);
    expect([width, height]).toEqual([picture.width, picture.height]);
    expect(faces).toHaveLength(1);
    const [face] = faces;
    const sum = Object.values(face.probabilities).reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(1, 5);
    expect(face.confidence).toBe(Math.max(...Object.values(face.probabilities)));
    expect(face.probabilities[face.expression]).toBe(face.confidence);
    for (const stage of ['detect', 'align', 'infer', 'total'] as const) expect(timing[stage]).toBeGreaterThan(0);
  });

  it('gives a still picture the same result whatever came before', async () => {
    const recognizer = await usual();
    const first = await monaLisa();
    const second = await createImageBitmap(first, 40, 20, 300, 400, { resizeWidth: 450 });
    const before = await recognizer.recognize(first, { timestamp: 0 });
    await recognizer.recognize(second);
    await recognizer.recognize(second, { mode: 'live' });
    const after = await recognizer.recognize(first, { timestamp: 0 });
    expect(after.faces).toEqual(before.faces);
  });

  it('keeps one id over live frames, loses no tensor in 30 of them, and counts streams apart', async () => {
    const workers = captureWorkers();
    const recognizer = await start();
    const picture = await createImageBitmap(await monaLisa());
    const frame = new OffscreenCanvas(640, 480);
    const context = frame.getContext('2d')!;
    const ids = new Set<number>();
    let tensors: number | undefined;
    for (let index = 0; index < 30; index++) {
      context.fillRect(0, 0, 640, 480);
      context.drawImage(picture, 100 + index * 3, 20, 300, 440);
      const observation = await recognizer.recognize(frame, { mode: 'live', timestamp: index * 33 });
      expect(observation.faces).toHaveLength(1);
      ids.add(observation.faces[0].id);
      if (index === 2) ({ tensors } = await workerMemory(workers[0]));
    }
    expect(ids.size).toBe(1);
    // The network has a memory of its own, which cannot grow; of tracing it nothing is left.
    expect(tensors).toBe(0);
    expect((await workerMemory(workers[0])).tensors).toBe(0);

    const other = await recognizer.recognize(frame, { mode: 'live', timestamp: 0, stream: 'other' });
    expect(ids.has(other.faces[0].id)).toBe(false);
    const again = await recognizer.recognize(frame, { mode: 'live', timestamp: 1000 });
    expect(ids.has(again.faces[0].id)).toBe(true);
    recognizer.forget();
    const anew = await recognizer.recognize(frame, { mode: 'live', timestamp: 1033 });
    expect(ids.has(anew.faces[0].id)).toBe(false);
  });

  it('turns photos upright as EXIF says and gives places in pixels of the upright photo', async () => {
    const recognizer = await usual();
    const upright = await createImageBitmap(await monaLisa());
    const lying = new OffscreenCanvas(upright.height, upright.width);
    const context = lying.getContext('2d')!;
    // Orientation 6: the camera was turned; showing the photo turns it clockwise by 90 degrees.
    context.translate(0, upright.width);
    context.rotate(-Math.PI / 2);
    context.drawImage(upright, 0, 0);
    const plain = await lying.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
    const marked = await recognizer.recognize(withOrientation(new Uint8Array(await plain.arrayBuffer()), 6));
    expect([marked.width, marked.height]).toEqual([upright.width, upright.height]);
    const reference = await recognizer.recognize(upright);
    expect(marked.faces).toHaveLength(1);
    const limit = reference.faces[0].box.width * 0.1;
    expect(Math.abs(marked.faces[0].box.x - reference.faces[0].box.x)).toBeLessThan(limit);
    expect(Math.abs(marked.faces[0].box.y - reference.faces[0].box.y)).toBeLessThan(limit);
  });

  it('takes a photo of 6000 x 4000 pixels', async () => {
    const recognizer = await usual();
    const picture = await createImageBitmap(await monaLisa());
    const large = new OffscreenCanvas(6000, 4000);
    const context = large.getContext('2d')!;
    context.fillStyle = '#665';
    context.fillRect(0, 0, 6000, 4000);
    context.drawImage(picture, 3000, 500, (3000 * picture.width) / picture.height, 3000);
    const file = await large.convertToBlob({ type: 'image/jpeg' });
    const { faces, width, height } = await recognizer.recognize(file);
    expect([width, height]).toEqual([6000, 4000]);
    expect(faces).toHaveLength(1);
    expect(faces[0].box.x).toBeGreaterThan(3000);
    expect(faces[0].box.width).toBeGreaterThan(300);
  });

  it('starts again after a crash: calls under way are rejected, later ones work, ids are not used twice', async () => {
    const workers = captureWorkers();
    const recognizer = await start();
    const told: (QcsError | null)[] = [];
    recognizer.onLost((error) => told.push(error));
    const picture = await createImageBitmap(await monaLisa());
    const before = await recognizer.recognize(picture, { mode: 'live', timestamp: 0 });
    const underWay = recognizer.recognize(picture, { mode: 'live', timestamp: 33 });
    const rejected = expect(underWay).rejects.toMatchObject({ code: 'internal' });
    await new Promise((resolve) => setTimeout(resolve, 0));
    workers[0].dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
    await rejected;
    const after = await recognizer.recognize(picture, { mode: 'live', timestamp: 66 });
    expect(after.faces[0].id).toBeGreaterThan(before.faces[0].id);
    expect(told.map((error) => error?.code)).toEqual(['internal', undefined]);
    expect(workers).toHaveLength(2);
  });
});

describe('in the page', () => {
  it('gives the worker’s results', async () => {
    const inWorker = await usual();
    const inPage = await start({ worker: false });
    expect(inPage.inWorker).toBe(false);
    expect(inPage.backendReason).toMatch(/runs in the page/);
    const file = await monaLisa();
    const there = await inWorker.recognize(file);
    const here = await inPage.recognize(file);
    expect(here.faces).toEqual(there.faces);
  });

  it('takes over where workers are blocked, and says so', async () => {
    vi.stubGlobal(
      'Worker',
      vi.fn(() => {
        throw new DOMException('refused by policy', 'SecurityError');
      }),
    );
    const recognizer = await start();
    expect(recognizer.inWorker).toBe(false);
    expect(recognizer.backendReason).toMatch(/refused by policy/);
    expect((await recognizer.recognize(await monaLisa())).faces).toHaveLength(1);
  });

  it('replaces a detector that was lost with the GPU', async () => {
    const contexts = captureContexts();
    const recognizer = await start({ worker: false, detector: 'mediapipe' });
    const file = await monaLisa();
    const before = await recognizer.recognize(file);
    for (const context of contexts) context.getExtension('WEBGL_lose_context')?.loseContext();
    expect((await recognizer.recognize(file)).faces).toEqual(before.faces);
  });

  it('does without OffscreenCanvas', async () => {
    vi.stubGlobal('OffscreenCanvas', undefined);
    const recognizer = await start({ worker: false });
    expect((await recognizer.recognize(await monaLisa())).faces).toHaveLength(1);
  });

  it('recovers when the GPU is lost, and tells', async () => {
    const recognizer = await start({ worker: false, backend: 'webgpu', model: await tinyModel() });
    const told: (QcsError | null)[] = [];
    recognizer.onLost((error) => told.push(error));
    const picture = await createImageBitmap(await monaLisa());
    const before = await recognizer.recognize(picture, { mode: 'live', smoothing: 0, timestamp: 0 });
    (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
    // What does not change is not read again.
    const blank = new OffscreenCanvas(picture.width, picture.height);
    blank.getContext('2d')!.fillRect(0, 0, picture.width, picture.height);
    await recognizer.recognize(blank, { mode: 'live', smoothing: 0, timestamp: 33 });
    const after = await recognizer.recognize(picture, { mode: 'live', smoothing: 0, timestamp: 66 });
    expect(told.map((error) => error?.code)).toEqual(['device-lost', undefined]);
    expect(after.faces[0].id).toBe(before.faces[0].id);
    expect(after.faces[0].confidence).toBeCloseTo(before.faces[0].confidence, 3);
  });
});

describe('acquireRecognizer', () => {
  it('shares one worker among equals, and ends it with the last of them', async () => {
    const workers = captureWorkers();
    const [first, second] = await Promise.all([
      acquireRecognizer({ backend: 'wasm' }),
      acquireRecognizer({ backend: 'wasm' }),
    ]);
    expect(workers).toHaveLength(1);
    const picture = await createImageBitmap(await monaLisa());
    await first.dispose();
    await first.dispose();
    expect((await second.recognize(picture)).faces).toHaveLength(1);
    await second.dispose();
    await expect(second.recognize(picture)).rejects.toMatchObject({ code: 'disposed' });
    const third = await acquireRecognizer({ backend: 'wasm' });
    expect(workers).toHaveLength(2);
    await third.dispose();
  });

  it('forgets a start that failed', async () => {
    const model = new URL('/models/nothing/manifest.json', location.href);
    await expect(acquireRecognizer({ model })).rejects.toMatchObject({ code: 'model-missing' });
    await expect(acquireRecognizer({ model })).rejects.toMatchObject({ code: 'model-missing' });
  });
});

/** Where a tiny network is answered, in this page alone. */
async function tinyModel(): Promise<URL> {
  const weights = writeSafetensors(randomArrays(createNetwork(COMPACT, CLASSES, SIZE), 5));
  const file = { part: 'base', path: 'weights.safetensors', dtype: 'float32', bytes: weights.byteLength } as const;
  const files = [{ ...file, sha256: await sha256(weights) }];
  const manifest = formatManifest({ ...manifestOf(COMPACT, CLASSES, { size: SIZE }), files });
  const folder = new URL('/models/tiny/', location.href);
  const answers = new Map<string, BlobPart>([
    [new URL('manifest.json', folder).href, manifest],
    [new URL(file.path, folder).href, weights],
  ]);
  const real = fetch;
  vi.stubGlobal('fetch', async (address: string | URL, options?: RequestInit) => {
    const answer = answers.get(String(address));
    return answer === undefined ? real(address, options) : new Response(new Blob([answer]));
  });
  return new URL('manifest.json', folder);
}

/** A JPEG with an EXIF segment that holds nothing but the orientation. */
function withOrientation(jpeg: Uint8Array, orientation: number): Blob {
  // Marker and length; "Exif"; big-endian TIFF header; a directory of one entry: tag 0x0112, one 16-bit value.
  const exif = 'ffe10022 457869660000 4d4d002a00000008 0001 011200030000000100000000 00000000'.replaceAll(' ', '');
  const segment = Uint8Array.from(exif.match(/../g)!, (byte) => Number.parseInt(byte, 16));
  segment[segment.length - 7] = orientation;
  return new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)], { type: 'image/jpeg' });
}

/** Photos by what a person reads in them: file names of EmotionSampleImages, and what was agreed on the others. */
const LABELS: Readonly<Record<string, string>> = {
  'angry_baby.jpg': 'anger',
  'angry_man.jpg': 'anger',
  'fear.jpg': 'fear',
  'happy.jpg': 'happiness',
  'neutral.jpg': 'neutral',
  'neutral_girl.jpg': 'neutral',
  'sad_baby.jpg': 'sadness',
  'sad_baby2.jpg': 'sadness',
  'surprised_boy.jpg': 'surprise',
  'surprised_woman.jpg': 'surprise',
};
const OTHERS: Readonly<Record<string, string>> = {
  'portrait.jpg': 'happiness',
  'astronaut.png': 'happiness',
  'stock-emotions-a-1.jpg': 'neutral',
  'stock-emotions-a-2.jpg': 'neutral',
  'stock-emotions-a-3.jpg': 'neutral',
  'stock-emotions-a-7.jpg': 'happiness',
};

const clips = clipUrls();

describe.runIf(clips.length > 0)('webcam clips', () => {
  it.each(clips)('%s: one face in every frame, under one id', async (_, url) => {
    const recognizer = await usual();
    recognizer.forget();
    const media = await openMedia(url);
    if (media.kind !== 'video') throw new Error('The clip is no video.');
    const { video } = media;
    const seen: number[][] = [];
    for (let time = 0; time < video.duration; time += 0.1) {
      const sought = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
      video.currentTime = time;
      await sought;
      const { faces } = await recognizer.recognize(video, { timestamp: time * 1000 });
      seen.push(faces.map(({ id }) => id));
    }
    expect(seen.every((ids) => ids.length === 1 && ids[0] === seen[0][0])).toBe(true);
    media.close();
  });
});

describe.runIf(hasPhotos())('labelled photos', () => {
  async function read(recognizer: Recognizer, name: string): Promise<string> {
    const { faces } = await recognizer.recognize(await photo(name));
    return faces.map(({ expression }) => expression).join(' and ');
  }

  it('at least 9 of the 10 EmotionSampleImages are read as labelled', async () => {
    const recognizer = await usual();
    const wrong: string[] = [];
    for (const [name, label] of Object.entries(LABELS)) {
      const found = await read(recognizer, name);
      if (found !== label) wrong.push(`${name}: ${found}`);
    }
    expect(wrong.length, wrong.join(', ')).toBeLessThanOrEqual(1);
  });

  it('portrait, astronaut and the clear faces of the stock series are read as agreed', async () => {
    const recognizer = await usual();
    for (const [name, label] of Object.entries(OTHERS)) expect(await read(recognizer, name), name).toBe(label);
  });
});
