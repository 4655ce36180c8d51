import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import '../../../src/define.js';
import { KEPT_MS } from '../../../src/components/recognise/qcs-fer/loan.js';
import { monaLisa } from '../support.js';

afterEach(() => {
  removedForGood(() => document.body.replaceChildren());
  vi.unstubAllGlobals();
});

/** Takes elements out, and lets the time pass for which they keep their recogniser. */
function removedForGood(remove: () => void): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  remove();
  vi.advanceTimersByTime(KEPT_MS);
  vi.useRealTimers();
}

/** Counts the workers that are started and ended from now on. */
function countWorkers(): { readonly started: Worker[]; readonly ended: Worker[] } {
  const started: Worker[] = [];
  const ended: Worker[] = [];
  const RealWorker = globalThis.Worker;
  class CountedWorker extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      started.push(this);
    }
    override terminate(): void {
      ended.push(this);
      super.terminate();
    }
  }
  vi.stubGlobal('Worker', CountedWorker);
  return { started, ended };
}

test('twenty elements on a page read with one worker, each its own picture', async () => {
  const { started } = countWorkers();
  const photo = await monaLisa();
  const elements = Array.from({ length: 20 }, () => document.createElement('qcs-fer'));
  for (const element of elements) element.backend = 'wasm';
  document.body.append(...elements);
  for (const element of elements) element.source = photo;
  for (const element of elements) {
    await eventually(() => expect([element.status, element.observation?.faces.length]).toEqual(['ready', 1]), 120_000);
  }
  expect(started).toHaveLength(1);
});

test('several elements share one worker and one model; the last to leave ends it', async () => {
  const { started, ended } = countWorkers();
  const elements = [document.createElement('qcs-fer'), document.createElement('qcs-fer')];
  for (const element of elements) element.backend = 'wasm';
  document.body.append(...elements);
  const photo = await monaLisa();
  const observations = await Promise.all(elements.map((element) => element.recognize(photo)));
  expect(started).toHaveLength(1);
  const [first, second] = observations.map(({ faces }) => faces);
  expect(first).toHaveLength(1);
  expect(second?.[0]?.probabilities).toEqual(first?.[0]?.probabilities);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  elements[0]?.remove();
  expect((await elements[1]?.recognize(photo))?.faces).toHaveLength(1);
  elements[1]?.remove();
  // Within the time for which the last one keeps it, a new element starts no second worker.
  const next = document.createElement('qcs-fer');
  next.backend = 'wasm';
  document.body.append(next);
  expect((await next.recognize(photo)).faces).toHaveLength(1);
  expect([started.length, ended.length]).toEqual([1, 0]);
  next.remove();
  vi.advanceTimersByTime(KEPT_MS);
  vi.useRealTimers();
  await eventually(() => expect(ended).toHaveLength(1));
});
