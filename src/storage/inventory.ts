/** What this project keeps in the browser, and its end. */
import { RuntimeError } from '../errors.js';
import { FILLER } from './journal.js';
import { OPFS_FOLDER } from './opfsStorage.js';

/** What of it lies together: a folder of the private files. */
export interface KeptFolder {
  /** `dataset`, `run`, `models`; others of later versions by their own name. */
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

/** The folders that are kept, by name; none where nothing was ever stored or the browser refuses to. */
export async function keptFolders(): Promise<readonly KeptFolder[]> {
  const root = await privateFolder();
  if (root === null) return [];
  const folders: KeptFolder[] = [];
  for await (const [name, handle] of root.entries()) {
    if (name === FILLER) continue;
    const kept = handle.kind === 'directory' ? await contents(handle) : await one(handle);
    if (kept.files > 0) folders.push({ name, ...kept });
  }
  return folders.sort((first, second) => (first.name < second.name ? -1 : 1));
}

/**
 * Deletes all private files of this project on this origin.
 * @throws RuntimeError `storage-busy` while another tab writes them
 */
export async function deleteKeptFolders(): Promise<void> {
  if ((await privateFolder()) === null) return;
  try {
    await (await navigator.storage.getDirectory()).removeEntry(OPFS_FOLDER, { recursive: true });
  } catch (cause) {
    throw new RuntimeError(
      'storage-busy',
      'Not everything could be deleted: another tab of this site is writing it. Close it and try again.',
      { cause },
    );
  }
}

async function privateFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(OPFS_FOLDER);
  } catch {
    // None was made, or this browser gives none.
    return null;
  }
}

type Contents = Omit<KeptFolder, 'name'>;

async function contents(folder: FileSystemDirectoryHandle): Promise<Contents> {
  let [files, bytes] = [0, 0];
  for await (const handle of folder.values()) {
    const kept = handle.kind === 'directory' ? await contents(handle) : await one(handle);
    files += kept.files;
    bytes += kept.bytes;
  }
  return { files, bytes };
}

async function one(handle: FileSystemFileHandle): Promise<Contents> {
  const { size } = await handle.getFile();
  return { files: 1, bytes: size };
}
