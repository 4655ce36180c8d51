/** Crowds on several threads, with the recogniser's own worker as the thread and a tiny network. */
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { assetUrls } from '../../../src/assets.js';
import { startRecognizerWorker } from '../../../src/assets.recognizer.js';
import { ThreadedClassifier } from '../../../src/inference/threads/threadedClassifier.js';
import { createNetwork } from '../../../src/network/network.js';
import { createPlanClassifier } from '../../../src/plan/classifier.js';
import { fetchKernels } from '../../../src/plan/startClassifier.js';
import type { LoadedModel } from '../../../src/weights/loadModel.js';
import { COMPACT, manifestOf, randomArrays, randomValues } from '../../unit/network/randomModel.js';

const [SIZE, CLASSES, COUNT] = [32, 5, 9];
const crops = randomValues(COUNT * SIZE ** 2, 3);
const { kernelsRelaxed, kernelsSimd } = assetUrls();
const kernels = { relaxed: kernelsRelaxed, simd: kernelsSimd };
const model: LoadedModel = {
  manifest: manifestOf(COMPACT, CLASSES, { size: SIZE }),
  arrays: randomArrays(createNetwork(COMPACT, CLASSES, SIZE), 5),
};
let expected: Float32Array;
let started: Worker[] = [];
let classifier: ThreadedClassifier;
const ownLogits = vi.fn<(crops: Float32Array, count: number) => Promise<Float32Array>>();

async function threaded(start: () => Worker): Promise<ThreadedClassifier> {
  const { classifier: own } = await createPlanClassifier(model.manifest, model.arrays, fetchKernels(kernels));
  ownLogits.mockReset();
  ownLogits.mockImplementation((given, count) => own.logits(given, count));
  const watched = { inputChannels: own.inputChannels, logits: ownLogits, dispose: () => own.dispose() };
  return new ThreadedClassifier(watched, model, kernels, { start, threads: 3 });
}

const worker = (): Worker => {
  const thread = startRecognizerWorker();
  started.push(thread);
  return thread;
};

beforeAll(async () => {
  const { classifier: alone } = await createPlanClassifier(model.manifest, model.arrays, fetchKernels(kernels));
  expected = await alone.logits(crops, COUNT);
});

afterEach(() => {
  classifier.dispose();
  started = [];
});

/** Asks until the own copy reads no more than its share. */
async function untilShared(): Promise<void> {
  await expect
    .poll(
      async () => {
        ownLogits.mockClear();
        expect(await classifier.logits(crops, COUNT)).toEqual(expected);
        return ownLogits.mock.calls[0][1];
      },
      { timeout: 60_000, interval: 100 },
    )
    .toBe(3);
}

it('gives the same bits on one thread and on three, starts the others with the first crowd alone, and ends them', async () => {
  classifier = await threaded(worker);
  expect(await classifier.logits(crops.slice(0, 3 * SIZE ** 2), 3)).toEqual(expected.slice(0, 3 * CLASSES));
  expect(started).toHaveLength(0);
  await untilShared();
  expect(started).toHaveLength(2);
  const ended = started.map((thread) => vi.spyOn(thread, 'terminate'));
  classifier.dispose();
  for (const terminate of ended) expect(terminate).toHaveBeenCalled();
});

it('reads all itself where no thread starts, and where one dies, and tries no more', async () => {
  const refuse = vi.fn((): Worker => {
    throw new Error('refused');
  });
  classifier = await threaded(refuse);
  expect(await classifier.logits(crops, COUNT)).toEqual(expected);
  await expect.poll(() => refuse.mock.calls.length).toBe(2);
  expect(await classifier.logits(crops, COUNT)).toEqual(expected);
  expect(refuse).toHaveBeenCalledTimes(2);
  classifier.dispose();

  classifier = await threaded(worker);
  await untilShared();
  started[0].dispatchEvent(new ErrorEvent('error', { message: 'it fell over' }));
  expect(await classifier.logits(crops, COUNT)).toEqual(expected);
  expect(await classifier.logits(crops, COUNT)).toEqual(expected);
  expect(started).toHaveLength(2);
  expect(ownLogits).toHaveBeenLastCalledWith(crops, COUNT);
});
