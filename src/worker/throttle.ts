/** How often a page hears of progress, ms. */
export const PROGRESS_INTERVAL = 100;

export interface Throttled<Args extends readonly unknown[]> {
  readonly report: (...args: Args) => void;
  /** Sends at once what waits. */
  readonly flush: () => void;
}

/** Sends the first report at once, then the newest of every {@link PROGRESS_INTERVAL}. None is sent twice, and the last one never lost. */
export function throttle<Args extends readonly unknown[]>(send: (...args: Args) => void): Throttled<Args> {
  let sent = Number.NEGATIVE_INFINITY;
  let newest: Args | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (newest === null) return;
    const args = newest;
    newest = null;
    sent = performance.now();
    send(...args);
  };
  const report = (...args: Args): void => {
    newest = args;
    const wait = sent + PROGRESS_INTERVAL - performance.now();
    // Work that never lets a timer run still reports in time.
    if (wait <= 0) flush();
    else timer ??= setTimeout(flush, wait);
  };
  return { report, flush };
}
