/** TensorFlow.js's own kernels beside ours in one process. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import type { BackendName } from '../../src/gpu/preference.js';

/** What the two backends' packages registered. Must run before a backend is started, which puts ours in place. */
export async function rememberStockKernels(backend: BackendName): Promise<StockKernels> {
  await (backend === 'wasm' ? import('@tensorflow/tfjs-backend-wasm') : import('@tensorflow/tfjs-backend-webgpu'));
  return new StockKernels(backend, tf.getKernelsForBackend(backend));
}

export class StockKernels {
  readonly backend: BackendName;
  private readonly byName: ReadonlyMap<string, KernelConfig>;

  constructor(backend: BackendName, kernels: readonly KernelConfig[]) {
    this.backend = backend;
    this.byName = new Map(kernels.map((kernel) => [kernel.kernelName, kernel]));
  }

  has(kernelName: string): boolean {
    return this.byName.has(kernelName);
  }

  /** Whether the backend runs ours under this name. */
  isReplaced(kernelName: string): boolean {
    return tf.getKernel(kernelName, this.backend).kernelFunc !== this.byName.get(kernelName)?.kernelFunc;
  }

  /** Runs the body with the stock kernels in the places of ours, those that only we have left as they are. */
  use<T>(body: () => T): T {
    const ours = tf.getKernelsForBackend(this.backend).filter((kernel) => {
      const stock = this.byName.get(kernel.kernelName);
      return stock !== undefined && stock.kernelFunc !== kernel.kernelFunc;
    });
    this.put(ours.map((kernel) => this.byName.get(kernel.kernelName) ?? kernel));
    try {
      return body();
    } finally {
      this.put(ours);
    }
  }

  private put(kernels: readonly KernelConfig[]): void {
    for (const kernel of kernels) {
      tf.unregisterKernel(kernel.kernelName, this.backend);
      tf.registerKernel(kernel);
    }
  }
}
