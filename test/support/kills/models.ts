/** Models small enough to be written and trained between two kills. */
import { sha256 } from '../../../src/base/sha256.js';
import { formatManifest } from '../../../src/weights/manifestSchema.js';
import { writeSafetensors } from '../../../src/weights/safetensors.js';
import { tinyModel } from '../../unit/training/tinyModel.js';

/** One that can be trained further: manifest.json and its weights, by name. */
export async function trainableModel(): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const { manifest, arrays } = tinyModel();
  const weights = writeSafetensors(arrays);
  const [file] = manifest.files;
  const files = [{ ...file, bytes: weights.byteLength, sha256: await sha256(weights) }];
  return new Map([
    ['manifest.json', formatManifest({ ...manifest, files })],
    [file.path, weights],
  ]);
}
