/**
 * `npm run bench -- network [--rounds N]`: the shipped network alone, on one thread, by TensorFlow.js' WebAssembly, by onnxruntime-web's (after
 * `npm ci --prefix bench/rivals --ignore-scripts`), and by our own kernels in both of their builds, in turn: in Node and in Chromium. Prints tables
 * on standard error and the JSON on standard output.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { alignColumns } from '../src/base/format.js';
import { loadModelAt, shippedManifest } from '../src/node/modelFiles.js';
import { startNodeBackend } from '../src/gpu/node.js';
import { readKernels } from '../src/plan/nodeKernels.js';
import { supportedBuild } from '../src/plan/wasm/module.js';
import { type EngineTimes, measureNetwork, type Rivals } from './network/measure.js';
import type * as Page from './network/page.js';
import { root, withPages } from './openPages.js';
import { createOnnxClassifier, type OnnxRuntime } from './rivals/onnxRuntime.js';

declare global {
  interface Window {
    /** Set by network/page.html. */
    readonly network: typeof Page;
  }
}

const DEFAULT_ROUNDS = 75;
/** Where bench/rivals/package.json puts it. */
const RUNTIME = 'bench/rivals/node_modules/onnxruntime-web/dist/';

export async function benchNetwork(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string' } } });
  const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number above 0.');
  process.stderr.write(`${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}, ${rounds} rounds in turn\n`);
  const runs: Record<string, readonly EngineTimes[]> = {};
  const add = (place: string, times: readonly EngineTimes[]) => {
    runs[place] = times;
    process.stderr.write(`\n${place}\n${format(times)}\n`);
  };
  add(`Node ${process.version}`, await measureInNode(rounds));
  await withPages(async (open, version) => {
    const page = await open('network/page.html', 'network');
    const runtime = existsSync(join(root, RUNTIME)) ? `/${RUNTIME}` : null;
    add(
      `Chromium ${version}`,
      await page.evaluate(([rounds, runtime]) => window.network.measure(rounds, runtime), [rounds, runtime] as const),
    );
  });
  process.stdout.write(`${JSON.stringify(runs, null, 1)}\n`);
}

async function measureInNode(rounds: number): Promise<readonly EngineTimes[]> {
  await startNodeBackend('wasm');
  const model = await loadModelAt(shippedManifest());
  const builds = supportedBuild() === 'relaxed' ? (['simd', 'relaxed'] as const) : (['simd'] as const);
  return measureNetwork(model, readKernels, builds, await rivalsOf(), rounds);
}

async function rivalsOf(): Promise<Rivals> {
  const file = join(root, RUNTIME, 'ort.node.min.mjs');
  if (!existsSync(file)) {
    process.stderr.write('Without onnxruntime-web. To install it: npm ci --prefix bench/rivals --ignore-scripts\n');
    return {};
  }
  const runtime = (await import(pathToFileURL(file).href)) as OnnxRuntime;
  return { 'onnxruntime-web': (model, counts) => createOnnxClassifier(runtime, model, counts) };
}

/** Medians with quartiles, and what each is of the first engine's. */
function format(times: readonly EngineTimes[]): string {
  const faces = Object.keys(times[0].calls).map(Number);
  const cells = ({ calls }: EngineTimes, count: number) => {
    const [low, median, high] = calls[count];
    const ratio = median / times[0].calls[count][1];
    return [`${median.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`, ratio.toFixed(2)];
  };
  return alignColumns([
    ['ms a call', 'start', ...faces.flatMap((count) => [`${count} face${count === 1 ? '' : 's'}`, 'ratio'])],
    ...times.map((one) => [one.engine, one.start.toFixed(0), ...faces.flatMap((count) => cells(one, count))]),
  ]).join('\n');
}
