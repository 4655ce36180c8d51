import { describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import { RuntimeError } from '../../../src/errors.js';
import { FakeRecognizer } from './fakeRecognizer.js';
import { button, deep, deepAll, mount, movingStream, photoFile, until } from './stage.js';

const words = (element: Element) => deep(element, 'qcs-why-this').shadowRoot!.textContent.replaceAll(/\s+/g, ' ');

async function told(recognizer = new FakeRecognizer()) {
  const mounted = await mount({ source: await photoFile() }, recognizer);
  await until(mounted.element, 'ready');
  button(mounted.element, /Why this/).click();
  await eventually(() => deep(mounted.element, '.told'));
  return mounted;
}

describe('Why this?', () => {
  test('says which parts carry the reading, what is left without them, and why not the runner-up', async () => {
    const { element } = await told();
    expect(words(element)).toContain('Mostly the mouth.');
    expect(words(element)).toContain('With that covered, happiness goes from 93 % to 31 %.');
    deepAll(element, 'input[type=radio]')[1].click();
    await eventually(() => expect(words(element)).toContain('Rather than surprise: the mouth.'));
    expect(words(element)).not.toContain('covered, happiness');
  });

  test('draws the face of the picture, bright where it matters and dark elsewhere', async () => {
    const { element } = await told();
    const canvas = deep(element, 'qcs-why-this').shadowRoot!.querySelector('canvas')!;
    const green = (column: number, row: number) =>
      canvas.getContext('2d')!.getImageData(((column + 0.5) * canvas.width) / 7, ((row + 0.5) * canvas.width) / 7, 1, 1)
        .data[1];
    // The picture is #66bb88 all over.
    expect(green(3, 5)).toBeGreaterThan(170);
    expect(green(0, 0)).toBeLessThan(70);
  });

  test('is forgotten with the face and the picture that it was about', async () => {
    const { element, recognizer } = await told();
    recognizer.faces = [{ id: 2, expression: 'fear' }];
    element.source = await photoFile('other.png');
    await eventually(() => button(element, /Why this/));
    expect(deepAll(element, '.told')).toHaveLength(0);
  });

  test('is not asked of a face that cannot be read', async () => {
    const recognizer = new FakeRecognizer();
    recognizer.faces = [
      { id: 1, expression: 'fear', reading: { conditions: { ...CLEAR_CONDITIONS, flags: ['blurred'] } } },
    ];
    const { element } = await mount({ source: await photoFile() }, recognizer);
    await until(element, 'ready');
    expect(deepAll(element, 'qcs-why-this')[0]?.shadowRoot?.querySelector('button') ?? null).toBeNull();
  });

  test('keeps one frame of a live picture, finds the face in it, and explains that', async () => {
    const { element, recognizer } = await mount({ source: movingStream() });
    await until(element, 'running');
    await eventually(() => expect(element.observation?.faces).toHaveLength(1));
    button(element, /Why this/).click();
    await eventually(() => deep(element, '.told'));
    const asked = recognizer.calls.find(({ options }) => options.mode === 'still');
    expect(asked?.source).toBeInstanceOf(ImageBitmap);
    expect(recognizer.explained).toBe(1);
  });

  test('says what went wrong, and can be asked again', async () => {
    const recognizer = new FakeRecognizer();
    const explain = vi.spyOn(recognizer, 'explain');
    explain.mockRejectedValueOnce(new RuntimeError('device-lost', 'The GPU was lost. Try again.'));
    const { element } = await mount({ source: await photoFile() }, recognizer);
    await until(element, 'ready');
    button(element, /Why this/).click();
    await eventually(() => expect(words(element)).toContain('The GPU was lost. Try again.'));
    button(element, /Why this/).click();
    await eventually(() => deep(element, '.told'));
  });
});
