/**
 * A GPU is believed once its answer is WebAssembly's. `auto` measures both, and the faster one stays; who asks for `webgpu` gets it, unless it
 * fails or answers something else.
 */
import { median } from '../base/numbers.js';
import { ModelError } from '../errors.js';
import type { StartedBackend } from '../gpu/backend.js';
import type { Classifier } from '../network/classifier.js';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';
import { startClassifier, type StartedClassifier } from './startClassifier.js';
import type { KernelSource } from './wasm/module.js';

/** Calls before any is timed: engines compile in the first ones. */
const WARM_UP = 2;
/** Calls of each, in turn. */
const ROUNDS = 5;
/** What two right engines may differ by, as a part of the largest logit: one may compute in 8 bits, the other in 16. */
const AGREEMENT = 0.25;

export interface FasterOptions {
  /** WebAssembly in the place of the backend that was started. */
  readonly toWebAssembly: () => Promise<StartedBackend>;
  readonly kernels: KernelSource;
  /** How many are read at a time in what follows. */
  readonly faces: number;
  /** ms */
  readonly now?: () => number;
}

export interface StartedEngine {
  readonly backend: StartedBackend;
  readonly started: StartedClassifier;
}

/**
 * Puts a model on the backend that was started, or on WebAssembly where a GPU computes something else or, for `auto`, is slower.
 * @throws as `startClassifier` and `toWebAssembly`
 */
export async function startFaster(
  backend: StartedBackend,
  manifest: Manifest,
  arrays: NamedArrays,
  { toWebAssembly, kernels, faces, now = () => performance.now() }: FasterOptions,
): Promise<StartedEngine> {
  const onBackend = startClassifier(backend, kernels, manifest, arrays);
  if (backend.name !== 'webgpu') return { backend, started: await onBackend };
  const [gpu, wasm] = await Promise.all([onBackend, startWebAssembly(kernels, manifest, arrays)]);
  if (wasm === null) return { backend, started: gpu };
  const isTimed = backend.preference === 'auto';
  const { fault, gpuTime, wasmTime } = await compare(gpu.classifier, wasm.classifier, {
    manifest,
    faces,
    now,
    isTimed,
  });
  if (fault === null && !(isTimed && gpuTime > wasmTime)) {
    wasm.classifier.dispose();
    const times = `${inWords(gpuTime)} a face against ${inWords(wasmTime)} on WebAssembly`;
    const checked = isTimed
      ? `It was the faster when both were measured: ${times}.`
      : 'Its answers were checked against WebAssembly’s.';
    return { backend, started: { ...gpu, reason: `${gpu.reason} ${checked}` } };
  }
  gpu.classifier.dispose();
  const slower = `it was faster than the GPU when both were measured: ${inWords(wasmTime)} a face against ${inWords(gpuTime)}`;
  const reason = `WebAssembly runs because ${fault ?? slower}.${wasm.reason}`;
  return { backend: await toWebAssembly(), started: { ...wasm, reason } };
}

const inWords = (ms: number): string => `${ms.toFixed(1)} ms`;

/** Null where our own kernels do not run there. */
async function startWebAssembly(
  kernels: KernelSource,
  manifest: Manifest,
  arrays: NamedArrays,
): Promise<StartedClassifier | null> {
  const notForThis = () => Promise.reject(new Error('TensorFlow.js would be slower than any GPU.'));
  const backend = { name: 'wasm', reason: '', device: null, tensors: notForThis } as const;
  try {
    return await startClassifier(backend, kernels, manifest, arrays);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    return null;
  }
}

interface Comparison {
  /** What is wrong with the GPU, as the end of a sentence. */
  readonly fault: string | null;
  /** Medians, ms a face. */
  readonly gpuTime: number;
  readonly wasmTime: number;
}

interface CompareOptions extends Pick<Required<FasterOptions>, 'faces' | 'now'> {
  readonly manifest: Manifest;
  /** Once is enough to see whether the answers are the same. */
  readonly isTimed: boolean;
}

async function compare(
  gpu: Classifier,
  wasm: Classifier,
  { manifest, faces, now, isTimed }: CompareOptions,
): Promise<Comparison> {
  const crops = ramps(faces, manifest.input.size ** 2 * gpu.inputChannels);
  const times: Record<'gpu' | 'wasm', number[]> = { gpu: [], wasm: [] };
  const time = async (name: 'gpu' | 'wasm', classifier: Classifier, isCounted: boolean) => {
    const start = now();
    const logits = await classifier.logits(crops, faces);
    if (isCounted) times[name].push((now() - start) / faces);
    return logits;
  };
  const failed = (fault: string): Comparison => ({ fault, gpuTime: Number.NaN, wasmTime: Number.NaN });
  for (let round = isTimed ? -WARM_UP : ROUNDS - 1; round < ROUNDS; round++) {
    const expected = await time('wasm', wasm, round >= 0);
    let found: Float32Array;
    try {
      found = await time('gpu', gpu, round >= 0);
    } catch (error) {
      return failed(`the GPU failed when it was tried (${error instanceof Error ? error.message : String(error)})`);
    }
    if (!agree(found, expected)) return failed('the GPU computed something else');
  }
  return { fault: null, gpuTime: median(times.gpu), wasmTime: median(times.wasm) };
}

/** Pictures that are no face, but of which every part is different. */
function ramps(faces: number, length: number): Float32Array {
  return Float32Array.from(
    { length: faces * length },
    (_, index) => (((index % length) * 7 + (index % 31) * 97) % length) / length,
  );
}

function agree(found: Float32Array, expected: Float32Array): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return found.every((value, index) => Math.abs(value - expected[index]) <= AGREEMENT * largest);
}
