/**
 * Matrix products on WebAssembly. TensorFlow.js runs its fast routine (XNNPACK) only for one pair of matrices with nothing transposed; for
 * batches and transposed operands it has plain loops, some ten times slower, and attention and every gradient of a linear layer are such.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Replaces `BatchMatMul`: transposes beforehand, and gives the matrices of a batch to the stock kernel one by one. */
export function matMulKernel(stock: KernelFunc): KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: Tensor; b: Tensor };
    const { transposeA, transposeB } = call.attrs as unknown as MatMulAttributes;
    return tf.tidy(() => {
      const inputs = { a: transposeA ? transposed(a) : a, b: transposeB ? transposed(b) : b };
      const backend = call.backend as BackendWasm;
      const attrs = { ...call.attrs, transposeA: false, transposeB: false };
      const each = (a: TensorInfo, b: TensorInfo) => stock({ inputs: { a, b }, backend, attrs }) as TensorInfo;
      const batch = tf.util.sizeFromShape(a.shape.slice(0, -2));
      if (batch === 1 || batch !== tf.util.sizeFromShape(b.shape.slice(0, -2))) {
        return tf.engine().makeTensorFromTensorInfo(each(inputs.a, inputs.b));
      }
      return oneByOne(backend, inputs.a, inputs.b, batch, each);
    });
  };
}

/** Replaces `_FusedMatMul`, a product with a bias and an activation: transposes beforehand. */
export function fusedMatMulKernel(stock: KernelFunc): KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: Tensor; b: Tensor };
    const { transposeA, transposeB } = call.attrs as unknown as MatMulAttributes;
    if (!transposeA && !transposeB) return stock(call);
    return tf.tidy(() => {
      const inputs = { ...call.inputs, a: transposeA ? transposed(a) : a, b: transposeB ? transposed(b) : b };
      const attrs = { ...call.attrs, transposeA: false, transposeB: false };
      return tf.engine().makeTensorFromTensorInfo(stock({ ...call, inputs, attrs }) as TensorInfo);
    });
  };
}

function transposed(matrices: Tensor): Tensor {
  const axes = matrices.shape.map((_, axis) => axis);
  return tf.transpose(matrices, [...axes.slice(0, -2), matrices.rank - 1, matrices.rank - 2]);
}

function oneByOne(
  backend: BackendWasm,
  a: Tensor,
  b: Tensor,
  batch: number,
  product: (a: TensorInfo, b: TensorInfo) => TensorInfo,
): Tensor {
  const [rows, inner] = a.shape.slice(-2);
  const columns = b.shape[b.rank - 1];
  const output = backend.makeOutput([...a.shape.slice(0, -2), rows, columns], 'float32');
  const place = backend.getMemoryOffset(output.dataId);
  const bytes = rows * columns * Float32Array.BYTES_PER_ELEMENT;
  for (let i = 0; i < batch; i++) {
    const one = withView(backend, a, i, [1, rows, inner], (a) =>
      withView(backend, b, i, [1, inner, columns], (b) => product(a, b)),
    );
    const from = backend.getMemoryOffset(one.dataId);
    heapOf(backend).copyWithin(place + i * bytes, from, from + bytes);
    backend.disposeData(one.dataId);
  }
  return tf.engine().makeTensorFromTensorInfo(output);
}

/** The memory of the moment: it moves when it grows. The package's types do not know Emscripten's. */
function heapOf(backend: BackendWasm): Uint8Array {
  return (backend.wasm as unknown as { HEAPU8: Uint8Array }).HEAPU8;
}

/** Lends the `index`-th part of a tensor's memory as a tensor of its own: a copy of each would cost more than the product. */
function withView(
  backend: BackendWasm,
  whole: Tensor,
  index: number,
  shape: number[],
  use: (view: TensorInfo) => TensorInfo,
): TensorInfo {
  const bytes = tf.util.sizeFromShape(shape) * Float32Array.BYTES_PER_ELEMENT;
  const view = backend.makeOutput(shape, 'float32', backend.getMemoryOffset(whole.dataId) + index * bytes);
  try {
    return use(view);
  } finally {
    // Not `disposeData` of the backend, which would free memory that belongs to the whole.
    backend.wasm.tfjs.disposeData(backend.dataIdMap.get(view.dataId).id);
    backend.dataIdMap.delete(view.dataId);
  }
}
