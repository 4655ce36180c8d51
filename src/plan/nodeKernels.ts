/** The kernels' files in Node. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { KernelBuild } from './wasm/module.js';

/** Beside the built command line (dist/runtime/), else where `npm run prepare-assets` puts them. */
export function readKernels(build: KernelBuild): Promise<Uint8Array<ArrayBuffer>> {
  const name = `runtime/kernels-${build}.wasm`;
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  return readFile(existsSync(beside) ? beside : fileURLToPath(new URL(`../../public/${name}`, import.meta.url)));
}
