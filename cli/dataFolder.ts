/** The files of a data set on disk: a folder, or a zip. */
import { readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { readZip } from '../src/storage/zip.js';
import { TrainingError } from '../src/errors.js';
import type { NamedBytes } from '../src/storage/namedFiles.js';

/** @throws TrainingError `data-empty` where nothing is at the path */
export async function readDataFolder(path: string): Promise<NamedBytes[]> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new TrainingError('data-empty', `There is no data set at ${path}. Check the path.`, { cause });
  });
  if (!info.isDirectory()) return readZip(await readFile(path));
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({
      path: relative(path, file).split(sep).join('/'),
      bytes: async () => readOne(file),
    }));
}

/** At once: small files, of which there are many, take twenty times as long by promises. */
function readOne(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    // Names that are no UTF-8 come to us changed, and nothing lies under what they become.
    const why = file.includes('\uFFFD') ? 'its name is not in UTF-8; rename it' : 'check its permissions';
    throw new TrainingError('data-format', `${file} cannot be read: ${why}.`, { cause });
  }
}
