/** {@link FileStorage} in the origin private file system of the browser, for pages and workers. */
import { RuntimeError } from '../errors.js';
import { passTornBlock } from './journal.js';
import type { FileStorage } from './storage.js';

interface SyncHandle {
  truncate(size: number): void;
  write(bytes: Uint8Array<ArrayBuffer>): number;
  flush(): void;
  close(): void;
}

/** What the library of types does not know yet. Where a browser does not either, calling it is the TypeError that says so. */
interface PrivateFile extends FileSystemFileHandle {
  move(name: string): Promise<void>;
  /** Of workers alone. */
  createSyncAccessHandle(): Promise<SyncHandle>;
}

/** All that this project stores on an origin. */
export const OPFS_FOLDER = 'qcs-fer';

/** Opens that folder of this origin's storage. Throws a RuntimeError `storage-refused` where the browser gives none. */
export async function openOpfs(folder = OPFS_FOLDER): Promise<FileStorage> {
  try {
    const root = await navigator.storage.getDirectory();
    return new OpfsStorage(await root.getDirectoryHandle(folder, { create: true }));
  } catch (cause) {
    throw refused(cause);
  }
}

/**
 * Asks the browser to keep this origin's data when space runs low. Only pages can ask, not workers.
 * @returns false where the browser refuses or cannot promise it: the data may then be evicted
 */
export async function requestPersistence(): Promise<boolean> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

class OpfsStorage implements FileStorage {
  constructor(private readonly root: FileSystemDirectoryHandle) {}

  async read(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const file = await this.file(path);
    return file === null ? null : new Uint8Array(await file.arrayBuffer());
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const file = await this.file(path);
    return file === null ? null : new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  }

  async write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { folder, name } = parts(path);
    await passTornBlock(this.root);
    try {
      const directory = await this.directory(folder, true);
      await replaceFile(directory!, name, bytes);
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  async remove(path: string): Promise<void> {
    const { folder, name } = parts(path);
    await passTornBlock(this.root);
    const directory = await this.directory(folder, false);
    try {
      await directory?.removeEntry(name, { recursive: true });
    } catch (error) {
      if (!isNamed(error, 'NotFoundError')) throw refused(error);
    }
  }

  async list(folder: string): Promise<string[]> {
    const directory = await this.directory(folder, false);
    const names: string[] = [];
    if (directory !== null) for await (const name of directory.keys()) names.push(name);
    return names.filter((name) => !name.endsWith(ASIDE)).sort();
  }

  private async file(path: string): Promise<File | null> {
    const { folder, name } = parts(path);
    const directory = await this.directory(folder, false);
    try {
      return directory === null ? null : await (await directory.getFileHandle(name)).getFile();
    } catch (error) {
      if (isNamed(error, 'NotFoundError')) return null;
      throw refused(error);
    }
  }

  private async directory(folder: string, create: boolean): Promise<FileSystemDirectoryHandle | null> {
    let directory = this.root;
    for (const name of folder === '' ? [] : folder.split('/')) {
      try {
        directory = await directory.getDirectoryHandle(name, { create });
      } catch (error) {
        if (!create && isNamed(error, 'NotFoundError')) return null;
        throw error;
      }
    }
    return directory;
  }
}

const ASIDE = '.new';

/**
 * Written aside and renamed over the old file, by a stream or, in the workers of browsers without one, in place. What a failure leaves aside
 * (a stream's lock may outlive it by a moment) is no file to anybody, and the next write begins it anew.
 */
async function replaceFile(
  directory: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const aside = (await directory.getFileHandle(name + ASIDE, { create: true })) as PrivateFile;
  try {
    if ('createWritable' in FileSystemFileHandle.prototype) await writeStream(await aside.createWritable(), bytes);
    else await writeInPlace(await aside.createSyncAccessHandle(), bytes);
    await aside.move(name);
  } catch (error) {
    await directory.removeEntry(name + ASIDE).catch(() => undefined);
    throw error;
  }
}

async function writeStream(stream: FileSystemWritableFileStream, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await stream.write(bytes);
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw error;
  }
}

/** Closes the handle, too. */
async function writeInPlace(access: SyncHandle, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    access.truncate(0);
    if (access.write(bytes) < bytes.byteLength) throw new DOMException('Written in part', 'QuotaExceededError');
    access.flush();
  } finally {
    access.close();
  }
}

function parts(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf('/');
  return { folder: at < 0 ? '' : path.slice(0, at), name: path.slice(at + 1) };
}

function writeError(path: string, cause: unknown): RuntimeError {
  if (!isNamed(cause, 'QuotaExceededError')) return refused(cause);
  return new RuntimeError(
    'storage-full',
    `The browser's storage is full: ${path} was not written. Free space on the disk, or delete stored images and reload the page.`,
    { cause },
  );
}

function refused(cause: unknown): RuntimeError {
  return new RuntimeError(
    'storage-refused',
    'The browser refuses to store data for this page. Leave private browsing, or allow site data for this address.',
    { cause },
  );
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}
