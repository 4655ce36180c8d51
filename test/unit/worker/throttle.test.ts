import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROGRESS_INTERVAL, throttle } from '../../../src/worker/throttle.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('throttle', () => {
  it('sends the newest report of every interval', () => {
    const sent: number[] = [];
    const { report } = throttle((value: number) => sent.push(value));
    for (let time = 0; time < 3 * PROGRESS_INTERVAL; time += 10) {
      report(time);
      expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
      vi.advanceTimersByTime(10);
    }
    expect(sent).toEqual([0, 90, 190, 290]);
  });

  it('sends a report that no other follows, once', () => {
    const sent: number[] = [];
    const { report, flush } = throttle((value: number) => sent.push(value));
    report(1);
    report(2);
    expect(sent).toEqual([1]);
    vi.advanceTimersByTime(PROGRESS_INTERVAL);
    flush();
    vi.advanceTimersByTime(10 * PROGRESS_INTERVAL);
    expect(sent).toEqual([1, 2]);
  });

  it('sends in time where work keeps timers from running', () => {
    const sent: number[] = [];
    const { report } = throttle((value: number) => sent.push(value));
    const now = vi.spyOn(performance, 'now');
    for (let time = 0; time <= 2 * PROGRESS_INTERVAL; time += 10) {
      now.mockReturnValue(time);
      report(time);
    }
    expect(sent).toEqual([0, PROGRESS_INTERVAL, 2 * PROGRESS_INTERVAL]);
  });
});
