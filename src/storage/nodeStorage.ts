/** {@link FileStorage} in a folder on disk, for the command line and the tests. Never imported by code that runs in a page. */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RuntimeError } from '../errors.js';
import type { FileStorage } from './storage.js';

export class NodeStorage implements FileStorage {
  constructor(private readonly root: string) {}

  async read(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return new Uint8Array(await readFile(join(this.root, path)));
    } catch (error) {
      return absent(error);
    }
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      const file = await open(join(this.root, path));
      try {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await file.read(bytes, 0, length, offset);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch (error) {
      return absent(error);
    }
  }

  async write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const target = join(this.root, path);
    const aside = `${target}.new`;
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(aside, bytes, { flush: true });
      await rename(aside, target);
    } catch (cause) {
      await rm(aside, { force: true });
      const full = codeOf(cause) === 'ENOSPC' || codeOf(cause) === 'EDQUOT';
      throw full
        ? new RuntimeError('storage-full', `The disk is full: ${path} was not written. Free some space.`, { cause })
        : new RuntimeError('storage-refused', `${path} could not be written. Check the folder's permissions.`, {
            cause,
          });
    }
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { recursive: true, force: true });
  }

  async list(folder: string): Promise<string[]> {
    try {
      return (await readdir(join(this.root, folder))).filter((name) => !name.endsWith('.new')).sort();
    } catch (error) {
      return absent(error) ?? [];
    }
  }
}

function absent(error: unknown): null {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
  throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
