/** `<qcs-fer camera>` with all that it shows: what is left of the page's main thread. */

export interface ElementRun {
  /** Milliseconds from being put into the page until it was ready. */
  readonly ready: number;
  /** Milliseconds that the worker took for each frame. */
  readonly totals: readonly number[];
  /** Milliseconds between results. */
  readonly intervals: readonly number[];
  /** Milliseconds of every task over 50. */
  readonly longTasks: readonly number[];
}

/** Tasks of loading are not counted. */
const SETTLING_MS = 2000;

export async function watchCamera(seconds: number): Promise<ElementRun> {
  const address = '/dist/define.js';
  await import(/* @vite-ignore */ address);
  const element = document.createElement('qcs-fer');
  for (const [name, value] of [
    ['camera', ''],
    ['backend', 'wasm'],
    ['show', 'boxes labels bars timeline'],
  ]) {
    element.setAttribute(name, value);
  }
  const totals: number[] = [];
  const arrivals: number[] = [];
  element.addEventListener('qcs-result', ({ detail }) => {
    totals.push(detail.observation.timing.total);
    arrivals.push(performance.now());
  });
  const begun = performance.now();
  const isReady = new Promise((ready, failed) => {
    element.addEventListener('qcs-ready', ready, { once: true });
    element.addEventListener('qcs-error', ({ detail }) => failed(detail.error), { once: true });
  });
  document.body.append(element);
  await isReady;
  const ready = performance.now() - begun;
  await wait(SETTLING_MS);
  totals.length = arrivals.length = 0;
  const longTasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: 'longtask' });
  await wait(seconds * 1000);
  observer.disconnect();
  element.remove();
  return { ready, totals, intervals: arrivals.slice(1).map((time, index) => time - arrivals[index]), longTasks };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
  });
}
