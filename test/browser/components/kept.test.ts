/** What the page keeps in the browser, shown and deleted. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import '../../../src/demo/define-about.js';
import { applyTheme, storedTheme } from '../../../src/demo/theme.js';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { keptFolders } from '../../../src/storage/inventory.js';
import { forgetEverything } from '../train/tab.js';
import { deepAll } from './stage.js';

beforeEach(forgetEverything);
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
  applyTheme('system');
});

async function shown(): Promise<HTMLElement> {
  const element = document.createElement('qcs-demo-about');
  document.body.append(element);
  await eventually(() => expect(lines(element).length + texts(element).length).toBeGreaterThan(0));
  return element;
}
const keptIn = (element: Element): Element => deepAll(element, 'qcs-demo-kept')[0];
const lines = (element: Element): string[] => deepAll(keptIn(element), 'li').map((line) => line.textContent ?? '');
const texts = (element: Element): string[] =>
  deepAll(keptIn(element), 'p')
    .map((line) => (line.textContent ?? '').trim())
    .filter((text) => text !== '');

async function store(): Promise<void> {
  const storage = await openOpfs();
  await storage.write('dataset/index.json', new Uint8Array(2_000_000));
  await storage.write('dataset/packs/1.pack', new Uint8Array(1_000_000));
  await storage.write('models/mine/manifest.json', new Uint8Array(10));
  await storage.write('sessions/one.json', new Uint8Array(10));
  await storage.write('later/thing', new Uint8Array(10));
  applyTheme('dark');
}

test('all that is kept is listed with its size, and one button deletes it', async () => {
  await store();
  const element = await shown();
  expect(lines(element)).toEqual([
    'Faces that you collected for training, with their labels: 2 files, 3.0 MB',
    'later: 1 file, 0.0 MB',
    'Models that you added or trained: 1 file, 0.0 MB',
    'Sessions that you kept: readings, notes and small pictures of faces as you chose them: 1 file, 0.0 MB',
    'Your choice of colours: dark',
  ]);
  const asked = vi.spyOn(globalThis, 'confirm').mockReturnValueOnce(false).mockReturnValueOnce(true);
  const [button] = deepAll(keptIn(element), 'button') as HTMLButtonElement[];
  button.click();
  expect([asked.mock.calls.length, (await keptFolders()).length]).toEqual([1, 4]);
  button.click();
  await eventually(() => expect(texts(element)).toContain('Nothing is kept in this browser.'));
  expect(await keptFolders()).toEqual([]);
  expect(storedTheme()).toBe('system');
  const names: string[] = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  expect(names).not.toContain('qcs-fer');
  expect(localStorage.getItem('qcs-fer-theme')).toBeNull();
});

test('where nothing was ever kept nothing is offered to delete, and looking makes no folder', async () => {
  await (await navigator.storage.getDirectory()).removeEntry('qcs-fer', { recursive: true }).catch(() => undefined);
  const element = await shown();
  expect(texts(element)).toEqual(['Nothing is kept in this browser.']);
  expect(deepAll(keptIn(element), 'button')).toHaveLength(0);
  await expect((await navigator.storage.getDirectory()).getDirectoryHandle('qcs-fer')).rejects.toThrow();
});
