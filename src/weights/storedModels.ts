/**
 * Models that the browser keeps in its private file system: each has the address `opfs:ID`, which `loadModel` reads. They are put there by
 * src/models/modelStore.ts.
 */
import { ModelError } from '../errors.js';

const SCHEME = 'opfs:';
/** The private folder of this project and the folder of models in it. */
export const STORE_FOLDER = 'qcs-fer';
export const MODELS_FOLDER = 'models';

/** The address of a stored model; works wherever the URL of a manifest does. */
export function storedModelUrl(id: string): string {
  return `${SCHEME}${encodeURIComponent(id)}`;
}

/** The id in an address of a stored model; null for any other address. */
export function storedModelId(url: URL): string | null {
  return url.protocol === SCHEME ? decodeURIComponent(url.pathname) : null;
}

/** A file of a stored model. @throws ModelError `model-missing`. */
export async function readStoredModelFile(id: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    let folder = await navigator.storage.getDirectory();
    const parents = path.split('/').slice(0, -1);
    for (const name of [STORE_FOLDER, MODELS_FOLDER, id, ...parents]) folder = await folder.getDirectoryHandle(name);
    const file = await (await folder.getFileHandle(path.slice(path.lastIndexOf('/') + 1))).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new ModelError(
      'model-missing',
      `The model ${id} is not in this browser’s storage. Add it again under Models.`,
      {
        cause,
      },
    );
  }
}
