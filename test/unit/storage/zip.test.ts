import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { TrainingError } from '../../../src/errors.js';
import { openFiles, readZip, writeZip } from '../../../src/storage/zip.js';
import { joined } from '../../support/pictures.js';
import { storedZip } from '../weights/storedZip.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const FACES = { 'set/happy/1.png': bytes('one'.repeat(100)), 'set/sad/2.png': bytes('two'.repeat(100)) };
const stored = (names: readonly string[], options = {}) =>
  storedZip(new Map(names.map((name) => [name, bytes('content')])), options);

async function contents(zip: Uint8Array): Promise<[string, string][]> {
  const files = await readZip(zip);
  return Promise.all(files.map(async (file) => [file.path, new TextDecoder().decode(await file.bytes())]));
}

/** The archive with every occurrence of a text in it changed to another of the same length: in the headers as in the directory. */
function renamed(zip: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(zip).toString('latin1');
  expect([from.length, text.includes(from)]).toEqual([to.length, true]);
  return new Uint8Array(Buffer.from(text.replaceAll(from, to), 'latin1'));
}

/** The archive with one byte of the first entry's content changed. */
function flipped(zip: Uint8Array): Uint8Array {
  const damaged = zip.slice();
  const view = new DataView(damaged.buffer, damaged.byteOffset);
  damaged[30 + view.getUint16(26, true) + view.getUint16(28, true) + 4] ^= 0x10;
  return damaged;
}

/** The archive with the first entry's unpacked size as the directory gives it changed. */
function withSize(zip: Uint8Array, size: number): Uint8Array {
  const changed = zip.slice();
  const view = new DataView(changed.buffer, changed.byteOffset);
  view.setUint32(view.getUint32(changed.byteLength - 6, true) + 24, size, true);
  return changed;
}

describe('readZip', () => {
  it('reads stored and deflated files, also of zip64 archives and with the separators of Windows', async () => {
    const expected = Object.entries(FACES).map(([path, content]) => [path, new TextDecoder().decode(content)]);
    for (const level of [0, 9] as const) expect(await contents(zipSync(FACES, { level }))).toEqual(expected);
    expect(await contents(stored(['a/1.png'], { zip64: true }))).toEqual([['a/1.png', 'content']]);
    const windows = zipSync({ 'set\\': new Uint8Array(), 'set\\sad\\1.png': bytes('face'), 'empty.txt': bytes('') });
    expect(await contents(windows)).toEqual([
      ['set/sad/1.png', 'face'],
      ['empty.txt', ''],
    ]);
  });

  it('keeps files whose names are those of properties, in UTF-8 without its flag or in an old code page', async () => {
    const names = ['__proto__', 'constructor', 'überrascht/1.png'];
    expect((await contents(stored(names))).map(([path]) => path)).toEqual(names);
    const german = renamed(stored(['??.png', '!!.png']), '??', '\u0081u');
    const old = renamed(german, '!!', '\u0094u');
    expect(new Set((await contents(old)).map(([path]) => path)).size).toBe(2);
  });

  it('refuses more files than any data set has, before it makes one of them', async () => {
    const bytes = Uint8Array.from(zipSync({ a: new Uint8Array(1) }));
    const view = new DataView(bytes.buffer);
    const end = bytes.length - 22;
    // The end record sends on to a zip64 record, which claims a thousand million files.
    const record = new DataView(new ArrayBuffer(56 + 20));
    record.setUint32(0, 0x06064b50, true);
    record.setBigUint64(32, 1_000_000_000n, true);
    record.setBigUint64(40, BigInt(view.getUint32(end + 12, true)), true);
    record.setBigUint64(48, BigInt(view.getUint32(end + 16, true)), true);
    record.setUint32(56, 0x07064b50, true);
    record.setBigUint64(56 + 8, BigInt(end), true);
    view.setUint16(end + 10, 0xffff, true);
    const forged = joined(bytes.subarray(0, end), new Uint8Array(record.buffer), bytes.subarray(end));
    await expect(readZip(forged)).rejects.toMatchObject({
      code: 'data-format',
      message: expect.stringMatching(/more than 200000 files/) as string,
    });
  });

  it('refuses one wrong checksum, stored or deflated', async () => {
    for (const level of [0, 9] as const) {
      const error = await readZip(flipped(zipSync(FACES, { level }))).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TrainingError);
      expect(error).toMatchObject({
        code: 'data-format',
        message: expect.stringMatching(/set\/happy\/1\.png/) as string,
      });
    }
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an encrypted archive', stored(['a.png'], { flags: 1 }), /encrypted.*without a password/],
    ['two files of one name', renamed(stored(['a/1.png', 'a/2.png']), '2.png', '1.png'), /"a\/1\.png" twice/],
    ['two files of one name but for the separator', stored(['a/1.png', 'a\\1.png']), /"a\/1\.png" twice/],
    ['a compression that is not the usual one', stored(['a.png'], { method: 12 }), /deflate/],
    ['a deflated file longer than it says', withSize(zipSync(FACES, { level: 9 }), 299), /checksum/],
    ['a deflated file shorter than it says', withSize(zipSync(FACES, { level: 9 }), 301), /checksum/],
    ['a stored file of two sizes', withSize(zipSync(FACES, { level: 0 }), 301), /contradict/],
    ['what unpacks to more than fits in memory', withSize(zipSync(FACES, { level: 9 }), 1.6 * 2 ** 30), /1\.5 GiB/],
    ['an archive that was cut', zipSync(FACES).subarray(0, 200), /cannot be read/],
    ['no archive at all', bytes('a text'), /cannot be read/],
  ])('refuses %s', async (_what, zip, message) => {
    await expect(readZip(zip)).rejects.toMatchObject({
      name: 'TrainingError',
      code: 'data-format',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('writeZip and openFiles', () => {
  it('give back what was put in, files that shrink compressed and others as they are', async () => {
    const blob = writeZip(new Map(Object.entries(FACES)), (path) => path.startsWith('set/sad'));
    expect(blob.type).toBe('application/zip');
    const text = Buffer.from(await blob.arrayBuffer()).toString('latin1');
    expect([text.includes('oneoneone'.repeat(20)), text.includes('twotwotwo'.repeat(20))]).toEqual([true, false]);
    const opened = await openFiles([{ path: 'export.ZIP', blob }]);
    expect(opened.map(({ path }) => path)).toEqual(Object.keys(FACES));
    expect(await opened[1].bytes()).toEqual(FACES['set/sad/2.png']);
    const two = { path: 'two.zip', blob };
    expect((await openFiles([two, two])).map(({ path }) => path)).toEqual(['two.zip', 'two.zip']);
  });

  it('names a file that can no longer be read', async () => {
    const blob = new Blob(['x']);
    blob.arrayBuffer = async () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    const [file] = await openFiles([{ path: 'a.png', blob }]);
    await expect(file.bytes()).rejects.toMatchObject({ code: 'data-format' });
  });
});
