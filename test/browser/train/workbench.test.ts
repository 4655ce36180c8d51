/** Data sets and runs by name in the Train tab, and a run again with one change. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { QcsTrain } from '../../../src/components/train/qcs-train/qcs-train.js';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { inFolder } from '../../../src/storage/storage.js';
import { completeConfig } from '../../../src/training/config.js';
import { RunHistory, RUNS_FOLDER, type PastRun } from '../../../src/training/session/runHistory.js';
import { button, deep } from '../components/stage.js';
import { collect, deepText, forgetEverything, part, setField, shownTab, WAIT } from './tab.js';

beforeEach(forgetEverything);
afterEach(() => document.body.replaceChildren());

const names = (element: QcsTrain) =>
  [...(part(element, 'qcs-dataset-shelf')?.renderRoot.querySelectorAll('option') ?? [])].map(({ textContent }) =>
    textContent.trim(),
  );
const faces = (element: QcsTrain) => part(element, 'qcs-train-collect')?.view?.samples.length;

async function name(element: QcsTrain, asked: RegExp, text: string): Promise<void> {
  button(element, asked).click();
  const shelf = part(element, 'qcs-dataset-shelf')!;
  await expect.poll(() => shelf.renderRoot.querySelector('input'), WAIT).not.toBeNull();
  shelf.renderRoot.querySelector('input')!.value = text;
  shelf.renderRoot.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
  await expect.poll(() => names(element), WAIT).toContain(text);
}

async function choose(element: QcsTrain, text: string): Promise<void> {
  const shelf = part(element, 'qcs-dataset-shelf')!;
  const list = shelf.renderRoot.querySelector('select')!;
  list.value = [...list.options].find((option) => option.text.trim() === text)!.value;
  list.dispatchEvent(new Event('change'));
}

/** A run on the first data set, as the worker notes it. */
function runOnFirst(): PastRun {
  return {
    id: 'qcs-mobile-1',
    name: 'qcs-mobile-1',
    at: '2026-01-02T03:04:05.000Z',
    config: completeConfig({ classes: ['smile', 'frown'] }),
    dataset: { id: 'first', name: 'My faces' },
    backend: 'wasm',
    steps: 0,
    seconds: 7,
    n: 6,
    folds: null,
    accuracy: { value: 0.5, low: 0.2, high: 0.8 },
    macroRecall: null,
    before: null,
    model: 'opfs:qcs-mobile-1',
    answers: [],
  };
}

it('keeps data sets apart, and a run tells which one it used and begins anew with one change', async () => {
  await new RunHistory(inFolder(await openOpfs(), RUNS_FOLDER)).add(runOnFirst());
  const element = await shownTab();
  await expect.poll(() => names(element), WAIT).toEqual(['My faces']);
  await collect(element, 24);
  await name(element, /^\s*Rename\s*$/, 'office');
  await name(element, /^\s*Copy\s*$/, 'office, dim');
  await expect.poll(() => faces(element), WAIT).toBe(24);
  await name(element, /^\s*New\s*$/, 'garden');
  await expect.poll(() => faces(element), WAIT).toBe(0);
  await choose(element, 'office');
  await expect.poll(() => faces(element), WAIT).toBe(24);

  button(element, /^\s*Train\s*$/).click();
  await expect.poll(() => part(element, 'qcs-train-setup'), WAIT).not.toBeNull();
  const history = () => deepText(part(element, 'qcs-run-history')!);
  await expect.poll(history, WAIT).toMatch(/office.*last layer.*2 classes/);

  // From another data set, the run's own is opened.
  button(element, /^\s*Collect\s*$/).click();
  await expect.poll(() => names(element), WAIT).toContain('garden');
  await choose(element, 'office, dim');
  await expect.poll(() => part(element, 'qcs-dataset-shelf')?.shelf?.current.startsWith('set-'), WAIT).toBe(true);
  await expect.poll(() => faces(element), WAIT).toBe(24);
  button(element, /^\s*Train\s*$/).click();
  await expect.poll(history, WAIT).toMatch(/Run again/);
  button(element, /Run again/).click();
  const setup = () => part(element, 'qcs-train-setup')!;
  await expect.poll(() => deepText(setup()), WAIT).toMatch(/These are the settings of .*, on office\. Change one/);
  expect(part(element, 'qcs-train-collect')?.view?.samples.length).toBe(24);
  setField(element, /Seed/, '7');
  await expect.poll(() => deepText(setup()), WAIT).toMatch(/Changed: seed\./);
  expect([...setup().renderRoot.querySelectorAll('.changed label')].map((label) => label.textContent.trim())).toEqual([
    'Seed',
  ]);
  setField(element, /Seed/, '1');
  await expect.poll(() => setup().renderRoot.querySelectorAll('.changed').length, WAIT).toBe(0);

  button(element, /^\s*Collect\s*$/).click();
  await expect.poll(() => deep(element, 'qcs-dataset-shelf').shadowRoot!.querySelector('select')?.value).toBe('first');
  button(element, /^\s*Delete\s*$/).click();
  await expect.poll(() => deepText(element), WAIT).toMatch(/Delete for good/);
  button(element, /Delete for good/).click();
  await expect.poll(() => names(element).toSorted(), WAIT).toEqual(['garden', 'office, dim']);
  button(element, /^\s*Train\s*$/).click();
  await expect.poll(history, WAIT).toMatch(/office \(deleted\)/);
});
