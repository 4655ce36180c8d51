/**
 * Models that a person converted, imported or trained, kept in the browser. Each lies in a folder of its own under an id that is never used
 * twice at a time, so its address `opfs:ID` always means the same weights; the name that a person gives it changes neither.
 */
import { readJson, type FileStorage } from '../storage/storage.js';
import { ModelError, TrainingError } from '../errors.js';
import { checkModelFiles } from '../weights/loadModel.js';
import type { Manifest } from '../weights/manifest.js';
import { parseManifest } from '../weights/manifestSchema.js';
import { openModelStorage, storedModelUrl } from '../weights/storedModels.js';

const MANIFEST = 'manifest.json';
const CARD = 'MODEL_CARD.md';
const NAME = 'name.json';

export interface StoredModel {
  readonly id: string;
  /** As people call it; its id where nobody named it. */
  readonly name: string;
  /** Opens it anywhere a manifest's URL does: `<qcs-fer model>`, `createRecognizer`, `loadModel`. */
  readonly url: string;
  readonly manifest: Manifest;
  /** Of all its files. */
  readonly bytes: number;
}

export class ModelStore {
  /** @param storage of the models alone */
  constructor(private readonly storage: FileStorage) {}

  /** The browser's. @throws RuntimeError `storage-refused`. */
  static async open(): Promise<ModelStore> {
    return new ModelStore(await openModelStorage());
  }

  /** By id. A folder without a sound manifest is a write that never ended, and does not count. */
  async list(): Promise<readonly StoredModel[]> {
    const models: StoredModel[] = [];
    for (const id of await this.storage.list('')) {
      const model = await this.get(id);
      if (model !== null) models.push(model);
    }
    return models;
  }

  async get(id: string): Promise<StoredModel | null> {
    const bytes = await this.storage.read(`${id}/${MANIFEST}`);
    if (bytes === null) return null;
    try {
      return storedModel(id, await this.nameOf(id), parseManifest(bytes), bytes.byteLength);
    } catch (error) {
      if (error instanceof ModelError) return null;
      throw error;
    }
  }

  /**
   * Keeps a model once its manifest and hashes are right.
   * @param files manifest.json, all files that it names, and its card where there is one
   * @throws ModelError for an unsound model; RuntimeError `storage-full` or `storage-refused`, and then nothing of it is kept
   */
  async add(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<StoredModel> {
    const manifestBytes = files.get(MANIFEST);
    if (manifestBytes === undefined) {
      throw new ModelError('model-missing', 'The manifest.json is missing. Give it together with its weights.');
    }
    const manifest = await checkModelFiles(manifestBytes, (path) => files.get(path));
    return alone(() => this.write(manifest, manifestBytes, files));
  }

  private async write(
    manifest: Manifest,
    manifestBytes: Uint8Array<ArrayBuffer>,
    files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  ): Promise<StoredModel> {
    const id = await this.freeId(manifest.id);
    const card = files.get(CARD);
    try {
      if (card !== undefined) await this.storage.write(`${id}/${CARD}`, card);
      for (const { path } of manifest.files) await this.storage.write(`${id}/${path}`, files.get(path)!);
      // The manifest comes last: only with it does the model count.
      await this.storage.write(`${id}/${MANIFEST}`, manifestBytes);
    } catch (error) {
      await this.storage.remove(id).catch(() => undefined);
      throw error;
    }
    return storedModel(id, id, manifest, manifestBytes.byteLength);
  }

  /** Its address stays. @throws ModelError `model-missing`; RuntimeError `storage-full` or `storage-refused` */
  async rename(id: string, name: string): Promise<void> {
    if ((await this.get(id)) === null) throw missing(id);
    await this.storage.write(`${id}/${NAME}`, new TextEncoder().encode(JSON.stringify({ name })));
  }

  /** A copy with an address of its own. @throws as {@link add} and {@link rename} */
  async duplicate(id: string, name: string): Promise<StoredModel> {
    const files = await this.files(id);
    if (files === null) throw missing(id);
    const copy = await this.add(files);
    await this.rename(copy.id, name);
    return { ...copy, name };
  }

  /** No error where there is none. */
  async remove(id: string): Promise<void> {
    await this.storage.remove(id);
  }

  /** All files of a model by their own names, its card among them where it has one. Null where there is none. */
  async files(id: string): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>> | null> {
    const model = await this.get(id);
    if (model === null) return null;
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const name of [MANIFEST, ...model.manifest.files.map(({ path }) => path)]) {
      const bytes = await this.storage.read(`${id}/${name}`);
      if (bytes === null) return null;
      files.set(name, bytes);
    }
    const card = await this.storage.read(`${id}/${CARD}`);
    return card === null ? files : files.set(CARD, card);
  }

  /** One that is damaged counts as none. */
  private async nameOf(id: string): Promise<string> {
    try {
      const { name } = ((await readJson(this.storage, `${id}/${NAME}`)) ?? {}) as { readonly name?: unknown };
      return typeof name === 'string' ? name : id;
    } catch (error) {
      if (error instanceof TrainingError) return id;
      throw error;
    }
  }

  private async freeId(wanted: string): Promise<string> {
    const taken = new Set((await this.list()).map(({ id }) => id));
    for (let number = 1; ; number++) {
      const id = number === 1 ? wanted : `${wanted}-${number}`;
      if (!taken.has(id)) return id;
    }
  }
}

/** Two tabs that add a model at the same time must not take the same id. Only browsers have such locks. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  return locks === undefined ? work() : locks.request('qcs-fer-models', work);
}

function storedModel(id: string, name: string, manifest: Manifest, manifestBytes: number): StoredModel {
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, manifestBytes);
  return { id, name, url: storedModelUrl(id), manifest, bytes };
}

function missing(id: string): ModelError {
  return new ModelError(
    'model-missing',
    `The model ${id} is not in this browser’s storage. Add it again under Models.`,
  );
}
