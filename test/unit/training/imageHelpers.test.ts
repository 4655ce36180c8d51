/** Workers that look at images of an import beside the trainer's own: the same result in the same order, with and without them. */
import { afterEach, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { Dataset } from '../../../src/dataset/dataset.js';
import { importImages } from '../../../src/dataset/importImages.js';
import type { SeeImage, SeenImage } from '../../../src/dataset/seeImage.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import {
  helpersFor,
  withHelpers,
  type ImageHelper,
  type ImageTask,
} from '../../../src/training/session/imageHelpers.js';
import { ChannelWorker, ScriptedWorker } from '../worker/workers.js';

const IMAGES = 20;
const TASK = { shape: null } as unknown as ImageTask;

function seen(bytes: Uint8Array<ArrayBuffer>): SeenImage {
  const random = new Random(bytes[0] + 1);
  const hash = Uint32Array.from({ length: 8 }, () => random.integer(2 ** 32));
  return { bytes, type: 'image/png', width: 1, height: 1, digest: `digest ${bytes[0]}`, hash, faces: 1 };
}

/** Takes longer for some images than for others, so that what is done first is not what came first. */
async function look(bytes: Uint8Array<ArrayBuffer>): Promise<SeenImage> {
  await new Promise((resolve) => setTimeout(resolve, bytes[0] % 3));
  return bytes[0] === 4 ? 'no-face' : seen(bytes);
}

async function importWith(see: SeeImage): Promise<unknown> {
  const dataset = await Dataset.open(new MemoryStorage());
  const images = Array.from({ length: IMAGES }, (_, index) => ({
    file: { path: `${index}.png`, size: 1, bytes: async () => Promise.resolve(Uint8Array.of(index)) },
    label: 'a',
    split: null,
    group: null,
  }));
  const tools = {
    decode: () => Promise.reject(new Error()),
    encode: () => Promise.reject(new Error()),
    cropFace: null,
  };
  const report = await importImages(dataset, { kind: 'loose', images, missing: [] }, { tools, see });
  return { report, samples: dataset.samples.map(({ source, image }) => [source, image.digest]) };
}

const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => end()));

test('half of the images go to the helper, and what is kept, and its order, is as without', async () => {
  let [here, there] = [0, 0];
  const helper: ImageHelper = { see: async (bytes) => (there++, look(bytes)) };
  const { see, dispose } = withHelpers(async (bytes) => (here++, look(bytes)), TASK, {
    count: 1,
    start: () => new ChannelWorker<ImageHelper>(helper).asWorker(),
  });
  ended.push(dispose);
  expect(await importWith(see)).toEqual(await importWith(look));
  expect(here + there).toBe(IMAGES);
  expect(Math.min(here, there)).toBeGreaterThanOrEqual(IMAGES / 4);
});

test('where no helper starts, and where one ends, the own worker looks at its images', async () => {
  const expected = await importWith(look);
  const refusing = () => {
    throw new Error('blocked');
  };
  const dying = () => {
    const worker = new ScriptedWorker();
    setTimeout(() => (worker.say({ type: 'alive' }), worker.fail('out of memory')), 5);
    return worker.asWorker();
  };
  for (const start of [refusing, dying]) {
    const { see, dispose } = withHelpers(look, TASK, { count: 1, start });
    ended.push(dispose);
    expect(await importWith(see)).toEqual(expected);
  }
});

test('an import that is given up begins nothing anew', async () => {
  let here = 0;
  const { see, dispose } = withHelpers(async (bytes) => (here++, look(bytes)), TASK, {
    count: 1,
    start: () => new ScriptedWorker().asWorker(),
  });
  void see(Uint8Array.of(0));
  const waiting = see(Uint8Array.of(1));
  dispose();
  await expect(waiting).rejects.toMatchObject({ code: 'disposed' });
  expect(here).toBe(1);
});

test('only a large import is worth a helper, and only where there are cores', () => {
  expect([helpersFor(20, 8), helpersFor(3000, 1), helpersFor(3000, 2), helpersFor(3000, 16)]).toEqual([0, 0, 1, 3]);
});
