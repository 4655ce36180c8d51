/** Long use: phases of it one after the other in one page, measured all the while. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faceVideo, fakeCameraArguments } from '../fakeCamera.js';
import { libraryFolder, openSite } from '../page.js';
import { Inspector, MEMORIES } from './inspector.js';
import { COUNTERS, held, resultsOf, takeReference, type Held } from './measures.js';
import { PHASES, type Phase } from './phases.js';
import { mediansOfParts, type Sample, type Trend, trendOf } from './trend.js';

export type { Trend } from './trend.js';

type Measure = keyof Held | 'latency';

export interface PhaseReport {
  readonly phase: Phase['name'];
  readonly steps: number;
  readonly results: number;
  readonly minutes: number;
  readonly trends: Readonly<Partial<Record<Measure, Trend>>>;
  /** What the trends are of. */
  readonly series: Readonly<Partial<Record<Measure, readonly Sample[]>>>;
}

/** Samples of a phase: enough for an interval, and the rest of the time for the work. */
const LEAST_SAMPLES = 8;
const MOST_SAMPLES = 120;
/** Latencies are judged by the medians of so many parts of a phase: times vary with what else the machine does, and for minutes. */
const LATENCY_PARTS = 16;
/** From here on a form lasts long enough for what takes minutes: the timeline's memory, and the browser's own compilers. */
const LONG_MINUTES = 10;
/** Their code grows for some minutes in the heap of a page that does the same again and again. */
const WITHOUT_COMPILERS = '--js-flags=--no-sparkplug --no-maglev --no-turbofan';
const PAGE = `<!doctype html><html lang="en"><head><title>A page</title><script type="module" src="/define.js"></script><script type="module" src="/define-train.js"></script></head><body></body></html>`;

export interface SoakOptions {
  /** Minutes of camera, and of all else in proportion: 60 is the whole. */
  readonly minutes: number;
  /** Names of phases; all when there are none. */
  readonly only?: readonly string[];
  /** Told at the end of each phase. */
  readonly onPhase?: (report: PhaseReport) => void;
}

export async function soak({ minutes, only = [], onPhase }: SoakOptions): Promise<readonly PhaseReport[]> {
  const site = await openSite({
    folder: libraryFolder,
    pages: { '/page.html': PAGE },
    path: 'page.html',
    before: COUNTERS,
    permissions: ['camera'],
    alone: true,
    webgpu: true,
    args: [...fakeCameraArguments(await faceVideo()), ...(minutes < LONG_MINUTES ? [WITHOUT_COMPILERS] : [])],
    intercept: (path) =>
      /^\/\w+-worker\.js$/.test(path)
        ? { status: 200, body: MEMORIES + readFileSync(join(libraryFolder, path), 'utf8'), type: 'text/javascript' }
        : null,
    also: { '/again/': libraryFolder },
  });
  try {
    const { page } = site;
    const inspector = await Inspector.open(page);
    await page.evaluate(async () =>
      Promise.all(['qcs-fer', 'qcs-train'].map((name) => customElements.whenDefined(name))),
    );
    const reports: PhaseReport[] = [];
    for (const phase of PHASES.filter(({ name }) => only.length === 0 || only.includes(name))) {
      await phase.prepare(page, minutes >= LONG_MINUTES);
      const series = new Map<Measure, Sample[]>();
      const started = performance.now();
      const minute = (): number => (performance.now() - started) / 60_000;
      const { inAnHour } = phase;
      const lasts = 'minutes' in inAnHour ? (inAnHour.minutes * minutes) / 60 : 0;
      const steps = Math.max(LEAST_SAMPLES, 'steps' in inAnHour ? Math.round((inAnHour.steps * minutes) / 60) : 0);
      let done = 0;
      let results = 0;
      let taken = 0;
      const goesOn = (): boolean => done < steps || minute() < lasts;
      while (goesOn()) {
        await phase.step(page);
        await takeReference(page);
        const part = lasts > 0 ? minute() / lasts : done / steps;
        if (++done > LEAST_SAMPLES && taken > part * MOST_SAMPLES) continue;
        taken++;
        await phase.rest?.(page);
        const values: Partial<Record<Measure, number>> = { ...(await held(page, inspector)) };
        const { results: more, latency } = await resultsOf(page);
        results += more;
        if (latency !== null) values.latency = latency;
        for (const [name, value] of Object.entries(values) as [Measure, number][]) {
          series.set(name, [...(series.get(name) ?? []), { minute: minute(), value }]);
        }
      }
      await phase.end(page);
      const told = [...series].filter(([, samples]) => samples.length >= LEAST_SAMPLES);
      const trends = Object.fromEntries(
        told.map(([name, samples]) => [
          name,
          trendOf(name === 'latency' ? mediansOfParts(samples, LATENCY_PARTS) : samples),
        ]),
      );
      const report = {
        phase: phase.name,
        steps: done,
        results,
        minutes: minute(),
        trends,
        series: Object.fromEntries(told),
      };
      onPhase?.(report);
      reports.push(report);
    }
    if (site.complaints.length > 0) throw new Error(`The page complained: ${site.complaints.join('\n')}`);
    return reports;
  } finally {
    await site.close();
  }
}
