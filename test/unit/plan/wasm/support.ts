/** A build of the kernels with a memory of its own, into which tests lay their operands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Random } from '../../../../src/base/random.js';
import { FIRST_FREE_BYTE, type Kernels } from '../../../../src/plan/wasm/kernels.js';
import { instantiateKernels, supportedBuild } from '../../../../src/plan/wasm/module.js';

// Node 20 has relaxed SIMD behind a flag, later ones without.
if (supportedBuild() === 'simd') setFlagsFromString('--experimental-wasm-relaxed-simd');

/** The two builds, by the names of their files. */
export const BUILDS = ['kernels-simd.wasm', 'kernels-relaxed.wasm'] as const;

const RUNTIME = join(import.meta.dirname, '../../../../public/runtime');
const BYTES = 8 * 2 ** 20;

export interface Bench {
  readonly kernels: Kernels;
  readonly floats: Float32Array;
  readonly bytes: Uint8Array;
  /** Lays the values into fresh memory and returns where. */
  put(values: ArrayLike<number>): number;
  /** Fresh memory of so many floats, each of them {@link GUARD}. */
  room(count: number): number;
  read(at: number, count: number): Float32Array;
  /** Forgets what was laid. */
  clear(): void;
}

/** So many draws from the standard normal distribution. */
export function normal(random: Random, count: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => random.normal());
}

/** What memory holds before a kernel writes it, and must hold afterwards wherever no output belongs. */
export const GUARD = -12345.678;

export async function openKernels(file: (typeof BUILDS)[number]): Promise<Bench> {
  const memory = new WebAssembly.Memory({ initial: BYTES / 65_536 });
  const module = await WebAssembly.compile(readFileSync(join(RUNTIME, file)));
  const kernels = await instantiateKernels(module, memory);
  const floats = new Float32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  let top = FIRST_FREE_BYTE;
  const take = (count: number) => {
    const at = top;
    top += count * 4;
    if (top > BYTES) throw new RangeError('The operands of this test do not fit.');
    return at;
  };
  floats.fill(GUARD);
  return {
    kernels,
    floats,
    bytes,
    put(values) {
      const at = take(values.length);
      floats.set(values, at / 4);
      return at;
    },
    room: take,
    read: (at, count) => floats.slice(at / 4, at / 4 + count),
    clear() {
      floats.fill(GUARD, 0, top / 4);
      top = FIRST_FREE_BYTE;
    },
  };
}
