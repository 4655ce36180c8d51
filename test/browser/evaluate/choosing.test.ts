/** How data, models and groups come into the Evaluate tab. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assetUrls } from '../../../src/assets.js';
import '../../../src/define-evaluate.js';
import type { QcsEvaluate } from '../../../src/components/evaluate/qcs-evaluate.js';
import { deep, deepAll } from '../components/stage.js';
import { picturePng } from '../train/pictures.js';

let element: QcsEvaluate;

beforeEach(async () => {
  element = document.createElement('qcs-evaluate');
  document.body.append(element);
  await element.updateComplete;
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Answers every file dialog; gives what it was asked for. */
function answerDialogs(...files: readonly File[]): { accept: string } {
  const asked = { accept: '' };
  vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(function (this: HTMLInputElement) {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.files = transfer.files;
    asked.accept = this.accept;
    this.dispatchEvent(new Event(files.length === 0 ? 'cancel' : 'change'));
  });
  return asked;
}

function press(text: string): void {
  const found = deepAll(element, 'button').find(({ textContent }) => textContent?.includes(text));
  if (found === undefined) throw new Error(`No button says ${text}.`);
  found.click();
}

async function opened(): Promise<void> {
  const blob = await picturePng(1, 'smile');
  await element.open([{ path: 'set/happy/1.png', blob }]);
  await expect.poll(() => deepAll(element, 'form').length).toBe(1);
}

const fault = () => deepAll(element, '[role=alert]')[0]?.textContent?.trim();

describe('the Evaluate tab', () => {
  it('opens what is chosen, and says what is wrong with it', async () => {
    const asked = answerDialogs(new File(['nothing'], 'data.zip'));
    press('Zip');
    await expect.poll(fault, { timeout: 20_000 }).toMatch(/zip/i);
    expect(asked.accept).toContain('.zip');
    expect(deepAll(element, 'qcs-evaluate-invitation')).toHaveLength(1);
  });

  it('stays as it is when nothing is chosen', async () => {
    answerDialogs();
    press('Zip');
    await new Promise((settled) => setTimeout(settled, 100));
    expect(fault()).toBeUndefined();
    expect(deep(element, 'qcs-evaluate-invitation').hidden).toBe(false);
  });

  it('says so when a folder cannot be read', async () => {
    const next = async () => Promise.reject(new DOMException('gone', 'NotFoundError'));
    const gone = { name: 'gone', values: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) };
    vi.stubGlobal('showDirectoryPicker', async () => gone);
    press('Folder');
    await expect.poll(fault).toMatch(/could not be read/);
  });

  it('names the group file that was chosen, and forgets it again', async () => {
    await opened();
    answerDialogs(new File(['path,age\n1.png,old\n'], 'ages.csv'));
    press('Choose a CSV');
    await expect
      .poll(() => deepAll(element, 'button').some(({ textContent }) => /ages\.csv/.test(textContent)))
      .toBe(true);
    press('Remove');
    await expect
      .poll(() => deepAll(element, 'button').some(({ textContent }) => /ages\.csv/.test(textContent)))
      .toBe(false);
  });

  it('adds a model to compare with, and says what is wrong with one that is none', async () => {
    await opened();
    answerDialogs(new File(['x'], 'weights.safetensors'));
    press('Add manifest');
    await expect.poll(fault).toMatch(/manifest/);
    const text = await (await fetch(assetUrls().manifest)).text();
    const { id, version } = JSON.parse(text) as { id: string; version: string };
    answerDialogs(new File([text], 'manifest.json'));
    press('Add manifest');
    await expect
      .poll(() => deepAll(element, 'option').map(({ textContent }) => textContent))
      .toContain(`${id} ${version} (added here)`);
    expect(fault()).toBeUndefined();
  });
});
