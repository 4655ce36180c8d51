/** {@link FileStorage} in a folder on disk, for the command line and the tests. Never imported by code that runs in a page. */
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStorage } from '../storage.js';
import { errorCode, UNFINISHED, writeWhole } from './writeWhole.js';

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
    await writeWhole(join(this.root, path), [bytes]);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { recursive: true, force: true });
  }

  async list(folder: string): Promise<string[]> {
    try {
      return (await readdir(join(this.root, folder))).filter((name) => !name.endsWith(UNFINISHED)).sort();
    } catch (error) {
      return absent(error) ?? [];
    }
  }
}

function absent(error: unknown): null {
  if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
  throw error;
}
