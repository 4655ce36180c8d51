/** What is left of a data set after the machine died while something was written. */
import { expect, describe, test } from 'vitest';
import { Dataset } from '../../../src/dataset/dataset.js';
import { importImages } from '../../../src/dataset/importImages.js';
import { readLayout } from '../../../src/dataset/layout.js';
import { QcsError } from '../../../src/errors.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import type { FileStorage } from '../../../src/storage/storage.js';
import { file, WHOLE_IMAGES } from './png.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function add(dataset: Dataset, ...seeds: number[]): Promise<void> {
  const files = seeds.map((seed) => file(`set/${seed % 2 === 0 ? 'smile' : 'frown'}/${seed}.png`, seed));
  await importImages(dataset, await readLayout(files), { tools: WHOLE_IMAGES });
}

/** Three imports and an edit: four states of the list. */
const STEPS: readonly ((dataset: Dataset) => Promise<void>)[] = [
  (dataset) => add(dataset, 1, 2),
  (dataset) => add(dataset, 3, 4),
  (dataset) => dataset.relabel(new Set(['s1']), 'doubt'),
  (dataset) => add(dataset, 5, 6),
];

class PowerLost extends Error {}

/** The write with this number, from 0, stores the first part of its bytes where the whole should be, and is the last. */
function tornStorage(memory: MemoryStorage, torn: number, part: number): FileStorage {
  let writes = 0;
  return {
    read: (path) => memory.read(path),
    readRange: (path, offset, length) => memory.readRange(path, offset, length),
    remove: (path) => memory.remove(path),
    list: (folder) => memory.list(folder),
    write: async (path, bytes) => {
      if (writes > torn) throw new PowerLost();
      const isLast = writes++ === torn;
      await memory.write(path, isLast ? bytes.slice(0, Math.floor(bytes.length * part)) : bytes);
      if (isLast) throw new PowerLost();
    },
  };
}

/** What a data set shows: label by file. */
async function shown(storage: FileStorage): Promise<Record<string, string>> {
  const { samples } = await Dataset.open(storage);
  return Object.fromEntries(samples.map(({ source, label }) => [source, label]));
}

async function openOrRebuild(storage: FileStorage): Promise<{ rebuilt: boolean; missing: number }> {
  try {
    await Dataset.open(storage);
    return { rebuilt: false, missing: 0 };
  } catch (error) {
    expect(error).toMatchObject({ code: 'data-damaged' });
    return { rebuilt: true, missing: await Dataset.rebuild(storage) };
  }
}

describe('a data set whose machine died while it wrote', () => {
  test('opens, or is rebuilt, with all but the newest step, whichever write was torn and wherever', async () => {
    const states: Record<string, string>[] = [{}];
    const whole = new MemoryStorage();
    for (const step of STEPS) {
      await step(await Dataset.open(whole));
      states.push(await shown(whole));
    }
    let torn = 0;
    let rebuilds = 0;
    for (let done = 0; done < STEPS.length; torn++) {
      for (const part of [0, 0.5, 0.99]) {
        const memory = new MemoryStorage();
        const storage = tornStorage(memory, torn, part);
        done = 0;
        try {
          for (const step of STEPS) {
            await step(await Dataset.open(storage));
            done++;
          }
        } catch (error) {
          if (!(error instanceof PowerLost)) throw error;
        }
        const { rebuilt, missing } = await openOrRebuild(memory);
        rebuilds += Number(rebuilt);
        expect(missing).toBe(0);
        // What was written to the end is there; the step that died may be.
        expect(states.slice(done, done + 2)).toContainEqual(await shown(memory));
      }
    }
    expect(torn).toBeGreaterThan(8);
    expect(rebuilds).toBeGreaterThan(5);
  });

  test('keeps its images in their packs until it is rebuilt, also where the list is gone', async () => {
    const memory = new MemoryStorage();
    await add(await Dataset.open(memory), 1, 2);
    const packs = await memory.list('packs');
    await memory.remove('index.json');
    await expect(Dataset.open(memory)).rejects.toMatchObject({ code: 'data-damaged' });
    expect(await memory.list('packs')).toEqual(packs);
    expect(await Dataset.rebuild(memory)).toBe(0);
    const dataset = await Dataset.open(memory);
    expect((await dataset.readImage(dataset.samples[1])).byteLength).toBeGreaterThan(0);
  });

  test('counts the images that are gone with their pack, and goes on with the others', async () => {
    const memory = new MemoryStorage();
    await add(await Dataset.open(memory), 1, 2);
    await add(await Dataset.open(memory), 3, 4, 5);
    await memory.remove('packs/1.pack');
    const second = (await memory.read('packs/2.pack'))!;
    await memory.write('packs/2.pack', second.slice(0, -1));
    await memory.write('index.json', bytesOf('{'));
    expect(await Dataset.rebuild(memory)).toBe(3);
    const dataset = await Dataset.open(memory);
    expect(dataset.samples.map(({ source }) => source)).toEqual(['set/frown/3.png', 'set/smile/4.png']);
    await add(dataset, 7);
    expect((await dataset.readImage(dataset.samples[2])).byteLength).toBeGreaterThan(0);
  });

  test('says so where list and copy are damaged, and deletes nothing', async () => {
    const memory = new MemoryStorage();
    await add(await Dataset.open(memory), 1, 2);
    for (const path of ['index.json', 'index.copy.json']) await memory.write(path, bytesOf('{"format":1}'));
    await expect(Dataset.rebuild(memory)).rejects.toMatchObject({ code: 'data-damaged' });
    expect(await memory.list('packs')).toHaveLength(1);
  });

  test('that was stored before there were copies opens, and has one after the next change', async () => {
    const memory = new MemoryStorage();
    await add(await Dataset.open(memory), 1, 2);
    await memory.remove('index.copy.json');
    const dataset = await Dataset.open(memory);
    expect(dataset.samples).toHaveLength(2);
    await dataset.addClass('doubt');
    expect(await memory.read('index.copy.json')).toEqual(await memory.read('index.json'));
  });

  test('a disk that is full after the list was stored is no fault of the import', async () => {
    const memory = new MemoryStorage();
    const write = memory.write.bind(memory);
    memory.write = async (path, bytes) => {
      if (path === 'index.copy.json') throw new QcsError('storage-full', 'full');
      await write(path, bytes);
    };
    await add(await Dataset.open(memory), 1, 2);
    expect(Object.keys(await shown(memory))).toHaveLength(2);
  });
});
