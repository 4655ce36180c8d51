/** A build of the kernels with a memory of its own, into which tests lay their operands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { expect } from 'vitest';
import type { Random } from '../../../../src/base/random.js';
import { FIRST_FREE_BYTE, type Kernels, PAGE_BYTES } from '../../../../src/plan/wasm/kernels.js';
import { instantiateKernels, supportedBuild } from '../../../../src/plan/wasm/module.js';

// Node 20 has relaxed SIMD behind a flag, and its baseline compiler then overwrites a sum of the dot product where registers run short.
if (supportedBuild() === 'simd') {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  setFlagsFromString('--no-liftoff');
}

/** The two builds, by the names of their files. */
export const BUILDS = ['kernels-simd.wasm', 'kernels-relaxed.wasm'] as const;

const RUNTIME = join(import.meta.dirname, '../../../../public/runtime');
const PAGES = 64;

/** What memory holds before a kernel writes it, and must hold afterwards wherever no output belongs. */
const GUARD = Math.fround(-12345.678);

export interface Bench {
  readonly kernels: Kernels;
  readonly floats: Float32Array;
  readonly bytes: Uint8Array;
  /** Lays the values into fresh memory and returns where. */
  put(values: ArrayLike<number>): number;
  /** As `put`, of bytes. */
  putBytes(values: Uint8Array): number;
  /** Fresh memory of so many bytes. */
  room(bytes: number): number;
  /** Fresh memory for `rows` of `width` floats, `stride` floats apart, with guards around and between. */
  output(rows: number, width: number, stride?: number): Output;
  /** Forgets what was laid. */
  clear(): void;
}

export interface Output {
  readonly at: number;
  /** Bytes from row to row. */
  readonly ld: number;
  /** Writes what a kernel finds there. */
  fill(values: ArrayLike<number>): void;
  /** The values, row by row. Fails if anything but them was written. */
  read(): Float32Array;
}

export async function openKernels(file: (typeof BUILDS)[number]): Promise<Bench> {
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const module = await WebAssembly.compile(readFileSync(join(RUNTIME, file)));
  const kernels = await instantiateKernels(module, memory);
  const floats = new Float32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  let top = FIRST_FREE_BYTE;
  const room = (size: number) => {
    const at = top;
    top += Math.ceil(size / 4) * 4;
    if (top > PAGES * PAGE_BYTES) throw new RangeError('The operands of this test do not fit.');
    return at;
  };
  floats.fill(GUARD);
  return {
    kernels,
    floats,
    bytes,
    room,
    put(values) {
      const at = room(values.length * 4);
      floats.set(values, at / 4);
      return at;
    },
    putBytes(values) {
      const at = room(values.length);
      bytes.set(values, at);
      return at;
    },
    output(rows, width, stride = width) {
      const before = room(32);
      const start = room(rows * stride * 4) / 4;
      room(32);
      const inside = (index: number) => index >= 0 && index < rows * stride && index % stride < width;
      return {
        at: start * 4,
        ld: stride * 4,
        fill(values) {
          for (let row = 0; row < rows; row++) {
            floats.set(Array.from(values).slice(row * width, (row + 1) * width), start + row * stride);
          }
        },
        read() {
          const values = new Float32Array(rows * width);
          let written = 0;
          for (let index = -8; index < rows * stride + 8; index++) {
            const value = floats[before / 4 + 8 + index];
            if (inside(index)) values[Math.floor(index / stride) * width + (index % stride)] = value;
            else if (value !== GUARD) written++;
          }
          expect(written, 'floats outside of the output were written').toBe(0);
          return values;
        },
      };
    },
    clear() {
      floats.fill(GUARD, 0, top / 4);
      top = FIRST_FREE_BYTE;
    },
  };
}

/** So many draws from the standard normal distribution. */
export function normal(random: Random, count: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Every value within its bound (one for all, or one each); a NaN is equal to a NaN alone. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number | ArrayLike<number>,
): void {
  expect(actual.length).toBe(expected.length);
  const off = Array.from(actual).flatMap((value, index) => {
    const [wanted, most] = [expected[index], typeof bound === 'number' ? bound : bound[index]];
    const right =
      Object.is(value, wanted) || Math.abs(value - wanted) <= most || (value !== value && wanted !== wanted);
    return right ? [] : [`${index}: ${value} for ${wanted} ± ${most}`];
  });
  expect(off.slice(0, 5)).toEqual([]);
}
