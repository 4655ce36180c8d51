/** Files on disk: whole or as they were. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeUnfinished, writeTogether, writeWhole } from '../../../src/storage/node/writeWhole.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-whole-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

describe('writeWhole', () => {
  it('writes parts in order, makes folders, and leaves nothing beside the file', async () => {
    const path = join(folder, 'a/b/file.bin');
    await writeWhole(path, ['one ', new TextEncoder().encode('two')]);
    expect(readFileSync(path, 'utf8')).toBe('one two');
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['file.bin']);
  });

  it('keeps the old file when a later part cannot be written', async () => {
    const path = join(folder, 'file.bin');
    writeFileSync(path, 'old');
    const impossible = { length: 1 } as unknown as Uint8Array;
    await expect(writeWhole(path, ['new', impossible])).rejects.toMatchObject({ code: 'storage-refused' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file.bin']);
  });

  it('leaves nothing half written where the process ends in the middle, and the old file', async () => {
    const path = join(folder, 'file.bin');
    writeFileSync(path, 'old');
    const part = new Uint8Array(2 ** 20);
    const writing = writeWhole(
      path,
      Array.from({ length: 100 }, () => part),
    ).catch(() => 'ended');
    while (!readdirSync(folder).includes('file.bin.new')) await new Promise((resolve) => setTimeout(resolve, 1));
    removeUnfinished();
    expect(readdirSync(folder)).toEqual(['file.bin']);
    expect([await writing, readFileSync(path, 'utf8')]).toEqual(['ended', 'old']);
    expect(readdirSync(folder)).toEqual(['file.bin']);
  });

  it('replaces none of the files that belong together where one cannot be written', async () => {
    const paths = ['weights', 'manifest'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, 'old');
    const impossible = { length: 1 } as unknown as Uint8Array;
    const files = paths.map((path, at) => ({ path, parts: at === 0 ? ['new'] : ['new', impossible] }));
    await expect(writeTogether(files)).rejects.toMatchObject({
      code: 'storage-refused',
      message: expect.stringContaining('manifest') as string,
    });
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['old', 'old']);
    expect(readdirSync(folder)).toEqual(['manifest', 'weights']);
  });

  it('names a folder in the way, and a file where a folder should be', async () => {
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'file'), '');
    const refused: unknown = expect.objectContaining({
      code: 'storage-refused',
      message: expect.stringContaining('in its place') as string,
    });
    await expect(writeWhole(join(folder, 'taken'), ['x'])).rejects.toEqual(refused);
    await expect(writeWhole(join(folder, 'file/below'), ['x'])).rejects.toEqual(refused);
    expect(readdirSync(folder)).toEqual(['file', 'taken']);
  });

  it('keeps the old file on a full disk and says so', async (context) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      process.stdout.write('SKIPPED: a full disk, for no small file system can be mounted here.\n');
      context.skip();
    }
    try {
      const path = join(folder, 'file.bin');
      await writeWhole(path, ['old']);
      await expect(writeWhole(path, [new Uint8Array(200_000)])).rejects.toMatchObject({ code: 'storage-full' });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(folder)).toEqual(['file.bin']);
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
