/** A model that was brought as files: a manifest with its weights, or a zip of both. */
import { ModelError } from '../errors.js';
import { filesOfModel, sortOfferedFiles, type ModelOffer } from '../models/offeredFiles.js';
import { loadModelFromFiles, type LoadedModel } from '../weights/loadModel.js';
import type { Manifest } from '../weights/manifest.js';
import { parseManifest } from '../weights/manifestSchema.js';
import type { NamedBlob } from './protocol.js';

/** The manifest, once its files are there. Throws a ModelError `model-missing`, `model-format` or `model-architecture`. */
export async function manifestOfModel(files: readonly NamedBlob[]): Promise<Manifest> {
  return parseManifest(await read((await modelFiles(files)).get('manifest.json')));
}

/** The model with its hashes checked. Throws a ModelError as {@link manifestOfModel}, and `model-hash` or `model-truncated`. */
export async function loadModelFiles(files: readonly NamedBlob[]): Promise<LoadedModel> {
  const found = await modelFiles(files);
  return loadModelFromFiles(await read(found.get('manifest.json')), async (path) => {
    const blob = found.get(path);
    return blob === undefined ? undefined : read(blob);
  });
}

async function modelFiles(files: readonly NamedBlob[]): Promise<ReadonlyMap<string, Blob>> {
  return filesOfModel(withManifest(await sortOfferedFiles(files)));
}

function withManifest(offered: Awaited<ReturnType<typeof sortOfferedFiles>>): ModelOffer {
  if (offered.kind !== 'tensors') return offered;
  throw new ModelError(
    'model-missing',
    'A checkpoint alone does not tell its classes and input. Convert it under Models, or add it with its manifest.json.',
  );
}

async function read(blob: Blob | undefined): Promise<Uint8Array<ArrayBuffer>> {
  if (blob === undefined)
    throw new ModelError('model-missing', 'The manifest.json is missing. Give it together with its weights.');
  return new Uint8Array(await blob.arrayBuffer());
}
