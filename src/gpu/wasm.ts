/** Starts the WebAssembly backend of TensorFlow.js from the package's own files. */
import * as tf from '@tensorflow/tfjs-core';

/** Where the two builds of the WebAssembly backend are. Which one is fetched depends on the browser's SIMD support. */
export interface WasmUrls {
  readonly plain: URL;
  readonly simd: URL;
}

/** The same as plain strings; in Node these are file paths. */
export interface WasmLocations {
  readonly plain: string;
  readonly simd: string;
}

let located: string | undefined;

/** Makes WebAssembly the current backend. Throws what the loader says when the file cannot be had. */
export async function useWasm(locations: WasmLocations): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // The threaded build gains nothing and needs a cross-origin isolated page: never ask for it.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const wanted = JSON.stringify(locations);
  if (located !== wanted) {
    // TensorFlow.js refuses a second call after a failed start, even with the same map.
    setWasmPaths({
      'tfjs-backend-wasm.wasm': locations.plain,
      'tfjs-backend-wasm-simd.wasm': locations.simd,
      'tfjs-backend-wasm-threaded-simd.wasm': locations.simd,
    });
    located = wanted;
  }
  if (!(await tf.setBackend('wasm'))) throw new Error(`WebAssembly did not start from ${locations.simd}`);
}
