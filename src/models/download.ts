/** A model's files as one zip, to save or to pass on. */
import { zipSync } from 'fflate';

/** Stored, not compressed: weights do not shrink. All files lie in a folder of the given name. */
export function zipFiles(folder: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Blob {
  const entries = Object.fromEntries([...files].map(([name, bytes]) => [`${folder}/${name}`, bytes]));
  return new Blob([new Uint8Array(zipSync(entries, { level: 0 }))], { type: 'application/zip' });
}
