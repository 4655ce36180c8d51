/** Which of the kernels' two builds an engine can run, and how it starts. */
import { RuntimeError } from '../../errors.js';
import { FIRST_FREE_BYTE, type Kernels, PANEL } from './kernels.js';

/** Which of the two files: `relaxed` where the engine takes relaxed SIMD, else `simd`. */
export type KernelBuild = 'relaxed' | 'simd';

/** Where the two files are. */
export type KernelUrls = Readonly<Record<KernelBuild, URL>>;

/** Gives the file of a build, fetched or read, or what was compiled of it. */
export type KernelSource = (build: KernelBuild) => Promise<Response | BufferSource | WebAssembly.Module>;

/** The same kernels for all that run on them: each build is fetched and compiled once, the supported one from now on. */
export function sharedKernels(source: KernelSource): KernelSource {
  const modules = new Map<KernelBuild, Promise<WebAssembly.Module>>();
  const load = (build: KernelBuild): Promise<WebAssembly.Module> => {
    const begun = modules.get(build);
    if (begun !== undefined) return begun;
    const module = (async () => compileKernels(await source(build)))();
    modules.set(build, module);
    // The next to ask tries again.
    module.catch(() => modules.delete(build));
    return module;
  };
  const build = supportedBuild();
  if (build !== null) void load(build).catch(() => undefined);
  return load;
}

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
export async function compileKernels(
  source: Response | BufferSource | WebAssembly.Module,
): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
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

/**
 * Starts the fastest build that computes what it should: the baseline compiler of some engines overwrites a sum of the int8 dot product.
 * @param memory at least one page, of which the check overwrites the first bytes
 * @throws RuntimeError `no-backend` where no build runs
 */
export async function startKernels(
  load: KernelSource,
  memory: WebAssembly.Memory,
): Promise<{ readonly build: KernelBuild; readonly kernels: Kernels }> {
  const build = supportedBuild();
  if (build === null) {
    throw new RuntimeError('no-backend', 'This browser has no WebAssembly SIMD. Use a newer one.');
  }
  const kernels = await instantiateKernels(await compileKernels(await load(build)), memory);
  if (build === 'simd' || sumsAreExact(kernels, memory)) return { build, kernels };
  return {
    build: 'simd',
    kernels: await instantiateKernels(await compileKernels(await load('simd')), memory),
  };
}

/**
 * Whether a quantised product of 7 rows, a depth of 8 and 8 columns is what whole numbers make of it. 7 rows are 4, 2 and 1: one tile of each kind,
 * for a compiler may keep the sums of one and not of another.
 */
function sumsAreExact(kernels: Kernels, memory: WebAssembly.Memory): boolean {
  const [rows, depth, columns] = [7, 8, PANEL];
  const size = kernels.quantisedBytes();
  const value = (row: number, k: number) => 127 - 9 * row - k;
  const weight = (k: number, column: number) => (127 - 5 * k - column) * (k % 3 === 0 ? -1 : 1);
  const product = (row: number, column: number) =>
    Array.from({ length: depth }, (_, k) => value(row, k) * weight(k, column)).reduce((sum, term) => sum + term, 0);

  const perWord = 4 / size;
  const ints = (count: number) =>
    size === 1
      ? new Int8Array(memory.buffer, FIRST_FREE_BYTE, count)
      : new Int16Array(memory.buffer, FIRST_FREE_BYTE, count);
  const operands = ints((rows + columns) * depth);
  for (let k = 0; k < depth; k++) {
    for (let row = 0; row < rows; row++) operands[row * depth + k] = value(row, k);
    const group = rows * depth + Math.floor(k / perWord) * columns * perWord + (k % perWord);
    for (let column = 0; column < columns; column++) operands[group + column * perWord] = weight(k, column);
  }
  const b = FIRST_FREE_BYTE + rows * depth * size;
  const scale = b + columns * depth * size;
  const bias = scale + 4 * columns;
  const c = bias + 4 * columns;
  const floats = new Float32Array(memory.buffer);
  floats.fill(1, scale / 4, bias / 4);
  floats.fill(0, bias / 4, c / 4);
  const stride = 4 * columns;
  kernels.matmulQuantised(FIRST_FREE_BYTE, depth * size, b, scale, bias, c, stride, rows, depth, columns, 0, 0, 0, 0);
  const sums = Array.from(floats.subarray(c / 4, c / 4 + rows * columns));
  return sums.every((sum, cell) => sum === product(Math.floor(cell / columns), cell % columns));
}
