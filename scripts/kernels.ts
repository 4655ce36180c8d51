/**
 * Compiles the WebAssembly kernels (`assembly/`, AssemblyScript) into their two builds. Nothing compiled is in git: a build carries the
 * hash of what it was made from, and is made again when that changes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = 'assembly';
const COMPILER = 'node_modules/assemblyscript';
/** The name of the custom section with the hash. */
const SECTION = 'source';

export interface KernelFile {
  /** Below `public/`. */
  readonly target: string;
  /** What WebAssembly must know beyond its first version. */
  readonly features: readonly string[];
}

export const KERNEL_FILES: readonly KernelFile[] = [
  { target: 'runtime/kernels-simd.wasm', features: ['simd'] },
  { target: 'runtime/kernels-relaxed.wasm', features: ['simd', 'relaxed-simd'] },
];

/** Memory and its bounds are the executor's business: no assertion, no runtime, and nothing but the memory is imported. */
const OPTIONS =
  `--optimizeLevel 3 --shrinkLevel 0 --noAssert --runtime stub --use abort= --importMemory --noExportMemory
  --initialMemory 1 --memoryBase 64 --disableWarning 112`.split(/\s+/);

/** Compiles what is missing or out of date below `publicFolder` and returns the files written, relative to it. */
export function prepareKernels(publicFolder: string = join(ROOT, 'public')): readonly string[] {
  const outdated = KERNEL_FILES.filter(({ target, features }) => {
    const path = join(publicFolder, target);
    return !existsSync(path) || sourceOf(readFileSync(path)) !== sourceHash(features);
  });
  for (const { target, features } of outdated) {
    const bytes = compileKernels(features);
    mkdirSync(dirname(join(publicFolder, target)), { recursive: true });
    writeFileSync(join(publicFolder, target), bytes);
  }
  return outdated.map(({ target }) => target);
}

/**
 * The module, with the hash of its sources in a custom section. The same sources give the same bytes.
 * @throws Error after the compiler's messages
 */
export function compileKernels(features: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    const output = join(folder, 'kernels.wasm');
    const compiler = join(ROOT, COMPILER, 'bin/asc.js');
    const args = [`${SOURCES}/index.ts`, '--outFile', output, ...OPTIONS, '--enable', features.join(',')];
    execFileSync(process.execPath, [compiler, ...args], { cwd: ROOT, stdio: 'inherit' });
    return Buffer.concat([readFileSync(output), section(sourceHash(features))]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The hash of what a compiled file was made from; null for a file that does not say. */
export function sourceOf(module: Uint8Array): string | null {
  const end = Buffer.from(module.subarray(-SECTION.length - 64)).toString('latin1');
  return end.startsWith(SECTION) ? end.slice(SECTION.length) : null;
}

/** SHA-256 over the sources, the compiler's version and its options. */
function sourceHash(features: readonly string[]): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, COMPILER, 'package.json'), 'utf8')) as { version: string };
  const hash = createHash('sha256').update(JSON.stringify([version, OPTIONS, features]));
  const files = readdirSync(join(ROOT, SOURCES)).filter((name) => name.endsWith('.ts'));
  for (const name of files.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(ROOT, SOURCES, name)));
  return hash.digest('hex');
}

/** A custom section: 0, the bytes that follow, its name with the length before it, the text. */
function section(text: string): Uint8Array {
  const content = Buffer.from(`${String.fromCharCode(SECTION.length)}${SECTION}${text}`, 'latin1');
  return Buffer.concat([Uint8Array.of(0, content.length), content]);
}
