/** A model that was brought as files: a manifest with the weights that inference needs, or a zip of them. */
import { folderOf } from '../base/paths.js';
import { openFiles } from '../storage/zip.js';
import { ModelError } from '../errors.js';
import { loadModelFromFiles, type LoadedModel } from '../weights/loadModel.js';
import type { Manifest } from '../weights/manifest.js';
import { parseManifest } from '../weights/manifestSchema.js';
import type { NamedBlob, NamedBytes } from '../storage/namedFiles.js';

const MANIFEST = /(^|\/)manifest\.json$/;
const JSON_FILE = /\.json$/i;

/** The manifest of a model. Throws a ModelError `model-missing`, `model-format` or `model-architecture`. */
export async function manifestOfModel(files: readonly NamedBlob[]): Promise<Manifest> {
  const manifest = findManifest(await openFiles(files));
  return parseManifest(await manifest.bytes());
}

/** The model with its hashes checked. Throws a ModelError as {@link manifestOfModel}, and `model-hash` or `model-truncated`. */
export async function loadModelFiles(files: readonly NamedBlob[]): Promise<LoadedModel> {
  const all = await openFiles(files);
  const manifest = findManifest(all);
  const folder = folderOf(manifest.path);
  return loadModelFromFiles(await manifest.bytes(), async (path) =>
    all.find((file) => file.path === folder + path)?.bytes(),
  );
}

function findManifest(files: readonly NamedBytes[]): NamedBytes {
  const manifest = files.find(({ path }) => MANIFEST.test(path)) ?? files.find(({ path }) => JSON_FILE.test(path));
  if (manifest !== undefined) return manifest;
  throw new ModelError(
    'model-missing',
    'A checkpoint alone does not tell its classes and input. Convert it under Models, or add it with its manifest.json.',
  );
}
