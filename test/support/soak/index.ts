/** Long use: phases of it one after the other in one page, measured all the while. */
import { faceVideo, fakeCameraArguments } from '../fakeCamera.js';
import { libraryFolder, openSite } from '../page.js';
import { COUNTERS, held, medianLatency, type Held } from './measures.js';
import { PHASES, type Phase } from './phases.js';
import { type Sample, type Trend, trendOf } from './trend.js';

export type { Trend } from './trend.js';

type Measure = keyof Held | 'latency';

export interface PhaseReport {
  readonly phase: Phase['name'];
  readonly steps: number;
  readonly minutes: number;
  readonly trends: Readonly<Partial<Record<Measure, Trend>>>;
}

/** Samples of a phase: enough for an interval, and the rest of the time for the work. */
const LEAST_SAMPLES = 8;
const MOST_SAMPLES = 120;
const PAGE = `<!doctype html><html lang="en"><head><title>A page</title><script type="module" src="/define.js"></script></head><body></body></html>`;

export interface SoakOptions {
  /** Length of the form, minutes: 60 is the whole. */
  readonly minutes: number;
  /** One phase alone; all when left out. */
  readonly only?: string | undefined;
  readonly onPhase?: (name: string) => void;
}

export async function soak({ minutes, only, onPhase }: SoakOptions): Promise<readonly PhaseReport[]> {
  const site = await openSite({
    folder: libraryFolder,
    pages: { '/page.html': PAGE },
    path: 'page.html',
    before: COUNTERS,
    permissions: ['camera'],
    args: fakeCameraArguments(await faceVideo()),
    also: { '/again/': libraryFolder },
  });
  try {
    const { page, context } = site;
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    await page.evaluate(async () => customElements.whenDefined('qcs-fer'));
    const reports: PhaseReport[] = [];
    for (const phase of PHASES.filter(({ name }) => only === undefined || name === only)) {
      onPhase?.(phase.name);
      await phase.prepare(page);
      const series = new Map<Measure, Sample[]>();
      const started = performance.now();
      const minute = (): number => (performance.now() - started) / 60_000;
      const steps = Math.max(LEAST_SAMPLES, Math.round((phase.inAnHour * minutes) / 60));
      const every = Math.ceil(steps / MOST_SAMPLES);
      let done = 0;
      const goesOn = (): boolean =>
        phase.name === 'camera' ? minute() < minutes || done < LEAST_SAMPLES : done < steps;
      while (goesOn()) {
        await phase.step(page);
        if (done++ % every !== 0 && phase.name !== 'camera') continue;
        const values: Partial<Record<Measure, number>> = { ...(await held(page, session)) };
        const latency = await medianLatency(page);
        if (latency !== null) values.latency = latency;
        for (const [name, value] of Object.entries(values) as [Measure, number][]) {
          series.set(name, [...(series.get(name) ?? []), { minute: minute(), value }]);
        }
      }
      await phase.end(page);
      const trends = Object.fromEntries([...series].map(([name, samples]) => [name, trendOf(samples)]));
      reports.push({ phase: phase.name, steps: done, minutes: minute(), trends });
    }
    if (site.complaints.length > 0) throw new Error(`The page complained: ${site.complaints.join('\n')}`);
    return reports;
  } finally {
    await site.close();
  }
}
