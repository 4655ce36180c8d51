/** Relaxed SIMD for Node 20, which has it behind a flag; from Node 22 on it is there. */
import { setFlagsFromString } from 'node:v8';

const FIRST_WITH_RELAXED_SIMD = 22;

/**
 * Lets the kernels that are loaded from now on, in any thread, use their faster build: in 8 bits a face takes 0.7 of the time. Whether that build computes
 * what it should is checked when it starts (src/plan/wasm/module.ts).
 */
export function allowRelaxedSimd(): void {
  if (Number(process.versions.node.split('.')[0]) < FIRST_WITH_RELAXED_SIMD) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
}
