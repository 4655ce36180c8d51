/** Asking a person for a folder, a zip or images. */
import { filesOfInput, type NamedFile } from './dropped-files.js';

/** Not in every browser, and not in the library of types. */
interface FolderPicker {
  showDirectoryPicker?(options: { readonly id: string }): Promise<FileSystemDirectoryHandle>;
}

/** Files of a folder that are opened at once. */
const OPENED_AT_ONCE = 16;

/**
 * A whole folder, with the paths that a file input gives: they start with its name. Where the browser has a picker for folders its files are opened
 * a few at a time; a file input hands out all of them in one go, which stops the page for a moment when they are thousands.
 * @returns an empty list when nothing was chosen
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
  return filesOfFolder(folder, folder.name);
}

/** One zip. Empty when nothing was chosen. */
export async function chooseZip(): Promise<NamedFile[]> {
  return chooseByInput({ accept: '.zip,application/zip' });
}

/** Any number of images. Empty when nothing was chosen. */
export async function chooseImages(): Promise<NamedFile[]> {
  return chooseByInput({ accept: 'image/*', multiple: true });
}

function chooseByInput(
  settings: Partial<Pick<HTMLInputElement, 'accept' | 'multiple' | 'webkitdirectory'>>,
): Promise<NamedFile[]> {
  const input = Object.assign(document.createElement('input'), { type: 'file' }, settings);
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(filesOfInput(input)));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

async function filesOfFolder(folder: FileSystemDirectoryHandle, path: string): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  let opening: Promise<NamedFile>[] = [];
  for await (const handle of folder.values()) {
    const inner = `${path}/${handle.name}`;
    if (handle.kind === 'directory') found.push(...(await filesOfFolder(handle, inner)));
    else opening.push(opened(handle).then((blob) => ({ path: inner, blob })));
    if (opening.length < OPENED_AT_ONCE) continue;
    found.push(...(await Promise.all(opening)));
    opening = [];
  }
  return [...found, ...(await Promise.all(opening))];
}

/** A file that cannot be opened is an empty one: the import lists it as unreadable. */
async function opened(handle: FileSystemFileHandle): Promise<File> {
  return handle.getFile().catch(() => new File([], handle.name));
}
