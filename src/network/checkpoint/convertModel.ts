/** From a file of tensors to a model in this project's format: manifest, base branch and training modules in files of their own. */
import { ModelError } from '../../errors.js';
import type { Architecture, InputSpec, Manifest, ModelFile } from '../../weights/manifest.js';
import { formatManifest, MANIFEST_FORMAT, validateManifest } from '../../weights/manifestSchema.js';
import type { NamedArray } from '../../weights/namedArray.js';
import { canonicalName, recognizeArchitecture, type RecognizedArchitecture } from './recognizeArchitecture.js';
import type { Shapes } from '../backbones/index.js';
import { writeSafetensors } from '../../weights/safetensors.js';
import { sha256 } from '../../base/sha256.js';
import type { TensorFile } from '../../weights/tensorFile.js';

/** A parameter that the network needs, as network/definition.ts describes it. */
export interface WantedTensor {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly shape: readonly number[];
  readonly part: ModelFile['part'];
  /** May be missing in the file. */
  readonly optional: boolean;
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

/** The architecture of a tensor file. Throws ModelError `model-architecture`. */
export function recognizeTensorFile(file: TensorFile, heads?: number): RecognizedArchitecture {
  const names = new Set(file.tensors.keys());
  const canonical: Shapes = new Map([...file.tensors].map(([name, info]) => [canonicalName(name, names), info]));
  return recognizeArchitecture(canonical, heads);
}

/**
 * Converts tensor by tensor, under the published names. Shapes are checked before any value is read.
 * @param wanted what the architecture's network needs
 * @throws ModelError `model-parameters` when one is missing or has another shape, and what reading the file throws
 */
export async function convertModel(
  file: TensorFile,
  wanted: readonly WantedTensor[],
  settings: ConversionSettings,
  options: ConversionOptions = {},
): Promise<ConvertedModel> {
  const sources = matchTensors(file, wanted);
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
      arrays.set(tensor.name, { shape: tensor.shape, data: await file.read(source) });
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

/** The file's name of every wanted tensor that is there. */
function matchTensors(file: TensorFile, wanted: readonly WantedTensor[]): ReadonlyMap<WantedTensor, string> {
  const names = new Set(file.tensors.keys());
  const byCanonicalName = new Map([...names].map((name) => [canonicalName(name, names), name]));
  const sources = new Map<WantedTensor, string>();
  for (const tensor of wanted) {
    const known = [tensor.name, ...tensor.aliases].find((name) => byCanonicalName.has(name));
    const source = known === undefined ? undefined : byCanonicalName.get(known);
    if (source !== undefined) {
      checkShape(tensor, source, file.tensors.get(source)?.shape ?? []);
      sources.set(tensor, source);
    } else if (!tensor.optional) {
      throw missing(tensor.name);
    }
  }
  return sources;
}

function checkShape(tensor: WantedTensor, source: string, shape: readonly number[]): void {
  if (shape.join() === tensor.shape.join()) return;
  throw new ModelError(
    'model-parameters',
    `${source} has the shape [${shape.join(', ')}], and this architecture needs [${tensor.shape.join(', ')}]. Use weights of this architecture.`,
  );
}

function missing(name: string): ModelError {
  if (name.endsWith('.running_affinity')) {
    return new ModelError(
      'model-parameters',
      'This ARM checkpoint lacks the moving average of its global mean (arm.running_affinity), without which one image’s result would depend on others. Use one that was trained with it.',
    );
  }
  return new ModelError('model-parameters', `The file lacks the parameter ${name}. Use weights of this architecture.`);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
