/** What a person offers as a model: one file of tensors, or a manifest with its weights, as they are or in a zip. */
import { baseName, folderOf, ZIP_FILE } from '../base/paths.js';
import { readZip } from '../storage/zip.js';
import { ModelError } from '../errors.js';
import { parseManifest } from '../weights/manifestSchema.js';
import type { NamedBlob } from '../storage/namedFiles.js';

export type OfferedModel =
  | { readonly kind: 'tensors'; readonly name: string; readonly blob: Blob }
  | { readonly kind: 'archive'; readonly blob: Blob }
  | { readonly kind: 'model'; readonly files: ReadonlyMap<string, Blob> };

/** An offer that needs no questions: its manifest tells everything. */
export type ModelOffer = Exclude<OfferedModel, { kind: 'tensors' }>;

const MANIFEST_NAME = /(?:^|\/)manifest\.json$/;
const TENSORS_NAME = /\.(?:pth|pt|ckpt|bin|tar|safetensors)$/i;

/**
 * Sorts dropped or chosen files; others among them (a model card, pictures) are left aside.
 * @throws ModelError `model-missing` when a manifest's weights are not there, `model-format` when there is nothing that could be a model
 */
export async function sortOfferedFiles(files: readonly NamedBlob[]): Promise<OfferedModel> {
  const manifest =
    files.find(({ path }) => MANIFEST_NAME.test(path)) ?? only(files.filter(({ path }) => path.endsWith('.json')));
  if (manifest !== undefined) return withWeights(manifest, files);
  const archive = only(files.filter(({ path }) => ZIP_FILE.test(path)));
  if (archive !== undefined) return { kind: 'archive', blob: archive.blob };
  const tensors = files.filter(({ path }) => TENSORS_NAME.test(path));
  const chosen = only(tensors) ?? only(files);
  if (chosen !== undefined) return { kind: 'tensors', name: baseName(chosen.path), blob: chosen.blob };
  if (tensors.length > 1) {
    throw new ModelError(
      'model-format',
      'These are several files of weights without a manifest. Drop one checkpoint, or a manifest.json with its files.',
    );
  }
  throw new ModelError('model-format', 'There is no model among these files. Drop a .pth or .safetensors file.');
}

/** The files of an offered model by their paths in its manifest. Throws as {@link sortOfferedFiles}, and for a zip that holds no model. */
export async function filesOfModel(offered: ModelOffer): Promise<ReadonlyMap<string, Blob>> {
  if (offered.kind === 'model') return offered.files;
  const entries = await readZip(new Uint8Array(await offered.blob.arrayBuffer()));
  const packed = await sortOfferedFiles(
    await Promise.all(entries.map(async (entry) => ({ path: entry.path, blob: new Blob([await entry.bytes()]) }))),
  );
  if (packed.kind === 'model') return packed.files;
  throw new ModelError(
    'model-missing',
    'There is no manifest.json in this zip. Unpack it and drop the checkpoint alone.',
  );
}

async function withWeights(manifest: NamedBlob, files: readonly NamedBlob[]): Promise<OfferedModel> {
  const parsed = parseManifest(new Uint8Array(await manifest.blob.arrayBuffer()));
  const folder = folderOf(manifest.path);
  const found = new Map<string, Blob>([['manifest.json', manifest.blob]]);
  for (const { path } of parsed.files) {
    const file =
      files.find((candidate) => candidate.path === folder + path) ??
      files.find((candidate) => baseName(candidate.path) === baseName(path));
    if (file === undefined) {
      throw new ModelError('model-missing', `${path} is missing. Drop it together with its manifest.`);
    }
    found.set(path, file.blob);
  }
  return { kind: 'model', files: found };
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
