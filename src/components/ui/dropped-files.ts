/** Files with their paths, from a drop (folders included) or a file input. */
export interface NamedFile {
  /** With `/` between folders. */
  readonly path: string;
  readonly blob: File;
}

/** All files of a drop; folders are walked. Call it inside the event: the browser forgets a drop afterwards. */
export async function filesOfDrop(transfer: DataTransfer): Promise<NamedFile[]> {
  const entries = [...transfer.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry === null ? [] : [entry];
  });
  if (entries.length === 0) return [...transfer.files].map((file) => ({ path: file.name, blob: file }));
  const found: NamedFile[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

/** The files that a person chose; with `webkitdirectory` their paths start with the folder's name. */
export function filesOfInput(input: HTMLInputElement): NamedFile[] {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));
}

async function walk(entry: FileSystemEntry, found: NamedFile[]): Promise<void> {
  if (isFile(entry)) {
    const blob = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    found.push({ path: entry.fullPath.replace(/^\//, ''), blob });
  } else if (isDirectory(entry)) {
    const reader = entry.createReader();
    // A call gives at most some hundred entries, and none at the end.
    for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
      for (const child of batch) await walk(child, found);
    }
  }
}

function readBatch(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => {
    reader.readEntries(resolve, reject);
  });
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
