/** Zip archives in memory: reading somebody's files, writing ours. */
import { inflateSync, zipSync, type Zippable } from 'fflate';
import { MAXIMUM_UNPACKED_BYTES } from '../base/limits.js';
import { ZIP_FILE } from '../base/paths.js';
import { TrainingError } from '../errors.js';
import { bytesSource } from './byteSource.js';
import type { NamedBlob, NamedBytes } from './namedFiles.js';
import { openZip, type ZipKind } from './zipArchive.js';

const ARCHIVE: ZipKind = {
  damaged: (what, cause) => refusal(`The zip file is damaged: ${what}. Download or pack it again.`, cause),
  cutShort: (what) => refusal(`The zip file cannot be read: ${what}. Download or pack it again.`),
  refused: (why) =>
    why === 'encrypted'
      ? refusal('The zip file is encrypted. Pack it again without a password.')
      : refusal('The zip file is packed in an unusual way. Pack it again with the usual compression (deflate).'),
  inflate: (bytes, size) => inflateSync(bytes, { out: new Uint8Array(size) }),
};

/**
 * The files of a zip, checked and unpacked.
 * @throws TrainingError `data-format` for an archive that is damaged (also by one wrong checksum), encrypted, larger than 1.5 GiB unpacked, or
 * that holds two files of one name
 */
export async function readZip(bytes: Uint8Array): Promise<NamedBytes[]> {
  const archive = await openZip(bytesSource(bytes), ARCHIVE);
  const entries = [...archive.entries.values()].filter(({ name }) => !/[/\\]$/.test(name));
  if (entries.reduce((sum, { size }) => sum + size, 0) > MAXIMUM_UNPACKED_BYTES) {
    throw refusal('The zip file unpacks to more than 1.5 GiB. Import its folders in parts.');
  }
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of entries) {
    // Some programs of Windows write their own separators.
    const path = entry.name.replaceAll('\\', '/');
    if (files.has(path)) throw ARCHIVE.damaged(`it holds ${JSON.stringify(path)} twice`);
    files.set(path, await archive.read(entry));
  }
  return [...files].map(([path, content]) => ({ path, bytes: async () => content.slice() }));
}

/** The files as they are, or those of one zip. Throws as {@link readZip}, and where a file cannot be read any more. */
export async function openFiles(files: readonly NamedBlob[]): Promise<readonly NamedBytes[]> {
  const [only] = files;
  if (files.length === 1 && ZIP_FILE.test(only.path)) return readZip(await bytesOf(only.blob));
  return files.map(({ path, blob }) => ({ path, bytes: () => bytesOf(blob) }));
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw refusal('A file can no longer be read: it was moved or changed. Choose the files again.', cause);
  }
}

/** A zip of files by path. Those that do not shrink (images, weights) are stored as they are. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>, shrinks = (_path: string): boolean => false): Blob {
  const entries = [...files].map(([path, bytes]): [string, Zippable[string]] => [
    path,
    [bytes, { level: shrinks(path) ? 6 : 0 }],
  ]);
  return new Blob([zipSync(Object.fromEntries(entries))], { type: 'application/zip' });
}

function refusal(message: string, cause?: unknown): TrainingError {
  return new TrainingError('data-format', message, { cause });
}
