/** A model that was brought as files: a manifest with the weights that inference needs, or a zip of them. */
import type { ImportFile } from '../dataset/layout.js';
import { readZip } from '../storage/zip.js';
import { ModelError, TrainingError } from '../errors.js';
import { loadModelFromFiles, type LoadedModel } from '../weights/loadModel.js';
import type { Manifest } from '../weights/manifest.js';
import { parseManifest } from '../weights/manifestSchema.js';
import type { NamedBlob } from './protocol.js';

const ZIP = /\.zip$/i;
const MANIFEST = /(^|\/)manifest\.json$/;
const JSON_FILE = /\.json$/i;

/** The files of a folder as they are, or those of one zip. Throws a TrainingError `data-format` for a broken zip. */
export async function asImportFiles(files: readonly NamedBlob[]): Promise<readonly ImportFile[]> {
  const [only] = files;
  if (files.length === 1 && ZIP.test(only.path)) return readZip(await bytesOf(only.blob));
  return files.map(({ path, blob }) => ({ path, bytes: () => bytesOf(blob) }));
}

/** The manifest of a model. Throws a ModelError `model-missing`, `model-format` or `model-architecture`. */
export async function manifestOfModel(files: readonly NamedBlob[]): Promise<Manifest> {
  const manifest = findManifest(await asImportFiles(files));
  return parseManifest(await manifest.bytes());
}

/** The model with its hashes checked. Throws a ModelError as {@link manifestOfModel}, and `model-hash` or `model-truncated`. */
export async function loadModelFiles(files: readonly NamedBlob[]): Promise<LoadedModel> {
  const all = await asImportFiles(files);
  const manifest = findManifest(all);
  const folder = manifest.path.slice(0, manifest.path.lastIndexOf('/') + 1);
  return loadModelFromFiles(await manifest.bytes(), async (path) =>
    all.find((file) => file.path === folder + path)?.bytes(),
  );
}

function findManifest(files: readonly ImportFile[]): ImportFile {
  const manifest = files.find(({ path }) => MANIFEST.test(path)) ?? files.find(({ path }) => JSON_FILE.test(path));
  if (manifest !== undefined) return manifest;
  throw new ModelError(
    'model-missing',
    'A checkpoint alone does not tell its classes and input. Convert it under Models, or add it with its manifest.json.',
  );
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new TrainingError(
      'data-format',
      'A file can no longer be read: it was moved or changed. Choose the files again.',
      { cause },
    );
  }
}
