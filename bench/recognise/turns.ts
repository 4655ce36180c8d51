/** Scenes with every contestant in turn, in one page. */
import type { Browser, Page } from 'playwright';
import { mean, median, quantile } from '../../src/base/numbers.js';
import { type ContestantName, REFERENCE } from './contestants.js';
import type { Host } from './host.js';
import type { TimedFrame } from './page/frame.js';
import type * as TurnsPage from './page/turns.js';
import type { Quartiles, SceneResult } from './results.js';
import type { Scene } from './scenes.js';

declare global {
  interface Window extends Pick<typeof TurnsPage, 'load' | 'takeTurns'> {
    /** A page of the bench can be used. */
    readonly isReady: true;
  }
}

/** A busy machine loads for long. */
export const PATIENCE_MS = 120_000;

export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => process.stderr.write(`${url}: ${error.message}\n`));
  await page.goto(url);
  await page.waitForFunction(() => window.isReady);
  return page;
}

/** Yields each scene when it is measured. */
export async function* runScenes(
  { origin }: Host,
  browser: Browser,
  scenes: readonly Scene[],
  names: readonly ContestantName[],
  limits: TurnsPage.TurnLimits,
): AsyncGenerator<SceneResult> {
  const page = await openPage(browser, `${origin}/bench/turns.html`);
  try {
    await page.evaluate((names) => window.load(names), names);
    for (const scene of scenes) {
      const turns = await page.evaluate(([scene, names, limits]) => window.takeTurns(scene, names, limits), [
        scene,
        names,
        limits,
      ] as const);
      yield summarise(scene, names, turns);
    }
  } finally {
    await page.close();
  }
}

function summarise(
  { title, faces, width, height }: Scene,
  names: readonly ContestantName[],
  turns: TurnsPage.Turns,
): SceneResult {
  const calls = (name: ContestantName) => (turns[name] ?? []).map(({ total }) => total);
  const reference = calls(names.includes(REFERENCE) ? REFERENCE : names[0]);
  return {
    scene: title,
    faces,
    width,
    height,
    rounds: calls(names[0]).length,
    turns: names.map((contestant) => ({
      contestant,
      call: quartiles(calls(contestant)),
      ratio: median(calls(contestant)) / median(reference),
      meanRatio: mean(calls(contestant)) / mean(reference),
      found: mean((turns[contestant] ?? []).map(({ faces }) => faces)),
      stages: stagesOf(turns[contestant] ?? []),
    })),
  };
}

function stagesOf(frames: readonly TimedFrame[]): Readonly<Record<string, number>> {
  const names = Object.keys(frames[0]?.stages ?? {});
  return Object.fromEntries(
    names.map((name) => [name, median(frames.map(({ stages }) => stages?.[name] ?? Number.NaN))]),
  );
}

export function quartiles(values: readonly number[]): Quartiles {
  return [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)];
}
