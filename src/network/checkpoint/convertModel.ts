/** From a file of tensors to a model in this project's format: manifest, base branch and training modules in files of their own. */
import { ModelError } from '../../errors.js';
import type { Architecture, InputSpec, Manifest, ModelFile } from '../../weights/manifest.js';
import { formatManifest, MANIFEST_FORMAT, validateManifest } from '../../weights/manifestSchema.js';
import { requireFinite, type NamedArray } from '../../weights/namedArray.js';
import { recognizeArchitecture, type RecognizedArchitecture } from './recognizeArchitecture.js';
import { readRunConfiguration } from './runConfiguration.js';
import { writeSafetensors } from '../../weights/safetensors.js';
import { sha256 } from '../../base/sha256.js';
import type { TensorFile } from '../../weights/tensorFile.js';
import { canonicalNames, matchTensors, type WantedTensor } from '../../weights/tensorNames.js';

interface WantedPart extends WantedTensor {
  readonly part: ModelFile['part'];
}

export interface ConversionSettings {
  readonly id: string;
  readonly version: string;
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  readonly input: InputSpec;
  readonly dtype: ModelFile['dtype'];
  readonly licence: string;
  readonly notice?: string;
  readonly training?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
  readonly temperature?: number;
}

export interface ConversionOptions {
  readonly signal?: AbortSignal;
  /** Values converted and values in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ConvertedModel {
  readonly manifest: Manifest;
  /** Contents by file name, manifest.json among them. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Tensors of the file that the network does not use. */
  readonly dropped: readonly string[];
}

const FILE_NAMES = { base: 'weights.safetensors', training: 'training.safetensors' } as const;

/** The architecture of a tensor file. Throws ModelError `model-architecture`, and as {@link readRunConfiguration}. */
export function recognizeTensorFile(file: TensorFile, heads?: number): RecognizedArchitecture {
  const run = readRunConfiguration(file.config);
  const names = canonicalNames(new Set(file.tensors.keys()));
  const shapes = new Map([...names].map(([name, source]) => [name, file.tensors.get(source)!]));
  const recognized = recognizeArchitecture(shapes, heads ?? run?.architecture.heads);
  if (run === null) return recognized;
  const [said, found] = [run, recognized].map(({ architecture: { family, backbone } }) => `${family} on ${backbone}`);
  if (said !== found) {
    throw new ModelError(
      'model-architecture',
      `The configuration in this checkpoint is of ${said}, and its tensors are of ${found}. Save it again with its own configuration.`,
    );
  }
  return { ...recognized, run };
}

/**
 * Converts tensor by tensor, under the published names. Shapes are checked before any value is read.
 * @param wanted what the architecture's network needs
 * @throws ModelError `model-parameters` when one is missing, has another shape or values that are not finite, and what reading the file throws
 */
export async function convertModel(
  file: TensorFile,
  wanted: readonly WantedPart[],
  settings: ConversionSettings,
  options: ConversionOptions = {},
): Promise<ConvertedModel> {
  const sources = matchTensors(file.tensors, wanted, { holder: 'The file' });
  const used = new Set(sources.values());
  const total = [...sources.keys()].reduce((sum, { shape }) => sum + count(shape), 0);
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  const files: ModelFile[] = [];
  let done = 0;
  for (const part of ['base', 'training'] as const) {
    const arrays = new Map<string, NamedArray>();
    for (const [tensor, source] of sources) {
      if (tensor.part !== part) continue;
      options.signal?.throwIfAborted();
      const data = await file.read(source);
      requireFinite(source, data);
      arrays.set(tensor.name, { shape: tensor.shape, data });
      done += count(tensor.shape);
      options.onProgress?.(done, total);
    }
    if (arrays.size === 0) continue;
    const bytes = writeSafetensors(arrays, { dtype: settings.dtype, metadata: { model: settings.id, part } });
    const path = FILE_NAMES[part];
    contents.set(path, bytes);
    files.push({ path, bytes: bytes.byteLength, sha256: await sha256(bytes), dtype: settings.dtype, part });
  }
  const { id, version, architecture, classes, input, temperature = 1, training, metrics, licence, notice } = settings;
  const manifest = validateManifest({
    format: MANIFEST_FORMAT,
    id,
    version,
    architecture,
    classes,
    input,
    temperature,
    files,
    training,
    metrics,
    licence,
    notice,
  });
  contents.set('manifest.json', formatManifest(manifest));
  return { manifest, files: contents, dropped: [...file.tensors.keys()].filter((name) => !used.has(name)) };
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
