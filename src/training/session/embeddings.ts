/** What a model sees in the images of the data set, computed once for each and kept as long as the worker runs. */
import { decodeInBrowser } from '../../dataset/browserImages.js';
import type { Dataset } from '../../dataset/dataset.js';
import type { DecodeImage } from '../../dataset/importImages.js';
import type { StoredSample } from '../../dataset/packs.js';
import { channelCount, preprocessImage } from '../../faces/preprocess.js';
import { startBackend } from '../../gpu/backend.js';
import type { WasmUrls } from '../../gpu/wasm.js';
import { fetchKernels, startClassifier } from '../../plan/startClassifier.js';
import type { KernelUrls } from '../../plan/wasm/module.js';
import { measureCrop, type CropMeasures } from '../../reading/measures.js';
import { mirrorCrop } from '../../reading/mirror.js';
import { FAMILIES } from '../../weights/architectures.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import { completeConfig } from '../config.js';
import { embeddingModel } from '../lastLayer/embeddings.js';
import { startingModel } from '../startingModel.js';

/** Computes embeddings `[count, width]` of crops, as `Classifier.logits` does logits. */
export interface Embedder {
  logits(crops: Float32Array, count: number): Promise<Float32Array>;
  dispose(): void;
}

export interface SeenImage {
  readonly embedding: Float32Array;
  /** Of the mirror image; null where nobody asked. */
  readonly mirrored: Float32Array | null;
  readonly measures: CropMeasures;
}

export interface EmbeddingsSetup {
  readonly dataset: Dataset;
  loadModel(): Promise<LoadedModel>;
  /** Starts what computes the embeddings of a model; it is disposed after every use. */
  start(model: LoadedModel): Promise<Embedder>;
  readonly decode?: DecodeImage;
}

export interface SeeOptions {
  readonly mirrored?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export class Embeddings {
  private readonly seen = new Map<string, SeenImage>();

  constructor(private readonly setup: EmbeddingsSetup) {}

  /**
   * By sample id. Images that cannot be decoded any more are left out.
   * @throws ModelError, RuntimeError; the signal's reason when aborted
   */
  async see(samples: readonly StoredSample[], options: SeeOptions = {}): Promise<ReadonlyMap<string, SeenImage>> {
    const { mirrored = false, onProgress, signal } = options;
    const missing = samples.filter(({ id }) => {
      const seen = this.seen.get(id);
      return seen === undefined || (mirrored && seen.mirrored === null);
    });
    if (missing.length > 0) await this.compute(missing, { mirrored, signal, onProgress });
    return new Map(
      samples.flatMap(({ id }) => {
        const seen = this.seen.get(id);
        return seen === undefined ? [] : [[id, seen]];
      }),
    );
  }

  private async compute(
    samples: readonly StoredSample[],
    { mirrored, onProgress, signal }: { [Key in keyof SeeOptions]: SeeOptions[Key] | undefined },
  ): Promise<void> {
    const { dataset, decode = decodeInBrowser } = this.setup;
    const model = await this.setup.loadModel();
    const { input } = model.manifest;
    const channels = channelCount(input);
    const embedder = await this.setup.start(model);
    let done = 0;
    try {
      for await (const { sample, bytes } of dataset.readImages(samples)) {
        signal?.throwIfAborted();
        const image = await decode(bytes.slice()).catch(() => null);
        done += 1;
        if (image !== null) {
          const crop = preprocessImage(image, input);
          const embedding = await embedder.logits(crop, 1);
          const other = mirrored === true ? await embedder.logits(mirrorCrop(crop, input.size, channels), 1) : null;
          this.seen.set(sample.id, { embedding, mirrored: other, measures: measureCrop(crop, input.size, channels) });
        }
        onProgress?.(done, samples.length);
      }
    } finally {
      embedder.dispose();
    }
  }
}

/** Embeddings by our own kernels, or by TensorFlow.js where those do not run. */
export function embedderStarter(wasm: WasmUrls, kernels: KernelUrls): EmbeddingsSetup['start'] {
  return async ({ manifest, arrays }) => {
    const backend = await startBackend('wasm', { wasmUrls: wasm, lazy: true });
    const { family } = manifest.architecture;
    const config = completeConfig({
      classes: manifest.classes,
      mode: 'full',
      family: FAMILIES[family].reads === 'levels' ? 'base' : family,
    });
    const own = embeddingModel(manifest, startingModel(manifest, arrays, config));
    const { classifier } = await startClassifier(backend, fetchKernels(kernels), own.manifest, own.arrays);
    return classifier;
  };
}
