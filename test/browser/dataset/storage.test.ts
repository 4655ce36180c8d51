/** What the browser keeps, and what it says when it will not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claim } from '../../../src/dataset/claim.js';
import { bitmapPixels, decodeInBrowser, encodePng } from '../../../src/dataset/browserImages.js';
import { openOpfs, requestPersistence } from '../../../src/storage/opfsStorage.js';
import type { FileStorage } from '../../../src/storage/storage.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('the private files of the browser', () => {
  let storage: FileStorage;
  beforeEach(async () => {
    storage = await openOpfs('qcs-fer-storage-test');
    for (const name of await storage.list('')) await storage.remove(name);
  });

  it('are read back whole and in pieces, listed, replaced and removed', async () => {
    await storage.write('a/b/one.bin', Uint8Array.of(1, 2, 3, 4));
    await storage.write('a/b/one.bin', Uint8Array.of(5, 6, 7));
    await storage.write('a/two.bin', new Uint8Array());
    expect(await storage.read('a/b/one.bin')).toEqual(Uint8Array.of(5, 6, 7));
    expect(await storage.readRange('a/b/one.bin', 1, 9)).toEqual(Uint8Array.of(6, 7));
    expect(await storage.list('a')).toEqual(['b', 'two.bin']);
    await storage.remove('a/b');
    await storage.remove('a/b');
    expect(await storage.read('a/b/one.bin')).toBeNull();
    expect(await storage.list('a')).toEqual(['two.bin']);
  });

  it('name a full disk, and keep the old file', async () => {
    await storage.write('kept.bin', Uint8Array.of(1));
    vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockRejectedValue(
      new DOMException('full', 'QuotaExceededError'),
    );
    await expect(storage.write('kept.bin', Uint8Array.of(2))).rejects.toMatchObject({
      code: 'storage-full',
      message: expect.stringMatching(/storage is full/) as string,
    });
    expect(await storage.read('kept.bin')).toEqual(Uint8Array.of(1));
    await expect(storage.write('a/first.bin', Uint8Array.of(2))).rejects.toMatchObject({ code: 'storage-full' });
    expect(await storage.list('a')).toEqual([]);
    vi.restoreAllMocks();
    vi.spyOn(FileSystemWritableFileStream.prototype, 'close').mockRejectedValue(
      new DOMException('full', 'QuotaExceededError'),
    );
    await expect(storage.write('first.bin', Uint8Array.of(2))).rejects.toMatchObject({ code: 'storage-full' });
    expect(await storage.list('')).toEqual(['a', 'kept.bin']);
  });

  it('are swapped in whole where no file can be streamed to, and nothing is left of a write that failed', async () => {
    const worker = new Worker(new URL('./noStreams.worker.ts', import.meta.url), { type: 'module' });
    const told = await new Promise<unknown>((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data));
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    });
    worker.terminate();
    expect(told).toEqual({ first: [1, 2, 3], second: [4], full: 'storage-full', after: [4], files: ['a.bin'] });
  });

  it('refuse by name what is written once the browser has cleared them, and hold nothing; opened anew they are as new', async () => {
    await storage.write('dataset/index.json', Uint8Array.of(1));
    await (await navigator.storage.getDirectory()).removeEntry('qcs-fer-storage-test', { recursive: true });
    await expect(storage.write('dataset/index.json', Uint8Array.of(2))).rejects.toMatchObject({
      code: 'storage-refused',
    });
    expect([await storage.read('dataset/index.json'), await storage.list('dataset')]).toEqual([null, []]);
    storage = await openOpfs('qcs-fer-storage-test');
    await storage.write('dataset/index.json', Uint8Array.of(3));
    expect(await storage.read('dataset/index.json')).toEqual(Uint8Array.of(3));
  });

  it('belong to one tab at a time, and to the next when that one has gone', async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const first = frame.contentWindow!.navigator.locks;
    await new Promise<void>((resolve) => {
      void first.request('claim-test', async () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    await expect(claim('claim-test', 50)).rejects.toMatchObject({ code: 'storage-busy' });
    const waiting = claim('claim-test', 20_000);
    frame.remove();
    await waiting;
    expect((await navigator.locks.query()).held!.map(({ name }) => name)).toContain('claim-test');
  });

  it('name a browser that refuses to store, and one that will not promise to keep', async () => {
    vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(new DOMException('no', 'SecurityError'));
    await expect(openOpfs()).rejects.toMatchObject({ code: 'storage-refused' });
    vi.spyOn(navigator.storage, 'persisted').mockResolvedValue(false);
    const persist = vi.spyOn(navigator.storage, 'persist').mockResolvedValue(true);
    expect(await requestPersistence()).toBe(true);
    persist.mockResolvedValue(false);
    expect(await requestPersistence()).toBe(false);
    persist.mockRejectedValue(new TypeError('not in this context'));
    expect(await requestPersistence()).toBe(false);
  });
});

describe('pictures', () => {
  const colours = Uint8ClampedArray.of(255, 0, 0, 255, 0, 200, 0, 255, 1, 2, 3, 255, 90, 91, 92, 255);
  const picture = { data: colours, width: 2, height: 2 };

  it('keep their values through a PNG, also in a page that has no OffscreenCanvas', async () => {
    const through = async () => {
      const { bytes, type } = await encodePng(picture);
      expect(type).toBe('image/png');
      const { data, width, height } = await decodeInBrowser(bytes);
      expect([width, height]).toEqual([2, 2]);
      expect([...data]).toEqual([...colours]);
    };
    await through();
    vi.stubGlobal('OffscreenCanvas', undefined);
    await through();
    const bitmap = await createImageBitmap(new ImageData(colours, 2, 2));
    expect([...bitmapPixels(bitmap).data]).toEqual([...colours]);
  });

  it('are refused when they are none', async () => {
    await expect(decodeInBrowser(Uint8Array.of(1, 2, 3))).rejects.toThrow();
  });
});
