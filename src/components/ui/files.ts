/** Files that a person drops or chooses, with their paths; folders are walked. */
import { CaptureError } from '../../errors.js';
import type { NamedBlob } from '../../storage/namedFiles.js';

export interface NamedFile extends NamedBlob {
  readonly blob: File;
}

/** Not in every browser, and not in the library of types. */
interface FolderPicker {
  showDirectoryPicker?(options: { readonly id: string }): Promise<FileSystemDirectoryHandle>;
}

interface FoundFile {
  readonly path: string;
  readonly open: () => Promise<File>;
}

/** Files of a folder that are opened at once. */
const OPENED_AT_ONCE = 16;

/**
 * All files of a drop, folders walked. Call it inside the event: the browser forgets a drop afterwards.
 * @throws CaptureError `source-unreachable` when a folder cannot be read
 */
export async function filesOfDrop(transfer: DataTransfer): Promise<NamedFile[]> {
  const entries = [...transfer.items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
  if (entries.length === 0) return [...transfer.files].map((file) => ({ path: file.name, blob: file }));
  return openAll(walkEntries(entries));
}

/**
 * A whole folder, with the paths that a file input gives: they start with its name. Where the browser has a picker for folders its files are opened
 * a few at a time; a file input hands out all of them in one go, which stops the page for a moment when they are thousands.
 * @returns an empty list when nothing was chosen
 * @throws CaptureError `source-unreachable` when the folder cannot be read
 */
export async function chooseFolder(): Promise<NamedFile[]> {
  const picker = globalThis as FolderPicker;
  if (picker.showDirectoryPicker === undefined) return chooseByInput({ webkitdirectory: true });
  let folder: FileSystemDirectoryHandle;
  try {
    folder = await picker.showDirectoryPicker({ id: 'qcs-images' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    // Pages inside another origin's frame may not use the picker.
    return chooseByInput({ webkitdirectory: true });
  }
  return openAll(walkHandles(folder, folder.name));
}

/** Any number of files of these kinds, as `<input accept>` names them. Empty when nothing was chosen. */
export async function chooseFiles(accept = ''): Promise<NamedFile[]> {
  return chooseByInput({ accept, multiple: true });
}

export const ZIP = '.zip,application/zip';

/** One file of these kinds at most. */
export async function chooseFile(accept: string): Promise<NamedFile[]> {
  return chooseByInput({ accept });
}

function chooseByInput(
  settings: Partial<Pick<HTMLInputElement, 'accept' | 'multiple' | 'webkitdirectory'>>,
): Promise<NamedFile[]> {
  const input = Object.assign(document.createElement('input'), { type: 'file', hidden: true }, settings);
  // In the page, or a browser may forget it before it is answered.
  document.body.append(input);
  return new Promise((resolve) => {
    const settle = () => {
      input.remove();
      resolve([...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file })));
    };
    input.addEventListener('change', settle);
    input.addEventListener('cancel', settle);
    input.click();
  });
}

async function* walkEntries(entries: readonly FileSystemEntry[]): AsyncGenerator<FoundFile> {
  for (const entry of entries) {
    if (isFile(entry)) {
      const open = () => new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      yield { path: entry.fullPath.replace(/^\//, ''), open };
    } else if (isDirectory(entry)) {
      const reader = entry.createReader();
      const next = () => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      // A call gives at most some hundred entries, and none at the end.
      for (let batch = await next(); batch.length > 0; batch = await next()) yield* walkEntries(batch);
    }
  }
}

async function* walkHandles(folder: FileSystemDirectoryHandle, path: string): AsyncGenerator<FoundFile> {
  for await (const handle of folder.values()) {
    const inner = `${path}/${handle.name}`;
    if (handle.kind === 'directory') yield* walkHandles(handle, inner);
    else yield { path: inner, open: async () => handle.getFile() };
  }
}

/** A file that cannot be opened is an empty one: whoever reads it lists it as unreadable. */
async function openAll(found: AsyncIterable<FoundFile>): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  let opening: Promise<NamedFile>[] = [];
  const settle = async () => {
    files.push(...(await Promise.all(opening)));
    opening = [];
  };
  try {
    for await (const file of found) {
      opening.push(opened(file));
      if (opening.length === OPENED_AT_ONCE) await settle();
    }
  } catch (cause) {
    const advice = 'The folder could not be read. Choose it again, or another one.';
    throw new CaptureError('source-unreachable', advice, { cause });
  }
  await settle();
  return files;
}

async function opened({ path, open }: FoundFile): Promise<NamedFile> {
  const blob = await open().catch(() => new File([], path.slice(path.lastIndexOf('/') + 1)));
  return { path, blob };
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
