/** A model on a backend: by our own kernels where they run, else by TensorFlow.js. */
import { ModelError } from '../errors.js';
import type { StartedBackend } from '../gpu/backend.js';
import { type Classifier, createClassifier } from '../network/classifier.js';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';
import { createPlanClassifier } from './classifier.js';
import type { KernelBuild, KernelSource, KernelUrls } from './wasm/module.js';
import type { GpuClassifier } from './webgpu/classifier.js';

export interface StartedClassifier {
  readonly classifier: Classifier;
  /** Sentences for people: why the backend runs, and what computes on it. */
  readonly reason: string;
  /** Which build of our WebAssembly kernels computes; null where something else does. */
  readonly kernels: KernelBuild | null;
}

/** Whether it cuts faces out of frames itself. */
export function readsFrames(classifier: Classifier): classifier is GpuClassifier {
  return 'readFrame' in classifier;
}

export function fetchKernels(urls: KernelUrls): KernelSource {
  return (build) => fetch(urls[build]);
}

/**
 * Puts a model on a backend, which may have been started `lazy`.
 * @throws ModelError `model-architecture` or `model-parameters`; RuntimeError `no-backend` where nothing can compute on WebAssembly
 */
export async function startClassifier(
  backend: Pick<StartedBackend, 'name' | 'reason' | 'device' | 'tensors'>,
  kernels: KernelSource,
  manifest: Manifest,
  arrays: NamedArrays,
): Promise<StartedClassifier> {
  const own = await startOwn(backend, kernels, manifest, arrays);
  if ('classifier' in own) {
    const { classifier, build, names } = own;
    return { classifier, reason: `${backend.reason} It computes with its own kernels (${names}).`, kernels: build };
  }
  await backend.tensors();
  const classifier = await createClassifier(manifest, arrays);
  return { classifier, reason: `${backend.reason} TensorFlow.js computes. ${own.refused}`, kernels: null };
}

const BUILD_NAMES: Readonly<Record<KernelBuild, string>> = { relaxed: 'relaxed SIMD', simd: 'SIMD' };

interface Own {
  readonly classifier: Classifier;
  readonly build: KernelBuild | null;
  /** For people. */
  readonly names: string;
}

async function startOwn(
  { device }: Pick<StartedBackend, 'device'>,
  kernels: KernelSource,
  manifest: Manifest,
  arrays: NamedArrays,
): Promise<Own | { readonly refused: string }> {
  try {
    if (device !== null) {
      // Loaded where there is a GPU alone.
      const { createGpuClassifier } = await import('./webgpu/classifier.js');
      const { classifier, half } = await createGpuClassifier(manifest, arrays, device);
      return { classifier, build: null, names: half ? 'WGSL, weights in float16' : 'WGSL' };
    }
    const { classifier, build } = await createPlanClassifier(manifest, arrays, kernels);
    return { classifier, build, names: `${BUILD_NAMES[build]}${manifest.int8 === undefined ? '' : ', int8'}` };
  } catch (error) {
    // What is wrong with the model is wrong with it on TensorFlow.js too.
    if (error instanceof ModelError) throw error;
    return { refused: `Our own kernels do not run: ${error instanceof Error ? error.message : String(error)}` };
  }
}
