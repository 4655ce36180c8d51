/** How parts ask the element around them for what only it can do. */
import { afterEach, expect, test } from 'vitest';
import '../../../src/define.js';
import '../../../src/define-models.js';
import { emit, obey } from '../../../src/components/ui/events.js';
import '../../../src/components/models/commands.js';

afterEach(() => document.body.replaceChildren());

/** An element inside the shadow root of another one. */
function nested(): { readonly outer: HTMLElement; readonly inner: HTMLElement } {
  const outer = document.createElement('div');
  const inner = document.createElement('span');
  outer.attachShadow({ mode: 'open' }).append(inner);
  document.body.append(outer);
  return { outer, inner };
}

test('a command reaches the element around, with what it carries, and nobody further out', () => {
  const { outer, inner } = nested();
  const done: unknown[] = [];
  const ignore = () => undefined;
  obey(outer, 'qcs-model-command', {
    use: ({ model }) => done.push(['use', model]),
    remove: ({ id }) => done.push(['remove', id]),
    rename: ignore,
    duplicate: ignore,
    ship: ignore,
    download: ignore,
    convert: ignore,
    'cancel-questions': ignore,
  });
  document.body.addEventListener('qcs-model-command', ({ detail }) => done.push(detail), { once: true });
  emit(inner, 'qcs-model-command', { name: 'use', model: null });
  emit(inner, 'qcs-model-command', { name: 'remove', id: 'mine' });
  expect(done).toEqual([
    ['use', null],
    ['remove', 'mine'],
  ]);
});

test('an event goes through all shadow roots to the page', () => {
  const { inner } = nested();
  const models: (string | null)[] = [];
  document.body.addEventListener('qcs-use-model', ({ detail }) => models.push(detail.model), { once: true });
  emit(inner, 'qcs-use-model', { model: null });
  expect(models).toEqual([null]);
});

test('the shipped model and a kept one are asked for by the address that <qcs-fer model> takes', async () => {
  const element = document.createElement('qcs-models');
  const used: (string | null)[] = [];
  element.addEventListener('qcs-use-model', ({ detail }) => used.push(detail.model));
  document.body.append(element);
  for (const model of ['opfs:mine', null]) {
    const card = document.createElement('qcs-model-card');
    element.renderRoot.append(card);
    emit(card, 'qcs-model-command', { name: 'use', model });
    expect(element.model).toBe(model);
  }
  expect(used).toEqual(['opfs:mine', null]);
});
