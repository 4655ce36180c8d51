/** Adds this project's kernels to the backends of TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc } from '@tensorflow/tfjs-core';
import { filterGradientKernel } from './convolutionFilterGradient.js';
import { depthwiseFilterGradientKernel } from './depthwiseFilterGradient.js';
import type { BackendName } from './preference.js';
import * as wasmConvolution from './wasmConvolutionGradients.js';
import { inputGradient } from './wasmInputGradient.js';
import { fusedMatMulKernel, matMulKernel } from './wasmMatMul.js';
import * as wasm from './wasmOperations.js';

/** Makes a kernel, perhaps from the stock one. */
type Maker = (stock: KernelFunc) => KernelFunc;

interface Kernels {
  /** In place of the backend's own. */
  readonly replaced: Readonly<Record<string, Maker>>;
  /** The backend has none of these. */
  readonly added: Readonly<Record<string, KernelFunc>>;
}

const KERNELS: Readonly<Record<BackendName, Kernels>> = {
  webgpu: {
    replaced: {
      [tf.Conv2DBackpropFilter]: filterGradientKernel,
      [tf.DepthwiseConv2dNativeBackpropFilter]: depthwiseFilterGradientKernel,
    },
    added: {},
  },
  wasm: {
    replaced: {
      [tf.BatchMatMul]: matMulKernel,
      [tf._FusedMatMul]: fusedMatMulKernel,
      [tf.Identity]: wasm.identityKernel,
      [tf.Conv2DBackpropInput]: () => inputGradient,
      [tf.FusedBatchNorm]: () => wasm.batchNorm,
    },
    added: {
      [tf.Conv2DBackpropFilter]: wasmConvolution.filterGradient,
      [tf.DepthwiseConv2dNativeBackpropFilter]: wasmConvolution.depthwiseFilterGradient,
      [tf.DepthwiseConv2dNativeBackpropInput]: wasmConvolution.depthwiseInputGradient,
      [tf.UnsortedSegmentSum]: wasm.segmentSum,
    },
  },
};

const installed = new Set<BackendName>();

/**
 * Registers the kernels that a backend lacks and those that are faster than its own. Doing it twice changes nothing. The backend's package
 * must be loaded, and in the case of WebAssembly started.
 */
export function installKernels(backendName: BackendName): void {
  if (installed.has(backendName)) return;
  installed.add(backendName);
  const { replaced, added } = KERNELS[backendName];
  for (const [kernelName, make] of Object.entries(replaced)) {
    const stock = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    // With the stock kernel's own set-up, which a later start of the backend needs again.
    tf.registerKernel({ ...stock, kernelFunc: make(stock.kernelFunc) });
  }
  for (const [kernelName, kernelFunc] of Object.entries(added)) {
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}
