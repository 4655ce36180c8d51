/** Whether a page may run WebAssembly at all: its content security policy may forbid it. */
import { helpOf, RuntimeError } from '../errors.js';

/** The magic number and the version: a module with nothing in it. */
const EMPTY_MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** @throws RuntimeError `csp-blocked` where the policy forbids WebAssembly */
export function requireWebAssembly(): void {
  try {
    void new WebAssembly.Module(EMPTY_MODULE);
  } catch (cause) {
    throw new RuntimeError(
      'csp-blocked',
      `The content security policy of this page forbids WebAssembly. Add 'wasm-unsafe-eval' to its script-src (${helpOf('csp-blocked')}).`,
      { cause },
    );
  }
}
