/** Adds this project's kernels to the backends of TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc } from '@tensorflow/tfjs-core';
import { filterGradientKernel } from './convolutionFilterGradient.js';
import { depthwiseFilterGradientKernel } from './depthwiseFilterGradient.js';
import type { BackendName } from './preference.js';

const installed = new Map<string, KernelFunc>();

/**
 * Registers the kernels that a backend lacks and those that are faster or more exact than its own. Doing it twice changes nothing.
 * The backend's package must be loaded.
 */
export function installKernels(backend: BackendName): void {
  if (backend === 'webgpu') installOnWebgpu();
}

function installOnWebgpu(): void {
  replace(tf.Conv2DBackpropFilter, 'webgpu', filterGradientKernel);
  replace(tf.DepthwiseConv2dNativeBackpropFilter, 'webgpu', depthwiseFilterGradientKernel);
}

/** Puts the kernel made from the stock one in its place. */
function replace(kernelName: string, backendName: BackendName, make: (stock: KernelFunc) => KernelFunc): void {
  const before = tf.getKernel(kernelName, backendName);
  if (installed.get(`${kernelName} ${backendName}`) === before.kernelFunc) return;
  const kernelFunc = make(before.kernelFunc);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...before, kernelFunc });
  installed.set(`${kernelName} ${backendName}`, kernelFunc);
}
