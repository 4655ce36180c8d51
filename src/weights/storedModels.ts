/**
 * Models that the browser keeps in its private file system: each has the address `opfs:ID`, which `loadModel` reads. They are put there by
 * src/models/modelStore.ts.
 */
import { ModelError } from '../errors.js';
import { openOpfs } from '../storage/opfsStorage.js';
import { inFolder, type FileStorage } from '../storage/storage.js';

const SCHEME = 'opfs:';
/** In this project's private folder. */
export const MODELS_FOLDER = 'models';

/** The address of a stored model; works wherever the URL of a manifest does. */
export function storedModelUrl(id: string): string {
  return `${SCHEME}${encodeURIComponent(id)}`;
}

/** The id in an address of a stored model; null for any other address. */
export function storedModelId(url: URL): string | null {
  return url.protocol === SCHEME ? decodeURIComponent(url.pathname) : null;
}

/** The browser's storage of models alone. @throws RuntimeError `storage-refused`. */
export async function openModelStorage(): Promise<FileStorage> {
  return inFolder(await openOpfs(), MODELS_FOLDER);
}

/** A file of a stored model. @throws ModelError `model-missing`, also where the browser refuses. */
export async function readStoredModelFile(id: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  let cause: unknown;
  try {
    const bytes = await (await openModelStorage()).read(`${id}/${path}`);
    if (bytes !== null) return bytes;
  } catch (error) {
    cause = error;
  }
  throw new ModelError(
    'model-missing',
    `The model ${id} is not in this browser’s storage. Add it again under Models.`,
    { cause },
  );
}
