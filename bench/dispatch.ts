/**
 * `npm run bench -- dispatch [--rounds N]`: what a forward on WebGPU costs the processor, in Node on Dawn's null backend, which checks all
 * commands and computes nothing: by TensorFlow.js and by our own kernels, in turn. Prints a table on standard error and the JSON on standard
 * output.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { alignColumns } from '../src/base/format.js';
import { loadModelAt, shippedManifest } from '../src/node/modelFiles.js';
import { type DispatchCosts, measureDispatch } from './dispatch/measure.js';

const DEFAULT_ROUNDS = 200;

export async function benchDispatch(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string' } } });
  const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number above 0.');
  process.stderr.write(
    `${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}, Node ${process.version}, ${rounds} rounds in turn\n\n`,
  );
  const costs = await measureDispatch(await loadModelAt(shippedManifest()), rounds);
  process.stderr.write(`${format(costs)}\n`);
  process.stdout.write(`${JSON.stringify(costs, null, 1)}\n`);
}

function format(costs: readonly DispatchCosts[]): string {
  const names = Object.keys(costs[0].counts) as (keyof DispatchCosts['counts'])[];
  const [first] = costs;
  return alignColumns([
    ['a call', ...costs.map(({ engine, faces }) => `${engine}, ${faces} face${faces === 1 ? '' : 's'}`)],
    ...names.map((name) => [name, ...costs.map(({ counts }) => String(counts[name]))]),
    ['ms, median', ...costs.map(({ quartiles: [, median] }) => median.toFixed(2))],
    ['ms, quartiles', ...costs.map(({ quartiles: [low, , high] }) => `${low.toFixed(2)} to ${high.toFixed(2)}`)],
    ['ratio', ...costs.map(({ quartiles: [, median] }) => (median / first.quartiles[1]).toFixed(3))],
  ]).join('\n');
}
