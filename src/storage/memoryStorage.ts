/** {@link FileStorage} in memory: for tests, and for pages whose browser refuses to store. */
import type { FileStorage } from './storage.js';

export class MemoryStorage implements FileStorage {
  private readonly files = new Map<string, Uint8Array<ArrayBuffer>>();

  async read(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.files.get(path)?.slice() ?? null;
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.files.get(path)?.slice(offset, offset + length) ?? null;
  }

  async write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.files.set(path, bytes.slice());
  }

  async remove(path: string): Promise<void> {
    for (const name of this.files.keys()) if (name === path || name.startsWith(`${path}/`)) this.files.delete(name);
  }

  async list(folder: string): Promise<string[]> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const names = new Set<string>();
    for (const path of this.files.keys()) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split('/')[0]);
    }
    return [...names].sort();
  }
}
