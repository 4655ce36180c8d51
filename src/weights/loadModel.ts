/** From a manifest to a model's parameters. Nothing is used before its hash matches the manifest. */
import { ModelError } from '../errors.js';
import { MAXIMUM_MANIFEST_BYTES } from '../base/limits.js';
import type { EarlyFiles } from './earlyFiles.js';
import { fetchBytes } from './fetchBytes.js';
import type { Manifest, ModelFile } from './manifest.js';
import { parseManifest } from './manifestSchema.js';
import { MUSCLES } from './muscles.js';
import { requireFinite, type NamedArray, type NamedArrays } from './namedArray.js';
import { readSafetensors, safetensorsHeader } from './safetensors.js';
import { sha256 } from '../base/sha256.js';
import { readStoredModelFile, storedModelId } from './storedModels.js';

export type ModelPart = ModelFile['part'];
/** `recognising`: `compact` where the model has it, else `base`. */
export type WantedPart = ModelPart | 'recognising';

const DEFAULT_PARTS: readonly WantedPart[] = ['recognising'];

export interface LoadedModel {
  readonly manifest: Manifest;
  /** All tensors of the parts asked for, as float32. */
  readonly arrays: NamedArrays;
}

export interface LoadModelOptions {
  /** Default: what recognising runs. */
  readonly parts?: readonly WantedPart[];
  /** Where a file of the manifest is, by its path there, when it does not lie beside the manifest (bundlers rename files). */
  readonly files?: Readonly<Record<string, string | URL>>;
  /** Files that are on their way already. */
  readonly early?: EarlyFiles;
  readonly signal?: AbortSignal;
  /** Bytes of weights, over all files asked for. */
  readonly onProgress?: (loadedBytes: number, totalBytes: number) => void;
}

/**
 * Downloads a model, or reads one that the browser keeps (`opfs:ID`). The address of its manifest is absolute.
 * @throws ModelError `model-missing`, `model-truncated`, `model-hash`, `model-format`, `model-parameters` or `model-architecture`. An aborted signal
 * rejects with its reason.
 */
export async function loadModel(manifestUrl: string | URL, options: LoadModelOptions = {}): Promise<LoadedModel> {
  const { parts, files = {}, early, signal, onProgress } = options;
  const url = new URL(manifestUrl);
  const stored = storedModelId(url);
  if (stored !== null) return loadStoredModel(stored, options);
  const manifestBytes = early?.take(url) ?? fetchBytes(url, { signal, mostBytes: MAXIMUM_MANIFEST_BYTES });
  const manifest = parseManifest(await manifestBytes);
  const wanted = filesOf(manifest, parts);
  const total = wanted.reduce((sum, file) => sum + file.bytes, 0);
  let before = 0;
  onProgress?.(0, total);
  const contents = new Map<ModelFile, Uint8Array<ArrayBuffer>>();
  for (const file of wanted) {
    const { path, bytes: expectedBytes } = file;
    const done = before;
    const at = new URL(files[path] ?? path, url);
    const onBytes = (received: number) => onProgress?.(done + Math.min(received, expectedBytes), total);
    contents.set(file, await (early?.take(at, onBytes) ?? fetchBytes(at, { signal, expectedBytes, onBytes })));
    before += expectedBytes;
  }
  return { manifest, arrays: await verifiedArrays(contents) };
}

/** The manifest alone. Throws as {@link loadModel}. */
export async function loadManifest(manifestUrl: string | URL, signal?: AbortSignal): Promise<Manifest> {
  const url = new URL(manifestUrl);
  const stored = storedModelId(url);
  return parseManifest(
    stored === null
      ? await fetchBytes(url, { signal, mostBytes: MAXIMUM_MANIFEST_BYTES })
      : await readStoredModelFile(stored, 'manifest.json'),
  );
}

async function loadStoredModel(id: string, { parts, signal, onProgress }: LoadModelOptions): Promise<LoadedModel> {
  const manifestBytes = await readStoredModelFile(id, 'manifest.json');
  const total = filesOf(parseManifest(manifestBytes), parts).reduce((sum, { bytes }) => sum + bytes, 0);
  let loaded = 0;
  onProgress?.(loaded, total);
  const read: FileReader = async (path) => {
    signal?.throwIfAborted();
    const bytes = await readStoredModelFile(id, path);
    loaded += bytes.byteLength;
    onProgress?.(loaded, total);
    return bytes;
  };
  return loadModelFromFiles(manifestBytes, read, parts);
}

/** Gives the bytes of a file by its path in the manifest; undefined when there is none. */
export type FileReader = (
  path: string,
) => Uint8Array<ArrayBuffer> | undefined | Promise<Uint8Array<ArrayBuffer> | undefined>;

/** As {@link loadModel}, from files that are at hand already: on disk, dropped on the page or kept by the browser. */
export async function loadModelFromFiles(
  manifestBytes: Uint8Array,
  read: FileReader,
  parts?: readonly WantedPart[],
): Promise<LoadedModel> {
  const manifest = parseManifest(manifestBytes);
  const contents = new Map<ModelFile, Uint8Array<ArrayBuffer>>();
  for (const file of filesOf(manifest, parts)) contents.set(file, await readFile(file, read));
  return { manifest, arrays: await verifiedArrays(contents) };
}

/**
 * Checks all files of a model without taking their values out: lengths, hashes, and that they are safetensors. Throws as {@link loadModel}.
 * @returns the model's manifest
 */
export async function checkModelFiles(manifestBytes: Uint8Array, read: FileReader): Promise<Manifest> {
  const manifest = parseManifest(manifestBytes);
  for (const file of manifest.files) {
    const bytes = await readFile(file, read);
    await verify(file, bytes);
    safetensorsHeader(bytes);
  }
  return manifest;
}

async function readFile({ path }: ModelFile, read: FileReader): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await read(path);
  if (bytes === undefined) {
    throw new ModelError('model-missing', `${path} is missing. Give it together with its manifest.`);
  }
  return bytes;
}

/** The files that recognising needs. */
export function recognisingFiles(manifest: Manifest): readonly ModelFile[] {
  return filesOf(manifest);
}

function filesOf(manifest: Manifest, wanted: readonly WantedPart[] = DEFAULT_PARTS): readonly ModelFile[] {
  const recognising = manifest.files.some(({ part }) => part === 'compact') ? 'compact' : 'base';
  const parts = wanted.map((part) => (part === 'recognising' ? recognising : part));
  for (const part of parts) {
    if (!manifest.files.some((file) => file.part === part)) {
      const remedy =
        part === MUSCLES
          ? 'Do not ask it for muscles, or use a model that has the head for them'
          : 'Use a model that was exported with its training weights';
      throw new ModelError('model-missing', `The model ${manifest.id} has no ${part} part. ${remedy}.`);
    }
  }
  return manifest.files.filter((file) => parts.includes(file.part));
}

async function verifiedArrays(contents: ReadonlyMap<ModelFile, Uint8Array<ArrayBuffer>>): Promise<NamedArrays> {
  const arrays = new Map<string, NamedArray>();
  for (const [file, bytes] of contents) {
    await verify(file, bytes);
    for (const [name, array] of readSafetensors(bytes)) {
      if (arrays.has(name)) {
        throw new ModelError('model-format', `The model’s files hold ${name} twice. Export the model again.`);
      }
      requireFinite(name, array.data);
      arrays.set(name, array);
    }
  }
  return arrays;
}

async function verify(file: ModelFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (bytes.byteLength < file.bytes) {
    throw new ModelError(
      'model-truncated',
      `${file.path} is incomplete: it has ${bytes.byteLength} of ${file.bytes} bytes. Download or copy it again.`,
    );
  }
  if (bytes.byteLength > file.bytes || (await sha256(bytes)) !== file.sha256) {
    throw new ModelError(
      'model-hash',
      `${file.path} is not the file that its manifest describes. Put the manifest and weights of one model side by side.`,
    );
  }
}
