/** What the tests of the whole Train tab share: an element on the page, images in it, its buttons. */
import '../../../src/define-train.js';
import { expect } from 'vitest';
import type { QcsTrain } from '../../../src/components/train/qcs-train/qcs-train.js';
import { emit } from '../../../src/components/ui/events.js';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { deep } from '../components/stage.js';
import { picturePng } from './pictures.js';

export const WAIT = { timeout: 90_000, interval: 50 };

export async function forgetEverything(): Promise<void> {
  const storage = await openOpfs();
  for (const name of await storage.list('')) await storage.remove(name);
}

/** A `<qcs-train>` that has opened its data set. */
export async function shownTab(): Promise<QcsTrain> {
  const element = document.createElement('qcs-train');
  document.body.append(element);
  await expect.poll(() => part(element, 'qcs-train-collect')?.view ?? null, WAIT).not.toBeNull();
  return element;
}

export function part<Name extends keyof HTMLElementTagNameMap>(
  element: QcsTrain,
  name: Name,
): HTMLElementTagNameMap[Name] | null {
  return element.renderRoot.querySelector(name);
}

/** Imports drawn pictures, half of them smiles and half frowns. */
export async function collect(element: QcsTrain, count: number): Promise<void> {
  const files = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const label = index % 2 === 0 ? 'smile' : 'frown';
      return { path: `set/${label}/${index}.png`, blob: await picturePng(index, label) };
    }),
  );
  emit(part(element, 'qcs-train-collect')!, 'qcs-train-command', { name: 'import', files, align: false, label: null });
  await expect.poll(() => part(element, 'qcs-train-collect')?.view?.samples.length, WAIT).toBe(count);
}

/** Sets a field of the settings, found by the words beside it, as a visitor does. */
export function setField(element: QcsTrain, words: RegExp, value: string | boolean): void {
  const labels = [...deep(element, 'qcs-train-setup').shadowRoot!.querySelectorAll('label')];
  const field = labels
    .find(({ textContent }) => words.test(textContent))
    ?.querySelector<HTMLInputElement>('input, select');
  if (field === undefined || field === null) throw new Error(`No field is called ${String(words)}.`);
  if (typeof value === 'boolean') field.checked = value;
  else field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

/** All text of an element, with that of its parts. */
export function deepText(root: Element): string {
  const inside = root.shadowRoot ?? root;
  const own = [...inside.childNodes].map((node) => {
    if (node instanceof HTMLStyleElement || node instanceof Comment) return '';
    return node instanceof Element ? deepText(node) : (node.textContent ?? '');
  });
  return own.join(' ').replaceAll(/\s+/g, ' ').trim();
}
