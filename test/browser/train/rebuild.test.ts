import { afterEach, beforeEach, expect, it } from 'vitest';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { button } from '../components/stage.js';
import { collect, forgetEverything, part, shownTab, WAIT } from './tab.js';

beforeEach(forgetEverything);
afterEach(() => document.body.replaceChildren());

it('a damaged list of images stands in the tab with a button that rebuilds it, and no image is lost', async () => {
  const before = await shownTab();
  await collect(before, 4);
  before.remove();
  const storage = await openOpfs();
  const packs = await storage.list('dataset/packs');
  await storage.write('dataset/index.json', new TextEncoder().encode('{"format":1,"classes":["smile"'));

  const element = document.createElement('qcs-train');
  const codes: string[] = [];
  element.addEventListener('qcs-error', (event) => codes.push(event.detail.error.code));
  document.body.append(element);
  await expect.poll(() => element.renderRoot.querySelector('[role=alert]')?.textContent, WAIT).toMatch(/damaged/);
  expect(codes).toEqual(['data-damaged']);
  expect(await storage.list('dataset/packs')).toEqual(packs);

  button(element, /Rebuild/).click();
  await expect.poll(() => part(element, 'qcs-train-collect')?.view?.samples.length, WAIT).toBe(4);
  expect(element.renderRoot.querySelector('[role=alert]')).toBeNull();
  const gallery = part(element, 'qcs-train-collect')!.renderRoot.querySelector('qcs-sample-gallery')!;
  await expect.poll(() => gallery.renderRoot.querySelectorAll('img').length, WAIT).toBeGreaterThan(0);
});
