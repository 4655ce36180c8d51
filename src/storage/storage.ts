/**
 * Where data sets, checkpoints and trained models are kept: the browser's private file system (opfsStorage.ts), a folder on disk
 * (node/nodeStorage.ts) or memory. Paths are relative, with `/` between folders, which come into being by themselves.
 */
import { TrainingError } from '../errors.js';

export interface FileStorage {
  /** The whole file, or null where there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** A piece of a file; fewer bytes where it ends early, null where there is no file. */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Puts a whole new file in place of the old one, or leaves the old one as it was: nobody ever sees half a file. */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Removes a file or a folder with all in it; no error where there is none. */
  remove(path: string): Promise<void>;
  /** Names of the files and folders directly in a folder, sorted; empty where there is none. */
  list(folder: string): Promise<string[]>;
}

/** The same storage seen from one of its folders. */
export function inFolder(storage: FileStorage, folder: string): FileStorage {
  const at = (path: string) => (path === '' ? folder : `${folder}/${path}`);
  return {
    read: (path) => storage.read(at(path)),
    readRange: (path, offset, length) => storage.readRange(at(path), offset, length),
    write: (path, bytes) => storage.write(at(path), bytes),
    remove: (path) => storage.remove(at(path)),
    list: (path) => storage.list(at(path)),
  };
}

/** Reads a JSON file; null where there is none, and nowhere else. @throws TrainingError `data-damaged` for one that does not parse */
export async function readJson(storage: FileStorage, path: string): Promise<unknown> {
  const bytes = await storage.read(path);
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (value !== null) return value;
    throw new SyntaxError('it holds nothing');
  } catch (cause) {
    throw new TrainingError(
      'data-damaged',
      `The stored file ${path} is damaged. Nothing was deleted; to begin anew, clear this site’s data in the browser.`,
      { cause },
    );
  }
}
