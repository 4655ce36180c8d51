/**
 * Quick mode's memory: the backbone's tokens of every image and of its mirror image, computed once, in half precision. What does not fit in memory
 * lies in storage and is read back image by image.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../dataset/sample.js';
import type { FileStorage } from '../../storage/storage.js';
import { SPLITS } from '../../dataset/sample.js';
import { RuntimeError } from '../../errors.js';
import { Context } from '../../network/context.js';
import type { Network } from '../../network/network.js';
import { foldParameters } from '../../network/fold.js';
import { createParameter, disposeParameters, selectArrays } from '../../network/parameters.js';
import type { NamedArray } from '../../weights/namedArray.js';
import type { InputSpec } from '../../weights/manifest.js';
import { float16ToFloat32, float32ToFloat16 } from '../../weights/halfPrecision.js';
import { drawAugmentation, UNCHANGED } from './augment.js';
import type { AugmentationConfig } from '../config.js';
import { foldedImagesTensor, type TrainingInputs } from './inputs.js';
import type { Draw } from './sampler.js';
import type { SplitSamples } from './samples.js';
import { isHead } from '../startingModel.js';

/** Tokens beyond this stay in storage. */
const MEMORY_BYTES = 256 * 2 ** 20;
/** Images that go through the backbone together, and lie together in storage. */
const BLOCK = 16;

export interface TokenCacheSetup {
  readonly network: Network;
  /** The model's parameters, backbone and token convolutions among them, in PyTorch's axes. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
  readonly samples: SplitSamples;
  readonly input: InputSpec;
  readonly augmentation: AugmentationConfig;
  /** For what memory cannot hold; null keeps all in memory. */
  readonly storage: FileStorage | null;
  readonly memoryBytes?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

type Block = Uint16Array<ArrayBuffer>;

export class TokenCache implements TrainingInputs {
  private constructor(
    private readonly blocks: ReadonlyMap<string, Block | null>,
    private readonly shape: readonly [number, number],
    private readonly augmentation: AugmentationConfig,
    private readonly storage: FileStorage | null,
    private readonly counts: Readonly<Record<Split, number>>,
  ) {}

  /**
   * Computes all tokens. Throws a RuntimeError `storage-full` when storage cannot take what memory cannot, and the signal's reason when aborted.
   */
  static async create(setup: TokenCacheSetup): Promise<TokenCache> {
    const { network, samples, input, onProgress } = setup;
    const passes = network.tokenPasses;
    if (passes === null) throw new RuntimeError('internal', 'This network has no tokens to keep.');
    const blocks = new Map<string, Block | null>();
    const total = SPLITS.reduce((sum, split) => sum + samples[split].length * (split === 'train' ? 2 : 1), 0);
    let shape: readonly [number, number] = [0, 0];
    let bytes = 0;
    let done = 0;
    await setup.storage?.remove('');
    const parameters = foldedBackbone(network, setup.arrays, input);
    try {
      for (const split of SPLITS) {
        for (const mirrored of split === 'train' ? [false, true] : [false]) {
          for (let start = 0; start < samples[split].length; start += BLOCK) {
            setup.signal?.throwIfAborted();
            const chosen = samples[split].slice(start, start + BLOCK);
            const tokens = tf.tidy(() => {
              const faces = chosen.map((sample) => ({ sample, change: { ...UNCHANGED, mirrored } }));
              return passes.tokens(new Context(parameters, { mode: 'folded' }), foldedImagesTensor(faces, input));
            });
            const block = float32ToFloat16(Float32Array.from(await tokens.data()));
            shape = [tokens.shape[1], tokens.shape[2]];
            tokens.dispose();
            const name = blockName(split, mirrored, start);
            const inMemory = setup.storage === null || bytes + block.byteLength <= (setup.memoryBytes ?? MEMORY_BYTES);
            if (inMemory) bytes += block.byteLength;
            else await setup.storage.write(name, new Uint8Array(block.buffer));
            blocks.set(name, inMemory ? block : null);
            done += chosen.length;
            onProgress?.(done, total);
          }
        }
      }
    } finally {
      disposeParameters(parameters);
    }
    const counts = { train: samples.train.length, validation: samples.validation.length, test: samples.test.length };
    return new TokenCache(blocks, shape, setup.augmentation, setup.storage, counts);
  }

  /** `[draws, tokens, width]`; of an augmentation only the mirror image counts here. */
  async batch(draws: readonly Draw[]): Promise<tf.Tensor> {
    return this.gather(
      draws.map(({ index, seed }) => ({
        split: 'train',
        index,
        mirrored: drawAugmentation(seed, this.augmentation).mirrored,
      })),
    );
  }

  async plain(split: Split, start: number, count: number): Promise<tf.Tensor> {
    const end = Math.min(start + count, this.counts[split]);
    return this.gather(
      Array.from({ length: end - start }, (_, place) => ({ split, index: start + place, mirrored: false })),
    );
  }

  dispose(): void {
    void this.storage?.remove('');
  }

  private async gather(
    wanted: readonly { readonly split: Split; readonly index: number; readonly mirrored: boolean }[],
  ): Promise<tf.Tensor3D> {
    const [count, width] = this.shape;
    const size = count * width;
    const values = new Uint16Array(wanted.length * size);
    for (const [place, { split, index, mirrored }] of wanted.entries()) {
      const within = index % BLOCK;
      const name = blockName(split, mirrored, index - within);
      const block = this.blocks.get(name) ?? null;
      const tokens =
        block === null ? await this.read(name, within, size) : block.subarray(within * size, (within + 1) * size);
      values.set(tokens, place * size);
    }
    return tf.tensor3d(float16ToFloat32(values), [wanted.length, count, width]);
  }

  private async read(name: string, within: number, size: number): Promise<Uint16Array> {
    const bytes = await this.storage?.readRange(name, within * size * 2, size * 2);
    if (bytes?.byteLength !== size * 2) {
      throw new RuntimeError('storage-refused', 'The cached tokens vanished from storage. Start the training again.');
    }
    return new Uint16Array(bytes.slice().buffer);
  }
}

/** What makes tokens, folded as for inference, which is twice as fast. */
function foldedBackbone(
  network: Network,
  arrays: ReadonlyMap<string, NamedArray>,
  input: InputSpec,
): Map<string, tf.Tensor> {
  const base = network.parameters.filter(({ name, part }) => part === 'base' && !isHead(name));
  const layouts = new Map(base.map(({ name, layout }) => [name, layout]));
  const folded = foldParameters(network, selectArrays(arrays, base), input);
  return new Map([...folded].map(([name, array]) => [name, createParameter(array, layouts.get(name) ?? 'plain')]));
}

function blockName(split: Split, mirrored: boolean, start: number): string {
  return `${split}${mirrored ? '-mirrored' : ''}-${start}.tokens`;
}
