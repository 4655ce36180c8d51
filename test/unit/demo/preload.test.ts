import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Recognizer } from '../../../src/inference/recognizer.js';
import { LEFT_ALONE, Preload } from '../../../src/demo/preload.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function lender() {
  const dispose = vi.fn(() => Promise.resolve());
  const lend = vi.fn(() => Promise.resolve({ dispose } as unknown as Recognizer));
  return { dispose, lend };
}

it('loads the recogniser once, when the page has been left alone', async () => {
  const { lend } = lender();
  const preload = new Preload(lend);
  preload.whenIdle();
  await vi.advanceTimersByTimeAsync(LEFT_ALONE - 1);
  expect(lend).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  preload.begin();
  expect(lend).toHaveBeenCalledTimes(1);
  expect(LEFT_ALONE).toBeLessThan(5000);
});

it('loads nothing where data are saved, nor after its end', async () => {
  const { lend } = lender();
  vi.stubGlobal('navigator', { connection: { saveData: true } });
  new Preload(lend).whenIdle();
  await vi.advanceTimersByTimeAsync(10 * LEFT_ALONE);
  vi.stubGlobal('navigator', {});
  const ended = new Preload(lend);
  ended.whenIdle();
  ended.end();
  await vi.advanceTimersByTimeAsync(10 * LEFT_ALONE);
  expect(lend).not.toHaveBeenCalled();
});

it('gives back what was lent once it is in use elsewhere', async () => {
  const { lend, dispose } = lender();
  const preload = new Preload(lend);
  preload.begin();
  preload.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(dispose).toHaveBeenCalledTimes(1);
});

it('keeps silent about a fault, and may begin again', async () => {
  const { lend } = lender();
  lend.mockRejectedValueOnce(new Error('no network'));
  const preload = new Preload(lend);
  preload.begin();
  await vi.advanceTimersByTimeAsync(0);
  preload.begin();
  expect(lend).toHaveBeenCalledTimes(2);
});
