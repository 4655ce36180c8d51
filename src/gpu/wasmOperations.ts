/** Smaller kernels for WebAssembly: one that TensorFlow.js lacks there, and two that it has only slow. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** `UnsortedSegmentSum`, the gradient of `gather`: equal places add up in a scatter. */
export const segmentSum: KernelFunc = ({ inputs, attrs }) =>
  tf.tidy(() => {
    const { x, segmentIds } = inputs as { x: Tensor; segmentIds: Tensor1D };
    const { numSegments } = attrs as unknown as { numSegments: number };
    const shape = [numSegments, ...x.shape.slice(segmentIds.rank)];
    return tf.scatterND(tf.reshape(segmentIds, [-1, 1]), tf.reshape(x, [segmentIds.size, ...shape.slice(1)]), shape);
  });

/** Replaces `FusedBatchNorm`, whose stock loop is not vectorised: by channel a subtraction, a product and a sum. */
export const batchNorm: KernelFunc = ({ inputs, attrs }) =>
  tf.tidy(() => {
    const { x, mean, variance, scale, offset } = inputs as Record<string, Tensor> & { x: Tensor4D };
    const { varianceEpsilon } = attrs as unknown as { varianceEpsilon: number };
    const inverse = tf.rsqrt(tf.add(variance, varianceEpsilon));
    const factor = scale === undefined ? inverse : tf.mul(inverse, scale);
    const scaled = tf.mul(tf.sub(x, mean), factor);
    return offset === undefined ? scaled : tf.add(scaled, offset);
  });

/**
 * Replaces `Identity`, whose stock version copies: every value that a gradient needs later goes through it. Kernels never write into their inputs, so that both may
 * share one memory, as after a reshape.
 */
export function identityKernel(stock: KernelFunc): KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: Tensor };
    if (x.dtype === 'string') return stock(call);
    (call.backend as BackendWasm).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  };
}
