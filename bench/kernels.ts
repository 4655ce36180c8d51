/**
 * `npm run bench -- kernels [--rounds N]`: every own kernel beside TensorFlow.js's, in one run each: in Node on WebAssembly, in Chromium on
 * WebAssembly and on WebGPU. Prints tables on standard error and the JSON on standard output. Times on an emulated GPU only show that
 * the kernels run.
 */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startNodeBackend } from '../src/gpu/node.js';
import type { BackendName } from '../src/gpu/preference.js';
import { measureKernels, type BackendMeasurements } from './kernels/measure.js';
import type * as Page from './kernels/page.js';
import { rememberStockKernels } from './kernels/stockKernels.js';
import { withPages } from './openPages.js';
import { alignColumns } from '../src/base/format.js';

declare global {
  interface Window {
    /** Set by kernels/page.html. */
    readonly kernels: typeof Page;
  }
}

const DEFAULT_ROUNDS = 15;

export async function benchKernels(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string' } } });
  const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number above 0.');
  process.stderr.write(
    `${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}, medians of ${rounds} rounds\n`,
  );
  const runs: Record<string, BackendMeasurements> = {};
  const add = (place: string, run: BackendMeasurements | null) => {
    if (run === null) {
      process.stderr.write(`\n${place}: no WebGPU here\n`);
      return;
    }
    runs[`${place}, ${run.backend}`] = run;
    process.stderr.write(`\n${place}, ${run.backend}. ${run.reason}\n${format(run)}\n`);
  };
  add('Node', await measureInNode(rounds));
  await measureInChromium(rounds, add);
  process.stdout.write(`${JSON.stringify(runs, null, 1)}\n`);
}

async function measureInNode(rounds: number): Promise<BackendMeasurements> {
  // Its folder imports are for bundlers; `require` resolves them as well.
  createRequire(import.meta.url)('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  const stock = await rememberStockKernels('wasm');
  await startNodeBackend('wasm');
  return measureKernels({ name: 'wasm', reason: `Node ${process.version}.` }, stock, rounds, false);
}

async function measureInChromium(
  rounds: number,
  add: (place: string, run: BackendMeasurements | null) => void,
): Promise<void> {
  await withPages(async (open, version) => {
    for (const name of ['wasm', 'webgpu'] satisfies BackendName[]) {
      const page = await open('kernels/page.html', 'kernels');
      const run = await page.evaluate(([name, rounds]) => window.kernels.measure(name, rounds), [
        name,
        rounds,
      ] as const);
      add(`Chromium ${version}`, run);
      await page.close();
    }
  });
}

function format({ measurements }: BackendMeasurements): string {
  const rows = measurements.map(({ name, shape, own, stock }) => [
    name,
    shape,
    own.toFixed(2),
    stock === null ? 'none' : stock.toFixed(2),
    stock === null ? '' : (stock / own).toFixed(1),
  ]);
  return alignColumns([['median ms', 'shape', 'own', 'stock', 'stock / own'], ...rows]).join('\n');
}
