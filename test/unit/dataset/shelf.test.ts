/** Several data sets by name: what each holds, what is left when something breaks, and that nothing is lost by a damaged name. */
import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/dataset/dataset.js';
import { importImages } from '../../../src/dataset/importImages.js';
import { readLayout } from '../../../src/dataset/layout.js';
import { DatasetShelf } from '../../../src/dataset/shelf.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import type { FileStorage } from '../../../src/storage/storage.js';
import { RuntimeError } from '../../../src/errors.js';
import { file, WHOLE_IMAGES } from './png.js';

async function add(images: FileStorage, ...seeds: number[]): Promise<void> {
  const layout = await readLayout(seeds.map((seed) => file(`set/smile/${seed}.png`, seed)));
  await importImages(await Dataset.open(images), layout, { tools: WHOLE_IMAGES });
}

async function sources(images: FileStorage): Promise<string[]> {
  return (await Dataset.open(images)).samples.map(({ source }) => source);
}

/** Passes everything on until this many writes have been made; the others fail as on a full disk, or as if the power had gone. */
function failing(memory: FileStorage, writes: number, isFull: boolean): FileStorage {
  let left = writes;
  const lost = () => (isFull ? new RuntimeError('storage-full', 'Full.') : new Error('power'));
  return {
    read: (path) => memory.read(path),
    readRange: (path, offset, length) => memory.readRange(path, offset, length),
    list: (folder) => memory.list(folder),
    remove: async (path) => {
      if (!isFull && left <= 0) throw lost();
      left -= 1;
      await memory.remove(path);
    },
    write: async (path, bytes) => {
      if (left-- <= 0) throw lost();
      await memory.write(path, bytes);
    },
  };
}

describe('the data sets', () => {
  test('begin with the one that was the only one, where it always lay', async () => {
    const storage = new MemoryStorage();
    await storage.write('dataset/index.json', new TextEncoder().encode('{}'));
    expect(await new DatasetShelf(storage).view()).toEqual({
      entries: [{ id: 'first', name: 'My faces' }],
      current: 'first',
    });
    expect(await new DatasetShelf(new MemoryStorage()).view()).toMatchObject({ current: 'first' });
  });

  test('are made, chosen, renamed and copied, each with images of its own', async () => {
    const storage = new MemoryStorage();
    const shelf = new DatasetShelf(storage);
    await add(shelf.images('first'), 1, 2);
    const { current: copy } = await shelf.edit({ kind: 'duplicate', id: 'first', name: 'dim light' });
    await add(shelf.images(copy), 3);
    const { current: empty } = await shelf.edit({ kind: 'create', name: 'ours' });
    expect(await shelf.edit({ kind: 'rename', id: 'first', name: 'office' })).toMatchObject({
      entries: [{ name: 'office' }, { name: 'dim light' }, { name: 'ours' }],
      current: empty,
    });
    await shelf.edit({ kind: 'open', id: copy });
    expect((await new DatasetShelf(storage).view()).current).toBe(copy);
    expect(await sources(shelf.images('first'))).toEqual(['set/smile/1.png', 'set/smile/2.png']);
    expect(await sources(shelf.images(copy))).toEqual(['set/smile/1.png', 'set/smile/2.png', 'set/smile/3.png']);
    expect(await sources(shelf.images(empty))).toEqual([]);
    await expect(shelf.edit({ kind: 'open', id: 'gone' })).rejects.toMatchObject({ code: 'data-format' });
  });

  test('keep their unfinished runs apart', async () => {
    const storage = new MemoryStorage();
    const shelf = new DatasetShelf(storage);
    const { current } = await shelf.edit({ kind: 'create', name: 'ours' });
    await shelf.home('first').write('run/state.json', new Uint8Array(1));
    expect(await shelf.home(current).list('run')).toEqual([]);
  });

  test('are deleted with all that is theirs and nothing else; the last one leaves an empty one', async () => {
    const storage = new MemoryStorage();
    const shelf = new DatasetShelf(storage);
    await add(shelf.images('first'), 1);
    await storage.write('models/mine/manifest.json', new Uint8Array(1));
    const { current } = await shelf.edit({ kind: 'create', name: 'ours' });
    await add(shelf.images(current), 2);
    expect(await shelf.edit({ kind: 'remove', id: current })).toEqual({
      entries: [{ id: 'first', name: 'My faces' }],
      current: 'first',
    });
    await shelf.edit({ kind: 'rename', id: 'first', name: 'office' });
    expect(await shelf.edit({ kind: 'remove', id: 'first' })).toMatchObject({ entries: [{ name: 'My faces' }] });
    expect(await sources(shelf.images('first'))).toEqual([]);
    expect([await storage.list('datasets'), await storage.list('')]).toEqual([['chosen.json'], ['datasets', 'models']]);
  });

  test('lose no image by a damaged name or choice', async () => {
    const storage = new MemoryStorage();
    const shelf = new DatasetShelf(storage);
    const { current } = await shelf.edit({ kind: 'create', name: 'ours' });
    await add(shelf.images(current), 1);
    await storage.write(`datasets/${current}/name.json`, new Uint8Array([123]));
    await storage.write('datasets/chosen.json', new Uint8Array([123]));
    await shelf.sweep();
    expect((await shelf.view()).entries).toEqual([{ id: current, name: current }]);
    expect(await sources(shelf.images(current))).toEqual(['set/smile/1.png']);
  });
});

describe('a copy', () => {
  test('that finds the disk full leaves nothing, and the original as it was', async () => {
    for (let writes = 0; writes < 5; writes++) {
      const memory = new MemoryStorage();
      await add(new DatasetShelf(memory).images('first'), 1);
      const before = await memory.list('');
      const shelf = new DatasetShelf(failing(memory, writes, true));
      await expect(shelf.edit({ kind: 'duplicate', id: 'first', name: 'copy' })).rejects.toMatchObject({
        code: 'storage-full',
      });
      await new DatasetShelf(memory).sweep();
      expect(await memory.list('')).toEqual(before);
      expect(await sources(new DatasetShelf(memory).images('first'))).toHaveLength(1);
    }
  });

  test('during which the power goes is refused or whole, and says by its name that it is unfinished', async () => {
    const outcomes = new Set<string>();
    for (let writes = 0; writes < 6; writes++) {
      const memory = new MemoryStorage();
      await add(new DatasetShelf(memory).images('first'), 1);
      await new DatasetShelf(failing(memory, writes, false))
        .edit({ kind: 'duplicate', id: 'first', name: 'copy' })
        .catch(() => undefined);
      const shelf = new DatasetShelf(memory);
      await shelf.sweep();
      const other = (await shelf.view()).entries.find(({ id }) => id !== 'first');
      expect(await sources(shelf.images('first'))).toHaveLength(1);
      if (other === undefined) continue;
      const found = await sources(shelf.images(other.id)).then(
        (all) => `${other.name}: ${all.length}`,
        ({ code }: { code: string }) => `${other.name}: ${code}`,
      );
      outcomes.add(found);
    }
    expect([...outcomes].sort()).toEqual([
      'copy (unfinished copy): 0',
      'copy (unfinished copy): 1',
      'copy (unfinished copy): data-damaged',
      'copy: 1',
    ]);
  });
});

test('a deletion that the power broke off is finished later, and shows nothing meanwhile', async () => {
  for (let steps = 1; steps < 5; steps++) {
    const memory = new MemoryStorage();
    const whole = new DatasetShelf(memory);
    const { current } = await whole.edit({ kind: 'create', name: 'ours' });
    await add(whole.images(current), 1);
    await new DatasetShelf(failing(memory, steps, false)).edit({ kind: 'remove', id: current }).catch(() => undefined);
    expect((await whole.view()).entries).toEqual([{ id: 'first', name: 'My faces' }]);
    await whole.sweep();
    expect(await memory.list('datasets')).toEqual(['chosen.json']);
  }
});
