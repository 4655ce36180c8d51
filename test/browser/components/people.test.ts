import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { userEvent } from 'vitest/browser';
import { annotatedPicture } from '../../../src/components/recognise/people/annotated-picture.js';
import type { QcsFer } from '../../../src/components/recognise/qcs-fer/qcs-fer.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import { faceOf, FakeRecognizer, type FakeFace } from './fakeRecognizer.js';
import { button, deep, deepAll, mount, photoFile, until } from './stage.js';

afterEach(() => {
  document.documentElement.style.colorScheme = '';
});

/** 29 people, as in a well-known photo: every third one happy, the last not to be read. */
const PEOPLE: readonly FakeFace[] = Array.from({ length: 29 }, (_, index) => ({
  id: index + 1,
  expression: index % 3 === 0 ? 'happiness' : 'neutral',
  confidence: 0.9 - index / 100,
  box: { x: (index % 10) * 30 + 5, y: Math.floor(index / 10) * 70 + 20, width: 20, height: 20 },
  ...(index === 28 ? { reading: { conditions: { ...CLEAR_CONDITIONS, flags: ['blurred'] as const } } } : {}),
}));

async function group(faces = PEOPLE): Promise<QcsFer> {
  const recognizer = new FakeRecognizer();
  recognizer.faces = faces;
  const { element } = await mount({ controls: true, source: await photoFile() }, recognizer);
  await until(element, 'ready');
  await eventually(() => expect(deepAll(element, '[part=tile]')).toHaveLength(faces.length));
  return element;
}
const tiles = (element: QcsFer) => deepAll(element, '[part=tile]');
const chosen = (element: QcsFer) => tiles(element).find((tile) => tile.ariaSelected === 'true')?.dataset['face'];
const faceButton = (element: QcsFer, id: number) => deep(element, `[part=face][data-face="${id}"]`);

describe('the people of a group photo', () => {
  test('have a tile each, with a crop of the photo and words', async () => {
    const element = await group();
    expect(tiles(element)[0]?.ariaLabel).toMatch(/^Face 1: Happiness 90\s%$/);
    expect(tiles(element)[28]?.ariaLabel).toBe('Face 29: Not clear');
    const crop = deep(element, '[part=tile] canvas') as HTMLCanvasElement;
    const [red, green, blue] = crop.getContext('2d')?.getImageData(80, 80, 1, 1).data ?? [];
    expect([red, green, blue]).toEqual([0x66, 0xbb, 0x88]);
  });

  test('are walked by keys, and enlarged in the picture by Enter and click', async () => {
    const element = await group();
    tiles(element)[0]?.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    await eventually(() => expect(chosen(element)).toBe('3'));
    await userEvent.keyboard('{End}');
    await eventually(() => expect(chosen(element)).toBe('29'));
    const width = () => faceButton(element, 29).getBoundingClientRect().width;
    const small = width();
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(width()).toBeGreaterThan(2 * small));
    const [face, stage] = [faceButton(element, 29), deep(element, '.stage')].map((it) => it.getBoundingClientRect());
    expect(face.left + face.width / 2).toBeCloseTo(stage.left + stage.width / 2, 0);
    expect(face.top + face.height / 2).toBeCloseTo(stage.top + stage.height / 2, 0);
    expect(deep(element, '[part~=video]').style.transform).toContain('scale');
    await userEvent.keyboard('{Escape}');
    await eventually(() => expect(width()).toBeCloseTo(small, 3));
    tiles(element)[4]?.click();
    await eventually(() => expect(faceButton(element, 5).getBoundingClientRect().width).toBeGreaterThan(2 * small));
    button(element, /whole picture/).click();
    await eventually(() => expect(deep(element, '[part~=video]').style.transform).toBe(''));
  });

  test('are counted, and shown by expression and in another order', async () => {
    const element = await group();
    const rows = () => deepAll(element, '[part=group]').map((row) => row.textContent?.replaceAll(/\s+/g, ' ').trim());
    expect(rows()).toEqual(['Neutral 18', 'Happiness 10', 'Not clear 1']);
    button(element, /Happiness\s+10/).click();
    await eventually(() => expect(tiles(element)).toHaveLength(10));
    button(element, /Happiness\s+10/).click();
    await eventually(() => expect(tiles(element)).toHaveLength(29));
    await userEvent.selectOptions(deep(deep(element, 'qcs-group-summary'), 'select'), 'place');
    await eventually(() => expect(tiles(element)[1]?.dataset['face']).toBe('11'));
  });

  test('have the names that the user gives them, until the next picture', async () => {
    const element = await group();
    const field = deep(deep(element, 'qcs-group-summary'), 'input') as HTMLInputElement;
    await userEvent.fill(field, 'Marie');
    await userEvent.tab();
    await eventually(() => expect(tiles(element)[0]?.textContent).toContain('Marie'));
    expect(deep(element, 'qcs-face-reading').shadowRoot?.textContent).toContain('Marie');
    element.source = await photoFile('other.png');
    await eventually(() => expect(tiles(element)[0]?.textContent).not.toContain('Marie'));
  });

  test('are not there for one face, nor where `show` does not list them', async () => {
    const element = await group();
    element.show = 'boxes labels bars';
    await eventually(() => expect(tiles(element)).toHaveLength(0));
    const { element: single } = await mount({ source: await photoFile() });
    await until(single, 'ready');
    expect(tiles(single)).toHaveLength(0);
  });

  test.each(['light', 'dark'])('give axe nothing to complain about: %s', async (scheme) => {
    document.documentElement.style.colorScheme = scheme;
    const element = await group();
    tiles(element)[1]?.click();
    await element.updateComplete;
    await new Promise((settled) => {
      setTimeout(settled, 300);
    });
    const { violations, passes } = await axe.run(element);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(0);
  });
});

describe('the annotated picture', () => {
  const faces = [faceOf({ id: 1, expression: 'happiness', box: { x: 40, y: 60, width: 80, height: 80 } })];

  /** Stripes of one pixel, which no mosaic keeps. */
  function striped(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 320, height: 240 });
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 320, 240);
    context.fillStyle = '#000';
    for (let x = 0; x < 320; x += 8) context.fillRect(x, 0, 4, 240);
    return canvas;
  }
  /** How much the pixels of a row inside the face differ, 0..255; the result is laid out 1600 units wide and drawn in as many pixels as the picture has. */
  function range(blurred: boolean): number {
    const canvas = annotatedPicture(striped(), faces, { blurred, text: () => 'Happiness' });
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    const row = context.getImageData(55, 100, 50, 1).data.filter((_, index) => index % 4 === 0);
    return Math.max(...row) - Math.min(...row);
  }

  test('shows the faces, or a mosaic that keeps nothing of them', () => {
    expect(range(false)).toBeGreaterThan(200);
    expect(range(true)).toBeLessThan(60);
  });

  test('has the words of crowded faces under it, by number', () => {
    const crowd = PEOPLE.map((person) => faceOf(person));
    const { width, height } = annotatedPicture(striped(), crowd, {
      blurred: false,
      text: () => 'Looks like happiness, 90 %',
    });
    expect(width).toBe(320);
    expect(height).toBeGreaterThan(240);
  });

  test('is saved, and shared where the browser can', async () => {
    const shared: File[] = [];
    // Chromium on Linux has no sheet to share with.
    const share = (data: ShareData) => Promise.resolve(void shared.push(...(data.files ?? [])));
    Object.defineProperty(navigator, 'canShare', { value: () => true, configurable: true });
    Object.defineProperty(navigator, 'share', { value: share, configurable: true });
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    const element = await group();
    button(element, /Share/).click();
    await eventually(() => expect(shared).toHaveLength(1));
    const bitmap = await createImageBitmap(shared[0]);
    expect(bitmap.width).toBe(320);
    button(element, /Save the picture/).click();
    await eventually(() => expect(saved).toHaveBeenCalledOnce());
  });
});
