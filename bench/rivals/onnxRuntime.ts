/** onnxruntime-web on WebAssembly, one thread, with the network that a plan computes. */
import type { Classifier } from '../../src/network/classifier.js';
import { foldedNetwork } from '../../src/network/foldedNetwork.js';
import { fuse } from '../../src/plan/fuse/fuse.js';
import { traceNetwork } from '../../src/plan/trace/trace.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';
import { exportOnnx } from './onnx.js';

interface Tensor {
  readonly data: Float32Array;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

/** What is used of the package's module. */
export interface OnnxRuntime {
  readonly env: { readonly wasm: { numThreads?: number; wasmPaths?: string }; logLevel?: string };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => Tensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<Session>;
  };
}

/** A session for every number of faces in a call, as its shapes are fixed and its memory planned. */
export async function createOnnxClassifier(
  runtime: OnnxRuntime,
  { manifest, arrays }: LoadedModel,
  counts: readonly number[],
): Promise<Classifier> {
  runtime.env.wasm.numThreads = 1;
  const folded = foldedNetwork(manifest, arrays);
  const graph = fuse(traceNetwork(folded));
  const { inputChannels, network } = folded;
  const sessions = new Map<number, Session>();
  for (const count of counts) {
    const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all' };
    sessions.set(count, await runtime.InferenceSession.create(exportOnnx(graph, count), options));
  }
  const pixels = network.size ** 2;
  return {
    inputChannels,
    logits: async (crops, count) => {
      const session = sessions.get(count);
      if (session === undefined) throw new RangeError(`No session was made for ${count} faces.`);
      const shape = [count, inputChannels + 1, network.size, network.size];
      const image = new runtime.Tensor('float32', channelsFirst(crops, count, pixels, inputChannels), shape);
      return (await session.run({ [session.inputNames[0]]: image }))[session.outputNames[0]].data;
    },
    dispose: () => {
      for (const session of sessions.values()) void session.release();
    },
  };
}

/** With the channel of ones behind the others, that every engine of this network is given. */
function channelsFirst(crops: Float32Array, count: number, pixels: number, channels: number): Float32Array {
  const image = new Float32Array(count * pixels * (channels + 1)).fill(1);
  for (let face = 0; face < count; face++) {
    for (let channel = 0; channel < channels; channel++) {
      const at = (face * (channels + 1) + channel) * pixels;
      for (let pixel = 0; pixel < pixels; pixel++) {
        image[at + pixel] = crops[(face * pixels + pixel) * channels + channel];
      }
    }
  }
  return image;
}
