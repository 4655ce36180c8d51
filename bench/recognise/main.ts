/**
 * `npm run bench -- recognise [options]` (after `npm run build`): the whole call from a frame to expressions, ours and the peers', in turn in one page
 * of one Chromium, all on one thread; then start, bytes, memory and the page's main thread. Writes recognise.json in bench/results, where parts
 * that were not run stay as they were, and the tables in bench/README.md.
 *
 *   --parts LIST        of scenes, counts, start, memory, element; default all
 *   --contestants LIST  of bench/recognise/contestants.ts; default all but WebGPU
 *   --seconds N         at most for one scene; default 10
 *   --rounds N          at most for one scene; default 60
 *   --visits N          rounds of the start; default 5
 *   --dry               writes nothing
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { root } from '../openPages.js';
import { CONTESTANTS, type ContestantName, isContestant } from './contestants.js';
import { type Host, withHost } from './host.js';
import { runElement } from './element.js';
import { runMemories } from './memory.js';
import { recogniseTables } from './readmeTables.js';
import type { RecogniseResults, SceneResult } from './results.js';
import { countScenes, oneFaceScenes, type Scene } from './scenes.js';
import { runStarts } from './start.js';
import { runScenes } from './turns.js';

const RESULTS = join(root, 'bench/results/recognise.json');
const README = join(root, 'bench/README.md');
const [BEGIN, END] = ['<!-- recognise: written by the bench -->\n', '<!-- end of recognise -->'];

const PARTS = ['scenes', 'counts', 'start', 'memory', 'element'] as const;
type Part = (typeof PARTS)[number];

/** On one face a photo's path finds what the live one does; the large detector takes part with its defaults. */
const OF_ONE_FACE: readonly ContestantName[] = ['qcs-fer', 'human-uncached', 'human', 'face-api', 'face-api-ssd'];
const OF_MANY: readonly ContestantName[] = [
  'qcs-fer',
  'qcs-fer-still',
  'human-uncached',
  'human',
  'face-api',
  'face-api-ssd',
];
const OF_PAGES: readonly ContestantName[] = ['qcs-fer', 'human-uncached', 'face-api', 'face-api-ssd'];
const ELEMENT_SECONDS = 10;

export async function benchRecognise(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      parts: { type: 'string' },
      contestants: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '60' },
      visits: { type: 'string', default: '5' },
      dry: { type: 'boolean', default: false },
    },
  });
  const parts = listed<Part>(values.parts, PARTS, '--parts');
  const wanted =
    values.contestants === undefined
      ? undefined
      : listed(values.contestants, Object.keys(CONTESTANTS), '--contestants');
  const chosen = (names: readonly ContestantName[]) => wanted?.filter(isContestant) ?? names;
  const limits = { seconds: count(values.seconds, '--seconds'), rounds: count(values.rounds, '--rounds') };
  const visits = count(values.visits, '--visits');
  await withHost(async (host) => {
    const browser = await host.launch();
    try {
      // From 1 on others worked, too: then ratios alone say something.
      const others = loadavg()[0].toFixed(1);
      const machine = `Chromium ${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}, load average ${others} before`;
      let results: RecogniseResults = { ...readResults(), machine };
      const measure = async (
        scenes: readonly Scene[],
        names: readonly ContestantName[],
      ): Promise<readonly SceneResult[]> => {
        const measured: SceneResult[] = [];
        for await (const result of runScenes(host, browser, scenes, chosen(names), limits)) {
          measured.push(result);
          process.stderr.write(
            `${result.scene}, ${result.faces} faces, ${result.width} x ${result.height}: ${result.rounds} rounds\n`,
          );
        }
        return measured;
      };
      const runs: Readonly<Record<Part, (host: Host) => Promise<Partial<RecogniseResults>>>> = {
        scenes: async () => ({ scenes: await measure(oneFaceScenes(), OF_ONE_FACE) }),
        counts: async () => ({ counts: await measure(countScenes(), OF_MANY) }),
        start: async () => ({ start: await runStarts(host, browser, chosen(OF_PAGES), visits) }),
        memory: async () => ({ memory: await runMemories(host, chosen(OF_PAGES)) }),
        element: async () => ({ element: await runElement(host, browser, ELEMENT_SECONDS) }),
      };
      for (const part of parts) {
        process.stderr.write(`\n${part}\n`);
        const measured = await runs[part](host);
        process.stderr.write(`${recogniseTables({ machine, ...measured })}\n`);
        results = { ...results, ...measured };
      }
      process.stdout.write(`${JSON.stringify(results, null, 1)}\n`);
      if (!values.dry) await write(results);
    } finally {
      await browser.close();
    }
  });
}

function readResults(): Partial<RecogniseResults> {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as RecogniseResults) : {};
}

async function write(results: RecogniseResults): Promise<void> {
  writeFileSync(RESULTS, await format(JSON.stringify(results), { ...(await resolveConfig(RESULTS)), parser: 'json' }));
  const text = readFileSync(README, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${README} has no place for the tables.`);
  writeFileSync(README, `${text.slice(0, begin)}${BEGIN}${recogniseTables(results)}\n${text.slice(end)}`);
}

/** Without `text` all that is known. */
function listed<Name extends string>(text: string | undefined, known: readonly Name[], flag: string): readonly Name[] {
  if (text === undefined) return known;
  return text.split(',').map((name) => {
    const found = known.find((each) => each === name);
    if (found === undefined) throw new Error(`${flag} knows ${known.join(', ')}, not ${JSON.stringify(name)}.`);
    return found;
  });
}

function count(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${flag} is a whole number above 0.`);
  return value;
}
