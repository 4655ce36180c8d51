/**
 * `npm run fuzz -- PARSER|all [--runs N] [--seed S]`: feeds sound and damaged files to the readers of test/support/fuzz/, each in a thread of its
 * own, and says how they held their contract. What breaks it is printed in its smallest form, with the seed to repeat it.
 */
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker as Thread, workerData } from 'node:worker_threads';
import { fuzz, type FuzzReport, MOST_SECONDS, PARSERS } from '../test/support/fuzz/index.js';

interface Task {
  readonly name: string;
  readonly runs: number;
  readonly seed: number;
  /** How many inputs were begun: the thread counts, and who watches it sees whether it goes on. */
  readonly begun: Int32Array<SharedArrayBuffer>;
}

const RUNS = 10_000;
/** Wall-clock: a machine that is busy with other things takes several times its CPU time. */
const MOST_SILENCE = 12 * MOST_SECONDS * 1000;
/** Node hands the loader of TypeScript to no thread. */
const START = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`;
/** MiB of objects, beside what a parser may take for bytes. */
const HEAP = 512;

if (isMainThread) process.exitCode = await main();
else await work(workerData as Task);

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: String(RUNS) },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
  });
  const wanted = positionals.length === 0 ? ['all'] : positionals;
  const names = PARSERS.map(({ name }) => name);
  const unknown = wanted.filter((name) => name !== 'all' && !names.includes(name));
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  if (unknown.length > 0 || !(Number.isSafeInteger(runs) && runs > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write(`npm run fuzz -- PARSER|all [--runs N] [--seed S]\nParsers: ${names.join(', ')}\n`);
    return 2;
  }
  process.stdout.write(`${runs} inputs each, seed ${seed}\n`);
  let broken = 0;
  for (const name of names.filter((each) => wanted.includes('all') || wanted.includes(each))) {
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const line = await inThread({ name, runs, seed, begun }).then(format, (error: unknown) => {
      broken++;
      return `BROKEN: ${String(error)}`;
    });
    process.stdout.write(`${name.padEnd(18)} ${line}\n`);
  }
  return broken === 0 ? 0 : 1;
}

/** Runs a task in a thread that can be ended where it hangs. */
async function inThread(task: Task): Promise<FuzzReport> {
  const thread = new Thread(START, {
    eval: true,
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
  });
  return new Promise((resolve, reject) => {
    let [last, silent] = [0, 0];
    const watch = setInterval(() => {
      const now = Atomics.load(task.begun, 0);
      // Before the first input its modules load, which a busy machine may take minutes for.
      silent = now === last && now > 0 ? silent + 1000 : 0;
      last = now;
      if (silent < MOST_SILENCE) return;
      reject(new Error(`input ${now} of seed ${task.seed} did not end`));
      void thread.terminate();
    }, 1000);
    thread.on('message', resolve);
    thread.on('error', reject);
    thread.on('exit', () => {
      clearInterval(watch);
      reject(new Error('the thread ended without a word'));
    });
  });
}

async function work({ name, runs, seed, begun }: Task): Promise<void> {
  const parser = PARSERS.find((each) => each.name === name)!;
  parentPort?.postMessage(await fuzz(parser, { runs, seed, onInput: () => Atomics.add(begun, 0, 1) }), []);
}

function format({ sound, accepted, refused, slowest }: FuzzReport): string {
  const codes = Object.entries(refused).map(([code, count]) => `${code} ${count}`);
  return `sound ${sound}, accepted ${accepted}, ${codes.join(', ')}; slowest ${Math.round(slowest)} ms CPU`;
}
