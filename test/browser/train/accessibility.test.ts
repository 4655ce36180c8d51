/** axe over every state of the Train tab, light and dark. */
import axe from 'axe-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { QcsTrain } from '../../../src/components/train/qcs-train/qcs-train.js';
import { button, deep } from '../components/stage.js';
import { collect, forgetEverything, part, setField, shownTab, WAIT } from './tab.js';

const SCHEMES = ['light', 'dark'] as const;

beforeAll(async () => {
  await forgetEverything();
  document.documentElement.lang = 'en';
  document.title = 'Train';
});
afterAll(() => {
  document.documentElement.style.colorScheme = '';
});

/** What axe complains about, with the state and the scheme before it. */
async function complaints(element: QcsTrain, state: string): Promise<string[]> {
  const found: string[] = [];
  for (const scheme of SCHEMES) {
    document.documentElement.style.colorScheme = scheme;
    document.documentElement.style.background = scheme === 'light' ? '#f3f6f7' : '#0d1317';
    await element.updateComplete;
    await new Promise((settled) => setTimeout(settled, 300));
    // The contrast of a colour on its way to another says nothing.
    const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(transitions.map(async ({ finished }) => finished));
    const { violations, passes } = await axe.run(element);
    // Nothing was checked if nothing passed.
    expect(passes.length).toBeGreaterThan(3);
    for (const { id, nodes } of violations) {
      found.push(`${state}, ${scheme}, ${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    }
  }
  return found;
}

it('axe finds nothing to complain about: empty, camera, collected, settings, running, result, runs', async () => {
  const element = await shownTab();
  const found = await complaints(element, 'empty');

  await collect(element, 24);
  const gallery = deep(element, 'qcs-sample-gallery');
  await expect.poll(() => gallery.shadowRoot!.querySelectorAll('img').length, WAIT).toBe(12);
  button(element, /^\s*Rename\s*$/).click();
  await expect.poll(() => part(element, 'qcs-dataset-shelf')?.renderRoot.querySelector('input'), WAIT).not.toBeNull();
  found.push(...(await complaints(element, 'collected, the data set being named')));
  button(element, /Cancel/).click();
  gallery.shadowRoot!.querySelector('button')!.click();
  button(element, /Camera/).click();
  await expect.poll(() => part(element, 'qcs-train-collect')?.renderRoot.querySelector('select'), WAIT).not.toBeNull();
  found.push(...(await complaints(element, 'camera open, an image selected')));

  button(element, /^\s*Train\s*$/).click();
  await expect.poll(() => part(element, 'qcs-train-setup'), WAIT).not.toBeNull();
  deep(element, 'details').toggleAttribute('open', true);
  setField(element, /How it learns/, 'qcs');
  setField(element, /What computes/, 'wasm');
  setField(element, /Rounds/, '100');
  found.push(...(await complaints(element, 'settings')));

  button(element, /Start training/).click();
  await expect.poll(() => part(element, 'qcs-train-running')?.run?.epochs.length ?? 0, WAIT).toBeGreaterThan(0);
  button(element, /Pause\s*$/).click();
  await expect.poll(() => part(element, 'qcs-train-running')?.run?.checkpointStep ?? 0, WAIT).toBeGreaterThan(0);
  const running = part(element, 'qcs-train-running')!;
  await expect
    .poll(() => deep(running, 'qcs-similarity-maps').shadowRoot!.querySelectorAll('figure[part=face]').length, WAIT)
    .toBe(4);
  const filled = deep(running, 'qcs-confusion-matrix').shadowRoot!.querySelector<HTMLElement>(
    'td[part=cell]:not(.none)',
  )!;
  filled.click();
  await expect.poll(() => running.renderRoot.querySelectorAll('.images img').length, WAIT).toBeGreaterThan(0);
  found.push(...(await complaints(element, 'running')));

  button(element, /Stop and keep/).click();
  await expect.poll(() => part(element, 'qcs-train-result')?.result ?? null, WAIT).not.toBeNull();
  found.push(...(await complaints(element, 'result')));

  button(element, /Train again/).click();
  await expect.poll(() => part(element, 'qcs-run-history')?.renderRoot.querySelector('table'), WAIT).not.toBeNull();
  button(element, /Run again/).click();
  found.push(...(await complaints(element, 'runs so far, one to be run again')));
  element.remove();
  expect(found).toEqual([]);
}, 400_000);
