/**
 * `npm run bench -- products [--rounds N]`: the matrix products of qcs-mobile by both builds of the kernels, in float32 and int8 (with the
 * quantising of their input), and by TensorFlow.js' WebAssembly, in turn: in Chromium, and in Node, whose version 20 has no relaxed SIMD
 * without a flag. Prints tables on standard error and the JSON on standard output.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alignColumns } from '../src/base/format.js';
import { startNodeBackend } from '../src/gpu/node.js';
import { compileKernels, supportedBuild } from '../src/plan/wasm/module.js';
import { root, withPages } from './openPages.js';
import { measureProducts, type ProductTimes } from './products/measure.js';
import type * as Page from './products/page.js';

declare global {
  interface Window {
    /** Set by products/page.html. */
    readonly products: typeof Page;
  }
}

const DEFAULT_ROUNDS = 25;
const STOCK = 'TensorFlow.js';

export async function benchProducts(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string' } } });
  const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number above 0.');
  process.stderr.write(
    `${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}, fastest of ${rounds} rounds\n`,
  );
  const runs: Record<string, readonly ProductTimes[]> = {};
  const add = (place: string, times: readonly ProductTimes[]) => {
    runs[place] = times;
    process.stderr.write(`\n${place}\n${format(times)}\n`);
  };
  add(`Node ${process.version}`, await measureInNode(rounds));
  await withPages(async (open, version) => {
    const page = await open('products/page.html', 'products');
    const files = { simd: '/runtime/kernels-simd.wasm', relaxed: '/runtime/kernels-relaxed.wasm' };
    add(
      `Chromium ${version}`,
      await page.evaluate(([files, rounds]) => window.products.measure(files, rounds), [files, rounds] as const),
    );
  });
  process.stdout.write(`${JSON.stringify(runs, null, 1)}\n`);
}

async function measureInNode(rounds: number): Promise<readonly ProductTimes[]> {
  await startNodeBackend('wasm');
  const names = supportedBuild() === 'relaxed' ? ['simd', 'relaxed'] : ['simd'];
  const compiled = names.map(
    async (name) =>
      [name, await compileKernels(readFileSync(join(root, `public/runtime/kernels-${name}.wasm`)))] as const,
  );
  return measureProducts(Object.fromEntries(await Promise.all(compiled)), rounds);
}

/** Milliseconds by shape, with what each gains over TensorFlow.js, and their sum over the network. */
function format(times: readonly ProductTimes[]): string {
  const names = Object.keys(times[0].fastest);
  const rate = ({ shape: { M, K, N }, fastest }: ProductTimes, name: string) => (M * K * N) / fastest[name] / 1e6;
  const rows = times.map((product) => [
    product.shape.part,
    `${product.shape.M} x ${product.shape.K} x ${product.shape.N}`,
    ...names.map((name) => rate(product, name).toFixed(1)),
  ]);
  const total = (name: string) => times.reduce((sum, { shape, fastest }) => sum + shape.times * fastest[name], 0);
  return alignColumns([
    ['GMAC/s', 'shape', ...names],
    ...rows,
    ['whole network, ms', '', ...names.map((name) => total(name).toFixed(2))],
    ['of TensorFlow.js', '', ...names.map((name) => (total(name) / total(STOCK)).toFixed(2))],
  ]).join('\n');
}
