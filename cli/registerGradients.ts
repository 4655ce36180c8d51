/** The gradients of TensorFlow.js's operations, in the built command line and in the repository alike. */
import { createRequire } from 'node:module';

/** Registers them. Only commands that train need them. */
export async function registerGradients(): Promise<void> {
  try {
    // The build bundles this. Node itself cannot follow the folder imports inside as a module; as CommonJS it can.
    await import('../src/gpu/gradients.js');
  } catch {
    createRequire(import.meta.url)('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  }
}
