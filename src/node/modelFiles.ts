/** Models and tensor files on disk. */
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAXIMUM_MANIFEST_BYTES } from '../base/limits.js';
import { ModelError } from '../errors.js';
import type { ByteSource } from '../storage/byteSource.js';
import { writeTogether } from '../storage/node/writeWhole.js';
import { type LoadedModel, loadModelFromFiles, type WantedPart } from '../weights/loadModel.js';

/** The manifest of the model that comes with the package: beside the built command line, else in the source tree. */
export function shippedManifest(): string {
  const beside = fileURLToPath(new URL('./models/qcs-mobile/manifest.json', import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL('../../public/models/qcs-mobile/manifest.json', import.meta.url));
}

/** The bytes of a manifest's file; of a longer file as many as show that it is none. @throws ModelError `model-missing`. */
export async function readManifestFile(path: string): Promise<Uint8Array> {
  return withFile(path, (file) => file.read(0, Math.min(file.size, MAXIMUM_MANIFEST_BYTES + 1)));
}

/** Without `parts` what recognising needs. @throws ModelError `model-missing` and what `loadModelFromFiles` throws. */
export async function loadModelAt(manifestPath: string, parts?: readonly WantedPart[]): Promise<LoadedModel> {
  const manifest = await readManifestFile(manifestPath);
  const folder = dirname(manifestPath);
  return loadModelFromFiles(manifest, (path) => readFileOrNothing(join(folder, path)), parts);
}

async function readFileOrNothing(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return readFile(path).then(
    (bytes) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    () => undefined,
  );
}

/** Runs `use` on a file that is read piece by piece, and closes it. @throws ModelError `model-missing`. */
export async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw missing(path, cause);
  });
  try {
    const info = await file.stat();
    if (!info.isFile()) throw missing(path, new Error('it is no file'));
    const { size } = info;
    return await use({
      size,
      read: async (offset, length) => {
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length;) {
          const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) {
            throw new ModelError('model-truncated', `${path} became shorter while it was read. Try again.`);
          }
          done += bytesRead;
        }
        return bytes;
      },
    });
  } finally {
    await file.close();
  }
}

/** Writes a model's files, the manifest last: all are whole before the first replaces an old one. @throws RuntimeError of the disk. */
export async function writeModel(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const ordered = [...files].sort(([a], [b]) => Number(a === 'manifest.json') - Number(b === 'manifest.json'));
  await writeTogether(ordered.map(([name, bytes]) => ({ path: join(folder, name), parts: [bytes] })));
}

function missing(path: string, cause: unknown): ModelError {
  return new ModelError('model-missing', `${path} cannot be opened. Check the path.`, { cause });
}
