/** The matrix products of the shipped network by each build of the kernels and by TensorFlow.js, in turn. */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/base/random.js';
import { Activation, FIRST_FREE_BYTE, type Kernels } from '../../src/plan/wasm/kernels.js';
import { packMatrix, padded } from '../../src/plan/wasm/packing.js';
import { packQuantised, quantisation, quantisedRow } from '../../src/plan/wasm/quantised.js';

/** `[M, K] · [K, N]`, and how often the network has it. */
export interface ProductShape {
  readonly part: string;
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly times: number;
  readonly activation: 'none' | 'relu' | 'gelu';
}

/** Milliseconds of one product by what computes it: the fastest round, which other work on the machine disturbed least. */
export interface ProductTimes {
  readonly shape: ProductShape;
  readonly fastest: Readonly<Record<string, number>>;
}

const shape = (
  part: string,
  [M, K, N]: readonly [number, number, number],
  times: number,
  activation: ProductShape['activation'] = 'none',
): ProductShape => ({ part, M, K, N, times, activation });

/** qcs-mobile, one face. */
export const SHAPES: readonly ProductShape[] = [
  shape('stem', [3136, 18, 64], 1, 'relu'),
  shape('56 px, pointwise', [3136, 64, 64], 1, 'relu'),
  shape('56 px, expand', [3136, 64, 128], 1, 'relu'),
  shape('28 px, expand', [784, 64, 128], 4, 'relu'),
  shape('28 px, project', [784, 128, 64], 5),
  shape('28 px, wide', [784, 64, 256], 1, 'relu'),
  shape('14 px, expand', [196, 128, 256], 6, 'relu'),
  shape('14 px, project', [196, 256, 128], 7),
  shape('14 px, wide', [196, 128, 512], 1, 'relu'),
  shape('7 px, project', [49, 512, 128], 1),
  shape('7 px, expand', [49, 128, 256], 2, 'relu'),
  shape('pyramid, 14 px', [196, 576, 128], 1),
  shape('pyramid, 7 px', [49, 1152, 192], 2),
  shape('queries, keys, values', [148, 192, 576], 1),
  shape('scores of a head', [148, 24, 148], 8),
  shape('mixture of a head', [148, 148, 24], 8),
  shape('projection', [148, 192, 192], 1),
  shape('feed forward, first', [148, 192, 768], 1, 'gelu'),
  shape('feed forward, second', [148, 768, 192], 1),
];

const WARM_UP = 3;

/** @param builds compiled kernels by the name under which they are reported */
export async function measureProducts(
  builds: Readonly<Record<string, WebAssembly.Module>>,
  rounds: number,
): Promise<readonly ProductTimes[]> {
  const opened = await Promise.all(
    Object.entries(builds).map(async ([name, module]) => [name, await open(module)] as const),
  );
  return SHAPES.map((shape) => {
    const random = new Random(1);
    const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal());
    const [a, b, bias] = [draw(shape.M * shape.K), draw(shape.K * shape.N), draw(padded(shape.N))];
    const stock = stockProduct(shape, a, b, bias.subarray(0, shape.N));
    const runs = new Map([['TensorFlow.js', stock.run]]);
    for (const [name, lay] of opened) {
      const { float32, int8 } = lay(shape, a, b, bias);
      runs.set(`${name} float32`, float32).set(`${name} int8`, int8);
    }
    const times = new Map([...runs.keys()].map((name) => [name, [] as number[]]));
    // Short products are repeated until the clock's steps do not matter.
    const repeats = Math.max(1, Math.round(5e7 / (shape.M * shape.K * shape.N)));
    for (let round = -WARM_UP; round < rounds; round++) {
      for (const [name, run] of runs) {
        const began = performance.now();
        for (let repeat = 0; repeat < repeats; repeat++) run();
        if (round >= 0) times.get(name)?.push((performance.now() - began) / repeats);
      }
    }
    stock.dispose();
    return { shape, fastest: Object.fromEntries([...times].map(([name, all]) => [name, Math.min(...all)])) };
  });
}

type Lay = (
  shape: ProductShape,
  a: Float32Array,
  b: Float32Array,
  bias: Float32Array,
) => { readonly float32: () => void; readonly int8: () => void };

/** A build with a memory that holds the operands of one shape at a time. */
async function open(module: WebAssembly.Module): Promise<Lay> {
  const memory = new WebAssembly.Memory({ initial: 256 });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const kernels = exports as unknown as Kernels;
  const size = kernels.quantisedBytes();
  return ({ M, K, N, activation }, a, b, bias) => {
    let top = FIRST_FREE_BYTE;
    const room = (bytes: number) => {
      const at = top;
      top += Math.ceil(bytes / 64) * 64;
      return at;
    };
    const put = (values: Float32Array | Uint8Array) => {
      const at = room(values.byteLength);
      new Uint8Array(memory.buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
      return at;
    };
    const range = quantisation(-3, 3);
    const packed = packQuantised(b, K, N, bias, range, size);
    const ld = quantisedRow(K, size);
    const [x, weights, biases] = [put(a), put(packMatrix(b, K, N)), put(bias)];
    const [weights8, scale, bias8] = [put(packed.weights), put(packed.scale), put(packed.bias)];
    const [x8, c] = [room(M * ld), room(M * N * 4)];
    const code = Activation[activation];
    return {
      float32: () => kernels.matmul(x, K * 4, weights, biases, c, N * 4, M, K, N, code, 0, 0, 0),
      int8: () => {
        kernels.quantise(x, K * 4, x8, ld, M, K, 1 / range.scale, range.zeroPoint);
        kernels.matmulQuantised(x8, ld, weights8, scale, bias8, c, N * 4, M, K, N, code, 0, 0, 0);
      },
    };
  };
}

/** The current backend's fused product, as the network is run today. TensorFlow.js has no GELU to fuse. */
function stockProduct({ M, K, N, activation }: ProductShape, a: Float32Array, b: Float32Array, bias: Float32Array) {
  const tensors = [tf.tensor2d(a, [M, K]), tf.tensor2d(b, [K, N]), tf.tensor1d(bias)] as const;
  const [x, weights, biases] = tensors;
  const fused = activation === 'relu' ? 'relu' : 'linear';
  return {
    run: () => tf.fused.matMul({ a: x, b: weights, bias: biases, activation: fused }).dispose(),
    dispose: () => tf.dispose([...tensors]),
  };
}
