import axe from 'axe-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import type { QcsFer } from '../../../src/components/recognise/qcs-fer/qcs-fer.js';
import type { LoadProgress } from '../../../src/inference/observation.js';
import type { RecognizerOptions } from '../../../src/inference/recognizer.js';
import { FakeRecognizer, type FakeFace } from './fakeRecognizer.js';
import { button, deep, mount, movingStream, photoFile, until } from './stage.js';

beforeEach(() => {
  document.documentElement.lang = 'en';
  document.title = 'Elements';
});

const CROWD: readonly FakeFace[] = Array.from({ length: 5 }, (_, index) => ({
  id: index + 1,
  expression: index % 2 === 0 ? 'happiness' : 'fear',
  confidence: index === 3 ? 0.4 : 0.9,
}));

/** Every state of the element, as a way to bring it about. */
const STATES: Readonly<Record<string, () => Promise<QcsFer>>> = {
  empty: async () => (await mount({ controls: true })).element,
  'empty, without controls': async () => (await mount()).element,
  loading: async () => {
    const progress: LoadProgress[] = [
      { stage: 'detector', loaded: 230_000, total: 230_000 },
      { stage: 'model', loaded: 2_000_000, total: 5_100_000 },
    ];
    const provider = ({ onProgress }: RecognizerOptions) => {
      for (const step of progress) onProgress?.(step);
      return new Promise<never>(() => undefined);
    };
    const { element } = await mount({ controls: true, recognizerProvider: provider, source: movingStream() });
    await until(element, 'loading');
    expect(deep(element, 'qcs-stage-loading').shadowRoot?.textContent).toMatch(/2\.0.MB of 5\.1.MB, 39.%/);
    return element;
  },
  running: async () => {
    const { element } = await mount({ controls: true, source: movingStream() });
    await until(element, 'running');
    return element;
  },
  'several faces': async () => {
    const recognizer = new FakeRecognizer();
    recognizer.faces = CROWD;
    const { element } = await mount({ controls: true, source: await photoFile() }, recognizer);
    await until(element, 'ready');
    return element;
  },
  'no face': async () => {
    const recognizer = new FakeRecognizer();
    recognizer.faces = [];
    const { element } = await mount({ controls: true, source: await photoFile() }, recognizer);
    await until(element, 'ready');
    return element;
  },
  explained: async () => {
    const { element } = await mount({ controls: true, source: await photoFile() });
    await until(element, 'ready');
    button(element, /Why this/).click();
    await eventually(() => deep(element, '.told'));
    return element;
  },
  paused: async () => {
    const { element } = await mount({ controls: true, source: movingStream(), paused: true });
    await until(element, 'paused');
    return element;
  },
  error: async () => {
    const { element } = await mount({ controls: true, source: new File(['-'], 'a.jpg', { type: 'image/jpeg' }) });
    await until(element, 'error');
    return element;
  },
};

describe.each(['light', 'dark'])('axe finds nothing to complain about: %s', (scheme) => {
  test.each(Object.keys(STATES))('%s', async (state) => {
    document.documentElement.style.colorScheme = scheme;
    const element = await STATES[state]?.();
    if (element === undefined) throw new Error('no such state');
    await element.updateComplete;
    await new Promise((settled) => {
      setTimeout(settled, 300);
    });
    const { violations, passes } = await axe.run(element);
    document.documentElement.style.colorScheme = '';
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    // Nothing was checked if nothing passed.
    expect(passes.length).toBeGreaterThan(0);
  });
});
