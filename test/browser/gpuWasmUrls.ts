/** The WebAssembly files as the test server has them. */
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';

export const WASM_URLS = { plain: new URL(plain, location.href), simd: new URL(simd, location.href) };
