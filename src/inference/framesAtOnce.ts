/** How many live frames are under way at once. */
import type { BackendName } from './observation.js';

/**
 * While a GPU reads one frame the processor finds the faces of the next. On WebAssembly one thread does both, and a second frame would only wait and be
 * older when it is read.
 */
export function framesAtOnce(backend: BackendName): number {
  return backend === 'webgpu' ? 2 : 1;
}
