/** A model's files as one zip, to save or to pass on. */
import { writeZip } from '../storage/zip.js';

/** All files lie in a folder of the given name. */
export function zipFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Blob {
  return writeZip(new Map([...files].map(([name, bytes]) => [`${folder}/${name}`, bytes])));
}
