import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { createApp, h } from 'vue';
import type { QcsFer } from '../../../src/components/recognise/qcs-fer/qcs-fer.js';
import { KEPT_MS } from '../../../src/components/recognise/qcs-fer/loan.js';
import { RuntimeError } from '../../../src/errors.js';
import type { RecognizerOptions } from '../../../src/inference/recognizer.js';
import { FakeRecognizer } from './fakeRecognizer.js';
import { mount, movingStream, photoFile, until } from './stage.js';

afterEach(() => {
  vi.useRealTimers();
});

/** A recogniser and how often it was asked for. */
function counted() {
  const recognizer = new FakeRecognizer();
  const provider = vi.fn((options: RecognizerOptions) => recognizer.provider(options));
  return { recognizer, provider };
}

describe('an element that nobody can see', () => {
  test('says that it is suspended, and runs as soon as it is seen', async () => {
    const { element, recognizer, statuses } = await mount({ source: movingStream(), hidden: true });
    await until(element, 'suspended');
    const before = recognizer.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(recognizer.calls.length).toBe(before);
    element.hidden = false;
    await until(element, 'running');
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(before));
    element.hidden = true;
    await until(element, 'suspended');
    expect(statuses.filter((status) => status === 'suspended')).toHaveLength(2);
  });

  test('reads all the same where it is headless, and rests once it is not', async () => {
    const { element, recognizer } = await mount({ source: movingStream(), hidden: true, headless: true });
    await until(element, 'running');
    await eventually(() => expect(recognizer.calls.length).toBeGreaterThan(2));
    element.headless = false;
    await until(element, 'suspended');
  });

  test('stays paused while it is paused', async () => {
    const { element } = await mount({ source: movingStream(), hidden: true, paused: true });
    await until(element, 'paused');
    element.paused = false;
    await until(element, 'suspended');
  });

  test('reads a photo', async () => {
    const { element, recognizer } = await mount({ source: await photoFile(), hidden: true });
    await until(element, 'ready');
    expect(recognizer.calls).toHaveLength(1);
  });
});

describe('an element that is taken out', () => {
  test('and put in again soon has the recogniser that it had', async () => {
    const { recognizer, provider } = counted();
    const { element } = await mount({ source: await photoFile(), recognizerProvider: provider }, recognizer);
    await until(element, 'ready');
    element.remove();
    expect(element.status).toBe('idle');
    document.body.append(element);
    await until(element, 'ready');
    expect(recognizer.calls).toHaveLength(2);
    expect(provider).toHaveBeenCalledTimes(1);
    expect(recognizer.disposals).toBe(0);
  });

  test('gives its recogniser back half a minute later', async () => {
    const { recognizer, provider } = counted();
    const { element } = await mount({ source: await photoFile(), recognizerProvider: provider }, recognizer);
    await until(element, 'ready');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    element.remove();
    vi.advanceTimersByTime(KEPT_MS - 1);
    expect(recognizer.disposals).toBe(0);
    vi.advanceTimersByTime(1);
    expect(recognizer.disposals).toBe(1);
    vi.useRealTimers();
    document.body.append(element);
    await until(element, 'ready');
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('gives a recogniser that is still loading back at once', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const provider = ({ signal }: RecognizerOptions) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    };
    const { element } = await mount({ source: await photoFile(), recognizerProvider: provider });
    await until(element, 'loading');
    element.remove();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test('is not taken out by a move', async () => {
    const { element, recognizer, statuses } = await mount({ source: await photoFile() });
    await until(element, 'ready');
    const place = document.createElement('div');
    document.body.append(place);
    const said = statuses.length;
    place.moveBefore(element, null);
    await element.updateComplete;
    expect(element.parentElement).toBe(place);
    expect(statuses).toHaveLength(said);
    expect(recognizer.calls).toHaveLength(1);
  });
});

describe('preload()', () => {
  test('loads the recogniser ahead of the first picture, once', async () => {
    const { recognizer, provider } = counted();
    const { element, statuses } = await mount({ recognizerProvider: provider }, recognizer);
    await element.preload();
    expect(statuses).toEqual(['loading', 'ready']);
    element.source = await photoFile();
    await eventually(() => expect(recognizer.calls).toHaveLength(1));
    expect(provider).toHaveBeenCalledTimes(1);
  });
});

describe('a first picture', () => {
  test('has the recogniser asked for before the element is drawn, once, and on the terms that were set by then', async () => {
    const recognizer = new FakeRecognizer();
    const element = document.createElement('qcs-fer');
    const drawn: boolean[] = [];
    const provider = vi.fn((options: RecognizerOptions) => {
      drawn.push(element.shadowRoot?.querySelector('.layout') instanceof Element);
      return recognizer.provider(options);
    });
    const source = await photoFile();
    document.body.append(element);
    Object.assign(element, { recognizerProvider: provider, model: '/mine.json', source });
    await until(element, 'ready');
    expect(drawn).toEqual([false]);
    expect(provider).toHaveBeenCalledWith(expect.objectContaining({ model: '/mine.json' }));
  });

  test('of an element that has left the page before it was drawn waits until it comes back', async () => {
    const { provider } = counted();
    const element = document.createElement('qcs-fer');
    document.body.append(element);
    Object.assign(element, { recognizerProvider: provider, source: await photoFile() });
    element.remove();
    await element.updateComplete;
    expect(provider).not.toHaveBeenCalled();
    document.body.append(element);
    await until(element, 'ready');
    expect(provider).toHaveBeenCalledTimes(1);
  });

  test('hears of a fault that came before it was drawn', async () => {
    const { element } = await mount({
      source: await photoFile(),
      recognizerProvider: () => Promise.reject(new RuntimeError('no-backend', 'Nothing runs here.')),
    });
    await until(element, 'error');
    expect(element.error?.message).toBe('Nothing runs here.');
  });
});

describe('a framework', () => {
  test('React in StrictMode sets properties, hears events, and asks for one recogniser', async () => {
    const { recognizer, provider } = counted();
    const place = document.createElement('div');
    document.body.append(place);
    const heard = vi.fn();
    const root = createRoot(place);
    const props = { source: await photoFile(), recognizerProvider: provider, maxFaces: 3, controls: true };
    root.render(
      createElement(StrictMode, null, createElement('qcs-fer', { ...props, 'onqcs-result': heard, model: undefined })),
    );
    await eventually(() => expect(heard).toHaveBeenCalledOnce());
    const element = place.querySelector<QcsFer>('qcs-fer')!;
    expect(element.getAttribute('max-faces')).toBe('3');
    expect(element.controls).toBe(true);
    expect(recognizer.calls.map(({ options }) => options.maxFaces)).toEqual([3]);
    root.render(
      createElement(StrictMode, null, createElement('qcs-fer', { ...props, controls: false, maxFaces: undefined })),
    );
    await eventually(() => expect(recognizer.calls.at(-1)?.options.maxFaces).toBeUndefined());
    expect(element.controls).toBe(false);
    root.unmount();
    expect(provider).toHaveBeenCalledTimes(1);
  });

  test('Vue sets properties and attributes, hears events, and empties what is bound to nothing', async () => {
    const { provider } = counted();
    const place = document.createElement('div');
    document.body.append(place);
    const heard = vi.fn();
    const source = await photoFile();
    const app = createApp({
      render: () =>
        h('qcs-fer', {
          source,
          recognizerProvider: provider,
          'max-faces': 2,
          controls: '',
          model: undefined,
          backend: undefined,
          onQcsResult: heard,
        }),
    });
    app.config.compilerOptions.isCustomElement = (tag) => tag.startsWith('qcs-');
    app.mount(place);
    await eventually(() => expect(heard).toHaveBeenCalledOnce());
    const element = place.querySelector<QcsFer>('qcs-fer')!;
    expect(element.maxFaces).toBe(2);
    expect(element.controls).toBe(true);
    const [asked] = provider.mock.calls[0];
    expect([asked.model, asked.backend]).toEqual([undefined, 'auto']);
    app.unmount();
  });
});
