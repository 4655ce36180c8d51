import { html, render } from 'lit';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { keyedList } from '../../../src/components/ui/keyed-list.js';
import { expressionColour } from '../../../src/components/ui/tokens.js';
import type { TimelineSample } from '../../../src/components/recognise/expression-timeline/history.js';
import type { FrameObservation, LoadProgress } from '../../../src/inference/observation.js';
import { faceOf, FakeRecognizer, type FakeFace } from './fakeRecognizer.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import { deep, deepAll, mount, photoFile, spoken, until, movingStream } from './stage.js';

function observe(faces: readonly FakeFace[]): FrameObservation {
  return {
    faces: faces.map((face) => faceOf(face)),
    timing: { detect: 1, align: 1, infer: 1, total: 3 },
    width: 320,
    height: 240,
    timestamp: 0,
  };
}

/** Elements, texts and comments. */
function nodesBelow(node: Node): number {
  return [...node.childNodes].reduce((sum, child) => sum + 1 + nodesBelow(child), 0);
}

/** An overlay over a picture of 640 x 640 CSS px. */
async function overlay(faces: readonly FakeFace[], fit: string, mirrored = false) {
  const stage = document.createElement('div');
  stage.style.cssText = 'position: relative; inline-size: 640px; block-size: 640px';
  const media = document.createElement('canvas');
  media.style.cssText = `position: absolute; inline-size: 640px; block-size: 640px; object-fit: ${fit}`;
  const element = document.createElement('qcs-face-overlay');
  Object.assign(element, { observation: observe(faces), selected: faces[0]?.id, media, mirrored });
  stage.append(media, element);
  document.body.append(stage);
  await eventually(() => expect(deepAll(element, 'button[part=face]')).toHaveLength(faces.length));
  const box = (id: number) => {
    const face = deep(element, `[data-face="${id}"]`).getBoundingClientRect();
    const origin = stage.getBoundingClientRect();
    return [face.left - origin.left, face.top - origin.top, face.width, face.height].map(Math.round);
  };
  return { element, box };
}

describe('<qcs-face-overlay>', () => {
  const face: FakeFace = { id: 4, expression: 'anger', box: { x: 40, y: 60, width: 80, height: 60 } };

  test.each([
    // 320 x 240 in 640 x 640: contain doubles and centres, cover scales by 640 / 240 and cuts both sides.
    ['contain', false, [80, 200, 160, 120]],
    ['contain', true, [400, 200, 160, 120]],
    ['fill', false, [80, 160, 160, 160]],
    ['cover', false, [0, 160, 213, 160]],
  ] as const)('draws a face where the picture shows it: %s, mirrored %s', async (fit, mirrored, expected) => {
    const { box } = await overlay([face], fit, mirrored);
    expect(box(4)).toEqual(expected);
  });

  test('keeps nothing of the faces that come and go, and the button of one that stays', async () => {
    const { element } = await overlay([{ ...face, id: 1 }], 'contain');
    const stays = deep(element, '[data-face="1"]');
    const show = async (ids: readonly number[]): Promise<number> => {
      element.observation = observe(ids.map((id) => ({ ...face, id })));
      await element.updateComplete;
      expect(deepAll(element, 'button[part=face]')).toHaveLength(ids.length);
      return nodesBelow(element.renderRoot);
    };
    const before = await show([1, 2]);
    for (let id = 3; id < 40; id++) await show(id % 3 === 0 ? [id, 1] : [1, id]);
    expect(await show([1, 40])).toBe(before);
    expect(deep(element, '[data-face="1"]')).toBe(stays);
    await show([41]);
    expect(await show([1, 42])).toBe(before);
  });

  test('chooses faces by arrow keys in the order in which they stand, and by click', async () => {
    const { element } = await overlay(
      [
        { id: 1, expression: 'anger', box: { x: 200, y: 20, width: 40, height: 40 } },
        { id: 2, expression: 'fear', box: { x: 20, y: 20, width: 40, height: 40 } },
        { id: 3, expression: 'fear', box: { x: 120, y: 20, width: 40, height: 40 } },
      ],
      'contain',
    );
    const chosen: number[] = [];
    element.addEventListener('qcs-select', (event) => {
      chosen.push(event.detail.id);
      element.selected = event.detail.id;
    });
    const press = async (key: string) => {
      const active = element.shadowRoot?.activeElement ?? deep(element, '[aria-checked=true]');
      active.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
      await element.updateComplete;
    };
    deep(element, '[aria-checked=true]').focus();
    await press('ArrowLeft');
    await press('ArrowLeft');
    await press('ArrowRight');
    await press('End');
    expect(chosen).toEqual([3, 2, 3, 1]);
    expect(element.shadowRoot?.activeElement?.getAttribute('data-face')).toBe('1');
    deep(element, '[data-face="2"]').click();
    expect(chosen.at(-1)).toBe(2);
    expect(deepAll(element, '[tabindex="0"]')).toHaveLength(1);
  });

  test('emphasises the chosen face, dims the others, and draws unsure ones faint', async () => {
    const { element } = await overlay(
      [
        { id: 1, expression: 'anger' },
        { id: 2, expression: 'fear', confidence: 0.4 },
      ],
      'contain',
    );
    expect(deep(element, '[data-face="1"]').className).toBe('selected');
    expect(deep(element, '[data-face="2"]').classList.contains('dimmed')).toBe(true);
    expect(deep(element, '[data-face="2"]').classList.contains('faint')).toBe(true);
  });

  test('names no expression over a face that cannot be read', async () => {
    const conditions = { ...CLEAR_CONDITIONS, flags: ['blurred'] as const };
    const { element } = await overlay([{ id: 1, expression: 'anger', reading: { conditions } }], 'contain');
    const button = deep(element, '[data-face="1"]');
    expect(button.textContent?.replaceAll(/\s+/g, ' ').trim()).toBe('Face 1: Not clear');
    expect(button.classList.contains('faint')).toBe(true);
  });
});

describe('a keyed list', () => {
  test('keeps the elements of what stays, in the order that is wanted, and nothing of what goes', () => {
    const list = document.createElement('ul');
    const show = (items: readonly string[]): readonly Element[] => {
      const draw = (item: string) => html`<li>${item}</li>`;
      render(html`${keyedList(items, (item) => item, draw)}`, list);
      expect([...list.children].map(({ textContent }) => textContent)).toEqual(items);
      return [...list.children];
    };
    const [a, b, c] = show(['a', 'b', 'c']);
    const nodes = nodesBelow(list);
    expect(show(['c', 'd', 'a']).filter((element) => [a, b, c].includes(element))).toEqual([c, a]);
    for (let round = 0; round < 20; round++) show([`${round}`, 'a', `${round} more`]);
    expect(show(['b', 'a', 'c'])[1]).toBe(a);
    expect(nodesBelow(list)).toBe(nodes);
    show([]);
    show(['a', 'b', 'c']);
    expect(nodesBelow(list)).toBe(nodes);
  });
});

describe('<qcs-face-reading>', () => {
  async function said(reading: FakeFace['reading'], confidence = 0.93): Promise<string> {
    const element = document.createElement('qcs-face-reading');
    element.faces = [
      faceOf({ id: 1, expression: 'happiness', confidence, ...(reading === undefined ? {} : { reading }) }),
    ];
    element.selected = 1;
    document.body.append(element);
    await element.updateComplete;
    return (element.shadowRoot?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  }

  test('says beside the label how ten people would answer', async () => {
    const shares = { neutral: 0.06, happiness: 0.91, sadness: 0.03 };
    expect(await said({ shares, plausible: ['happiness'] })).toBe(
      'Looks like happiness 9 of ten people would say happiness 93 %',
    );
  });

  test('says where people would disagree', async () => {
    const shares = { neutral: 0.1, happiness: 0.5, sadness: 0.4 };
    expect(await said({ shares, plausible: ['happiness', 'sadness'] }, 0.52)).toContain(
      'People would disagree: happiness or sadness',
    );
  });

  test('gives a reason instead of a label and its percentage where a face cannot be read', async () => {
    const turned = { ...CLEAR_CONDITIONS, yaw: -45.4, flags: ['turned', 'blurred'] as const };
    expect(await said({ conditions: turned, plausible: ['happiness'] })).toBe('Not clear: the face is turned 45°');
    const down = { ...CLEAR_CONDITIONS, pitch: -33, flags: ['turned'] as const };
    expect(await said({ conditions: down })).toBe('Not clear: the face looks 33° down');
    expect(await said({ conditions: { ...CLEAR_CONDITIONS, flags: ['blurred'] } })).toBe(
      'Not clear: the face is blurred',
    );
  });

  test('shows label and percentage alone for a model that says no more', async () => {
    expect(await said({})).toBe('Looks like happiness 93 %');
    expect(await said({}, 0.4)).toBe('Not clear perhaps happiness 40 %');
  });
});

describe('a live face whose stable label is not the highest bar of the moment', () => {
  const reading = {
    probabilities: { neutral: 0.48, happiness: 0.42, sadness: 0.1 },
    shares: { neutral: 0.5, happiness: 0.4, sadness: 0.1 },
    plausible: ['neutral'],
  };

  test('has one answer in headline, bold bar, chip and `expression`', async () => {
    const recognizer = new FakeRecognizer();
    recognizer.faces = [{ id: 1, expression: 'happiness', confidence: 0.52, reading }];
    const { element } = await mount({ source: movingStream(), controls: true }, recognizer);
    await until(element, 'running');
    await eventually(() => expect(deepAll(element, '[part~=label]')).toHaveLength(1));
    expect(element.observation?.faces[0]?.expression).toBe('happiness');
    expect(deep(element, '[part=headline]').textContent).toBe('Looks like happiness');
    expect(deep(element, '[part=people]').textContent).toBe('People would disagree: happiness or neutral');
    expect(deep(element, '[part=label]').textContent).toMatch(/Happiness 52\s%/);
    expect(deepAll(element, 'li.top').map((row) => row.querySelector('.name')?.textContent)).toEqual(['Happiness']);
  });

  test.each(['constructor', '__proto__'])('may have classes that are called %s', async (name) => {
    const recognizer = new FakeRecognizer();
    const probabilities = Object.fromEntries([
      [name, 0.7],
      ['toString', 0.3],
    ]);
    recognizer.faces = [{ id: 1, expression: name, confidence: 0.7, reading: { probabilities } }];
    recognizer.model = { ...recognizer.model, classes: [name, 'toString', 'valueOf'] };
    const { element } = await mount({ source: movingStream(), controls: true }, recognizer);
    await until(element, 'running');
    const values = () =>
      deepAll(element, 'li[part=row] .value').map((value) => value.textContent?.replaceAll(/\s/g, ' '));
    await eventually(() => expect(values()).toEqual(['70 %', '30 %', '–']));
    expect(deep(element, '[part~=label]').textContent).toMatch(/70\s%/);
  });
});

describe('<qcs-probability-bars>', () => {
  test('says every class with its share, also classes of one’s own, each in a colour of its own', async () => {
    const element = document.createElement('qcs-probability-bars');
    element.classes = ['neutral', 'very_bored'];
    element.probabilities = { neutral: 0.25, very_bored: 0.75 };
    document.body.append(element);
    await element.updateComplete;
    const rows = deepAll(element, 'li').map((row) => row.textContent?.replaceAll(/\s+/g, ' ').trim());
    expect(rows).toEqual(['Neutral 25 %', 'Very bored 75 %']);
    const bars = deepAll(element, '.bar');
    expect(bars[1]?.getBoundingClientRect().width).toBeCloseTo(3 * (bars[0]?.getBoundingClientRect().width ?? 0), 0);
    expect(expressionColour('very_bored')).toBe(expressionColour('very_bored'));
    expect(expressionColour('very_bored')).not.toBe(expressionColour('very_glad'));
  });
});

describe('<qcs-expression-timeline>', () => {
  const samples: TimelineSample[] = Array.from({ length: 60 }, (_, index) => ({
    time: index,
    faceId: 1,
    probabilities: index < 30 ? { neutral: 0.9, anger: 0.1 } : { neutral: 0.2, anger: 0.8 },
  }));

  async function timeline() {
    const element = document.createElement('qcs-expression-timeline');
    Object.assign(element, { classes: ['neutral', 'anger'], samples, duration: 60, time: 10 });
    element.style.inlineSize = '300px';
    document.body.append(element);
    await element.updateComplete;
    const sought: number[] = [];
    element.addEventListener('qcs-seek', (event) => sought.push(event.detail.time));
    return { element, sought };
  }

  test('tells screen readers the same in a table', async () => {
    const { element } = await timeline();
    const rows = deepAll(element, 'tbody tr').map((row) => row.textContent?.replaceAll(/\s+/g, ' ').trim());
    expect(rows).toHaveLength(6);
    expect(rows[0]).toBe('0:00 to 0:10 Neutral 90 %');
    expect(rows[5]).toBe('0:50 to 1:00 Anger 80 %');
  });

  test('draws each class in its colour, stacked from the bottom', async () => {
    const { element } = await timeline();
    const canvas = deep(element, 'canvas') as HTMLCanvasElement;
    await eventually(() => expect(canvas.width).toBeGreaterThan(0));
    const pixel = (x: number, y: number) =>
      [...(canvas.getContext('2d')?.getImageData(canvas.width * x, canvas.height * y, 1, 1).data ?? [])].slice(0, 3);
    await eventually(() => expect(pixel(0.3, 0.95)).toEqual([0x8a, 0x8f, 0x98]));
    expect(pixel(0.8, 0.95)).toEqual([0x8a, 0x8f, 0x98]);
    expect(pixel(0.8, 0.3)).toEqual([0xd5, 0x5e, 0x00]);
  });

  test('seeks by click and by keys', async () => {
    const { element, sought } = await timeline();
    const slider = deep(element, '[role=slider]');
    expect(slider.getAttribute('aria-valuetext')).toBe('0:10 of 1:00');
    const { left, width } = slider.getBoundingClientRect();
    slider.dispatchEvent(new PointerEvent('pointermove', { clientX: left + width / 2, buttons: 1 }));
    for (const key of ['ArrowRight', 'PageUp', 'Home', 'End', 'ArrowLeft']) {
      slider.dispatchEvent(new KeyboardEvent('keydown', { key }));
    }
    expect(sought).toEqual([30, 11, 20, 0, 60, 9]);
  });
});

describe('<qcs-stage-loading>', () => {
  test('names each stage, with bytes where it downloads', async () => {
    const element = document.createElement('qcs-stage-loading');
    document.body.append(element);
    const told = new Map<LoadProgress['stage'], LoadProgress>();
    const after = async (stage: LoadProgress['stage'], loaded: number, total: number) => {
      told.set(stage, { stage, loaded, total });
      element.progress = new Map(told);
      await element.updateComplete;
      const states = deepAll(element, 'li').map((item) => item.className);
      return [(deep(element, 'progress') as HTMLProgressElement).value, ...states];
    };
    expect(await after('model', 2e6, 6e6)).toEqual([expect.closeTo(0.8 / 3), 'active', 'active', 'waiting', 'waiting']);
    expect(await after('detector', 2e6, 2e6)).toEqual([expect.closeTo(0.4), 'done', 'active', 'waiting', 'waiting']);
    expect(deepAll(element, 'li')[1]?.textContent?.replaceAll(/\s+/g, ' ')).toContain('2.0 MB of 6.0 MB, 33 %');
    expect(await after('backend', 0, 0)).toEqual([expect.closeTo(0.8), 'done', 'done', 'active', 'waiting']);
    expect(await after('warm-up', 0, 0)).toEqual([expect.closeTo(0.9), 'done', 'done', 'done', 'active']);
  });
});

describe('announcements', () => {
  test('a photo is told once, with its faces', async () => {
    const mounted = await mount();
    mounted.recognizer.faces = [
      { id: 1, expression: 'happiness' },
      { id: 2, expression: 'fear', confidence: 0.41 },
    ];
    mounted.element.source = await photoFile();
    await until(mounted.element, 'ready');
    expect(spoken(mounted.element).replaceAll('\u00A0', ' ')).toBe(
      '2 faces. Face 1: looks like happiness, 93 %. Face 2: not clear, perhaps fear, 41 %.',
    );
  });

  test('a live picture speaks only of what lasts, and not again while nothing changes', async () => {
    const { element, recognizer } = await mount();
    const said = new Set<string>();
    element.source = movingStream();
    await until(element, 'running');
    const status = deep(element, '[role=status]');
    new MutationObserver(() => said.add(status.textContent ?? '')).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    // A label that flickers with each frame is never told.
    for (let index = 0; index < 12; index++) {
      recognizer.faces = [{ id: 1, expression: index % 2 === 0 ? 'fear' : 'anger' }];
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
    expect([...said].some((text) => /fear|anger/.test(text))).toBe(false);
    recognizer.faces = [{ id: 1, expression: 'sadness' }];
    await eventually(() => expect(spoken(element)).toMatch(/^Looks like sadness, 93.%\.$/));
    const after = said.size;
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    expect(said.size).toBe(after);
  });
});
