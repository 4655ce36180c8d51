/** Files that the page offers to be saved. */
import { afterEach, expect, test, vi } from 'vitest';
import { saveFile, SAVING_TIME } from '../../../src/components/ui/save-file.js';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a file is offered under its name, can be read for a minute, and is then let go of', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const clicked: HTMLAnchorElement[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    clicked.push(this);
  });
  saveFile('results.csv', new Blob(['a,b'], { type: 'text/csv' }));
  const [{ href, download }] = clicked;
  expect(download).toBe('results.csv');
  vi.advanceTimersByTime(SAVING_TIME - 1);
  expect(await (await fetch(href)).text()).toBe('a,b');
  vi.advanceTimersByTime(1);
  await expect(fetch(href)).rejects.toThrow(TypeError);
});
