/** Which of the kernels' two builds an engine can run, and how it starts. */
import { RuntimeError } from '../../errors.js';
import type { Kernels } from './kernels.js';

/** Which of the two files: `relaxed` where the engine takes relaxed SIMD, else `simd`. */
export type KernelBuild = 'relaxed' | 'simd';

/**
 * The smallest modules that use what a build needs: one function that returns a vector. Engines that do not know an instruction refuse
 * the module.
 */
const PROBES: Readonly<Record<KernelBuild, Uint8Array<ArrayBuffer>>> = {
  // Three zeros, i32x4.relaxed_dot_i8x16_i7x16_add_s.
  relaxed: probe('4100fd11 4100fd11 4100fd11 fd9302'),
  // Two zeros, i32x4.dot_i16x8_s.
  simd: probe('4100fd11 4100fd11 fdba01'),
};

/** A module with one function, which takes nothing, returns a vector and has this body. */
function probe(body: string): Uint8Array<ArrayBuffer> {
  const bytes = (text: string) => (text.match(/[0-9a-f]{2}/g) ?? []).map((byte) => parseInt(byte, 16));
  const code = [0x00, ...bytes(body), 0x0b];
  const header = bytes('0061736d 01000000 0105016000017b 03020100');
  return Uint8Array.from([...header, 0x0a, code.length + 2, 0x01, code.length, ...code]);
}

/** The fastest build that this engine can run, or null where it has no WebAssembly SIMD. */
export function supportedBuild(): KernelBuild | null {
  const takes = (build: KernelBuild) => WebAssembly.validate(PROBES[build]);
  return takes('relaxed') ? 'relaxed' : takes('simd') ? 'simd' : null;
}

/**
 * Compiles the kernels. A response is compiled while it arrives, if its server calls it `application/wasm`, and after it has arrived
 * otherwise.
 * @throws RuntimeError `no-backend` when the response is no success or holds no module that this engine takes
 */
export async function compileKernels(source: Response | BufferSource): Promise<WebAssembly.Module> {
  if (source instanceof Response && !source.ok) {
    throw new RuntimeError(
      'no-backend',
      `The WebAssembly kernels could not be fetched (${source.status}). Check where the package's files lie.`,
    );
  }
  try {
    if (!(source instanceof Response)) return await WebAssembly.compile(source);
    const streams = /^application\/wasm\s*(;|$)/.test(source.headers.get('content-type') ?? '');
    return await (streams ? WebAssembly.compileStreaming(source) : WebAssembly.compile(await source.arrayBuffer()));
  } catch (cause) {
    throw new RuntimeError(
      'no-backend',
      'The WebAssembly kernels could not be compiled. Check that their files belong to this version.',
      { cause },
    );
  }
}

/** Binds compiled kernels to the memory that they read and write. */
export async function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Kernels> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports as unknown as Kernels;
}
