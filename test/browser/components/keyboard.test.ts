import { describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { userEvent } from 'vitest/browser';
import type { QcsFer } from '../../../src/components/recognise/qcs-fer/qcs-fer.js';
import { FakeRecognizer } from './fakeRecognizer.js';
import { button, deep, deepAll, mount, movingStream, photoFile, until } from './stage.js';

const stage = (element: QcsFer) => deep(element, '.stage');

/** What has the focus, through all shadow roots. */
function focused(root: Document | ShadowRoot = document): Element | null {
  const inner = root.activeElement?.shadowRoot;
  return inner?.activeElement ? focused(inner) : root.activeElement;
}

describe('the focus', () => {
  test('stays inside the element when a start or a stop takes the pressed button away', async () => {
    const { element } = await mount({ controls: true });
    button(element, /Camera/).focus();
    element.source = movingStream();
    await until(element, 'running');
    expect(focused()).toBe(stage(element));
    button(element, /Stop/).focus();
    await userEvent.keyboard('{Enter}');
    await until(element, 'idle');
    expect(focused()).toBe(stage(element));
  });

  test('stays inside when the button was the page’s, in the invitation', async () => {
    const { element } = await mount({ controls: true });
    const sample = Object.assign(document.createElement('button'), { slot: 'invitation', textContent: 'Sample' });
    element.append(sample);
    sample.focus();
    element.source = await photoFile();
    await until(element, 'ready');
    expect(focused()).toBe(stage(element));
  });

  test('is left alone elsewhere in the page', async () => {
    const { element } = await mount({ controls: true });
    const field = document.body.appendChild(document.createElement('input'));
    field.focus();
    element.source = movingStream();
    await until(element, 'running');
    expect(focused()).toBe(field);
  });
});

describe('keys', () => {
  async function running(): Promise<QcsFer> {
    const recognizer = new FakeRecognizer();
    recognizer.faces = [
      { id: 1, expression: 'happiness' },
      { id: 2, expression: 'fear' },
    ];
    const { element } = await mount({ controls: true, source: movingStream() }, recognizer);
    await until(element, 'running');
    await eventually(() => expect(deepAll(element, 'button[part=face]')).toHaveLength(2));
    return element;
  }
  const chosen = (element: QcsFer) => deep(element, '[part=face][aria-checked=true]').dataset['face'];

  test('pause, walk the faces and explain themselves', async () => {
    const element = await running();
    stage(element).focus();
    await userEvent.keyboard(' ');
    await until(element, 'paused');
    await userEvent.keyboard(' ');
    await until(element, 'running');
    expect(chosen(element)).toBe('1');
    await userEvent.keyboard('{ArrowRight}');
    await eventually(() => expect(chosen(element)).toBe('2'));
    await userEvent.keyboard('{ArrowLeft}');
    await eventually(() => expect(chosen(element)).toBe('1'));
    await userEvent.keyboard('?');
    const dialog = deep(element, 'dialog') as HTMLDialogElement;
    expect(dialog.open).toBe(true);
    await userEvent.keyboard('{Escape}');
    await eventually(() => expect(dialog.open).toBe(false));
    expect(focused()).toBe(stage(element));
  });

  test('are explained by a button too', async () => {
    const element = await running();
    button(element, /Keys/).click();
    expect((deep(element, 'dialog') as HTMLDialogElement).open).toBe(true);
  });

  test('press the focused button instead of pausing', async () => {
    const element = await running();
    button(element, /Mirror/).focus();
    await userEvent.keyboard(' ');
    await eventually(() => expect(element.mirrored).toBe(true));
    expect(element.paused).toBe(false);
  });

  test.each(['input', 'textarea', 'div'])(
    'stay in a %s that the page has put inside, and in its own fields',
    async (tag) => {
      const element = await running();
      const field = document.createElement(tag);
      field.slot = 'tools';
      if (tag === 'div') field.contentEditable = 'true';
      element.append(field);
      const outside = document.body.appendChild(document.createElement('input'));
      for (const target of [field, outside]) {
        target.focus();
        await userEvent.keyboard(' ?a{ArrowLeft}{ArrowRight}');
        const text =
          target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
            ? target.value
            : target.textContent;
        expect(text?.replaceAll('\u00A0', ' ')).toBe(' ?a');
      }
      expect(element.paused).toBe(false);
      expect(chosen(element)).toBe('1');
      expect((deep(element, 'dialog') as HTMLDialogElement).open).toBe(false);
    },
  );

  test('with Control, Alt or Meta are the browser’s', async () => {
    const element = await running();
    for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) {
      const event = new KeyboardEvent('keydown', {
        key: ' ',
        [modifier]: true,
        bubbles: true,
        composed: true,
        cancelable: true,
      });
      stage(element).dispatchEvent(event);
      expect(event.defaultPrevented).toBe(false);
    }
    expect(element.paused).toBe(false);
  });

  test('have no effect of ours where there is nothing to pause', async () => {
    const { element } = await mount({ controls: true, source: await photoFile() });
    await until(element, 'ready');
    const event = new KeyboardEvent('keydown', { key: ' ', bubbles: true, composed: true, cancelable: true });
    stage(element).dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });
});
