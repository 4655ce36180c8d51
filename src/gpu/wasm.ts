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

/** TensorFlow.js keeps this object, and refuses another one after a failed start; changed values it sees. */
const paths = {
  'tfjs-backend-wasm.wasm': '',
  'tfjs-backend-wasm-simd.wasm': '',
  'tfjs-backend-wasm-threaded-simd.wasm': '',
};
let handedOver = false;

/** Makes WebAssembly the current backend. Throws what the loader says when the file cannot be had. */
export async function useWasm(locations: WasmLocations): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // The threaded build gains nothing and needs a cross-origin isolated page: never ask for it.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  paths['tfjs-backend-wasm.wasm'] = locations.plain;
  paths['tfjs-backend-wasm-simd.wasm'] = locations.simd;
  paths['tfjs-backend-wasm-threaded-simd.wasm'] = locations.simd;
  if (!handedOver) setWasmPaths(paths);
  handedOver = true;
  if (!(await tf.setBackend('wasm'))) throw new Error(`WebAssembly did not start from ${locations.simd}`);
}
