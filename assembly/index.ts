/** The module's exports. What each does, and in which units, stands at the interface `Kernels` in `src/plan/wasm/kernels.ts`. */
export { matmul } from './matmul';
