/** The two builds of the kernels in a browser, from their first call on, when an engine runs what it compiled in haste. */
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { Activation, FIRST_FREE_BYTE, RELAXED_BOUND } from '../../../src/plan/wasm/kernels.js';
import { compileKernels, instantiateKernels, supportedBuild } from '../../../src/plan/wasm/module.js';
import { packMatrix } from '../../../src/plan/wasm/packing.js';
import { packQuantised, quantisation, quantisedRow } from '../../../src/plan/wasm/quantised.js';

const [M, K, N] = [23, 301, 40];
const range = quantisation(-3, 3);

/** A product in float32 and one in int8, by kernels that have never run before. */
async function multiply(build: 'simd' | 'relaxed'): Promise<readonly [Float32Array, Float32Array]> {
  const module = await compileKernels(await fetch(`/runtime/kernels-${build}.wasm`));
  const memory = new WebAssembly.Memory({ initial: 16 });
  const kernels = await instantiateKernels(module, memory);
  const random = new Random(1);
  let top = FIRST_FREE_BYTE;
  const put = (values: Float32Array | Uint8Array) => {
    const at = top;
    new Uint8Array(memory.buffer).set(new Uint8Array(values.buffer), at);
    top += values.byteLength;
    return at;
  };
  const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const [values, matrix, bias] = [draw(M * K), draw(K * N), draw(N)];
  const [a, b, biases, c] = [put(values), put(packMatrix(matrix, K, N)), put(bias), put(new Float32Array(M * N))];
  const read = () => new Float32Array(memory.buffer.slice(c, c + 4 * M * N));
  kernels.matmul(a, K * 4, b, biases, c, N * 4, M, K, N, Activation.relu, 0, 0, 0);
  const product = read();
  const size = kernels.quantisedBytes();
  const packed = packQuantised(matrix, K, N, bias, range, size);
  const ld = quantisedRow(K, size);
  const rows = put(new Uint8Array(M * ld));
  const [weights, scale, shift] = [put(packed.weights), put(packed.scale), put(packed.bias)];
  kernels.quantise(a, K * 4, rows, ld, M, K, 1 / range.scale, range.zeroPoint);
  kernels.matmulQuantised(rows, ld, weights, scale, shift, c, N * 4, M, K, N, Activation.relu, 0, 0, 0);
  return [product, read()];
}

test('both builds run here, and agree: float32 within their bound, int8 to the last bit', async () => {
  expect(supportedBuild()).toBe('relaxed');
  const [[simd, simdInt8], [relaxed, relaxedInt8]] = [await multiply('simd'), await multiply('relaxed')];
  expect(simd.some((value) => value > 1)).toBe(true);
  const furthest = Math.max(...simd.map((value, index) => Math.abs(value - relaxed[index])));
  // The sum of |terms| of two standard normal values is about 2/π of their number.
  expect(furthest).toBeLessThan(RELAXED_BOUND * K);
  expect([...relaxedInt8]).toEqual([...simdInt8]);
});
