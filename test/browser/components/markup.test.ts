/** Text that comes from files, devices and data sets is text on every surface: markup makes no element, runs nothing, and is there to be read. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import '../../../src/define.js';
import '../../../src/define-evaluate.js';
import '../../../src/define-models.js';
import '../../../src/define-train.js';
import { QcsModelQuestions } from '../../../src/components/models/model-questions.js';
import { RuntimeError } from '../../../src/errors.js';
import { ModelStore } from '../../../src/models/modelStore.js';
import { formatManifest } from '../../../src/weights/manifestSchema.js';
import { tinyModel } from '../../unit/weights/fixtures.js';
import { picturePng } from '../train/pictures.js';
import { forgetEverything } from '../train/tab.js';
import { FakeRecognizer } from './fakeRecognizer.js';
import { deepAll, mount, movingStream, photoFile, until } from './stage.js';

/** Lower case, as labels are written; the override turns what follows it around, where it is not kept apart. */
const MARKUP = '<img src=x onerror=globalthis.ran()><b class=injected>x\u202egnp.exe';
const WAIT = { timeout: 90_000, interval: 50 };

const ran = vi.fn();
beforeEach(async () => {
  await forgetEverything();
  ran.mockClear();
  Object.assign(globalThis, { ran, globalthis: globalThis });
});
afterEach(() => document.body.replaceChildren());

/** Every text that can be read or heard in an element: content, and attributes that are spoken or shown. */
function readable(root: Element): string {
  const everything = [root, ...deepAll(root, '*')];
  const spoken = ['title', 'aria-label', 'aria-description', 'alt', 'placeholder', 'value'];
  return everything
    .flatMap((element) => [
      ...[...element.childNodes, ...(element.shadowRoot?.childNodes ?? [])]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent ?? ''),
      ...spoken.map((name) => element.getAttribute(name) ?? ''),
      element instanceof HTMLInputElement ? element.value : '',
    ])
    .join(' ');
}

/** The text stands there as it is, `times` or oftener, and made nothing. */
async function isText(root: Element, times = 1): Promise<void> {
  await eventually(() => expect(readable(root).split(MARKUP).length - 1).toBeGreaterThanOrEqual(times), WAIT);
  expect(deepAll(root, '.injected, img[src=x]')).toHaveLength(0);
  expect(ran).not.toHaveBeenCalled();
}

/** A copy with every text of it replaced, but those of the fields named. */
function poisoned<Value>(value: Value, ...kept: readonly string[]): Value {
  if (typeof value === 'string') return MARKUP as Value;
  if (Array.isArray(value)) return value.map((part: unknown) => poisoned(part, ...kept)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]: [string, unknown]) => [
    key,
    kept.includes(key) ? part : poisoned(part, ...kept),
  ]);
  return Object.fromEntries(entries) as Value;
}

describe('markup is text', () => {
  test('in the names of classes, models and cameras, and in what went wrong while recognising', async () => {
    const classes = [MARKUP, `${MARKUP} 2`];
    const recognizer = Object.assign(new FakeRecognizer(), { backendReason: MARKUP });
    Object.assign(recognizer, { model: poisoned({ ...recognizer.model, classes }, 'family', 'backbone') });
    recognizer.faces = [{ id: 1, expression: MARKUP }];
    const cameras = ['a', 'b'].map((deviceId) => ({ kind: 'videoinput', deviceId, groupId: '', label: MARKUP }));
    vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockResolvedValue(cameras as MediaDeviceInfo[]);
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(movingStream());
    const { element } = await mount({ controls: true, camera: true }, recognizer);
    await until(element, 'running');
    await isText(element, 3);
    element.source = await photoFile(`${MARKUP}.png`);
    await until(element, 'ready');
    await isText(element, 2);
    recognizer.failure = new RuntimeError('internal', MARKUP);
    element.source = await photoFile();
    await until(element, 'error');
    await isText(element);
  });

  test('and a name that turns the direction of writing turns nothing but itself', async () => {
    const name = 'x\u2069\u202eyppah';
    const recognizer = new FakeRecognizer();
    Object.assign(recognizer, { model: { ...recognizer.model, classes: [name, 'neutral'] } });
    recognizer.faces = [{ id: 1, expression: name, box: { x: 100, y: 100, width: 180, height: 120 } }];
    const { element } = await mount({}, recognizer);
    element.source = await photoFile();
    await until(element, 'ready');
    await eventually(() => expect(deepAll(element, 'button[part=face] .extra')).toHaveLength(1), WAIT);
    const [words] = deepAll(element, 'button[part=face] .extra');
    const range = document.createRange();
    range.selectNodeContents([...words.childNodes].find((node) => node.textContent?.includes('yppah'))!);
    // "X happy", as the override reads, and then the percentage, which stands to its right.
    expect(words.querySelector('b')!.getBoundingClientRect().left).toBeGreaterThanOrEqual(
      range.getBoundingClientRect().right - 5,
    );
  });

  test('in every field of a model’s manifest, and in a checkpoint’s name and description', async () => {
    const { manifest, files } = await tinyModel();
    const free = { note: MARKUP, source: MARKUP };
    const described = poisoned(
      { ...manifest, training: free, metrics: free, notice: 'x' },
      'id',
      'architecture',
      'input',
      'files',
      'classes',
    );
    const sound = { ...described, classes: [MARKUP, `${MARKUP} 2`] };
    await (await ModelStore.open()).add(new Map([...files, ['manifest.json', formatManifest(sound)]]));
    const models = document.createElement('qcs-models');
    document.body.append(models);
    await isText(models);
    await models.offer([{ path: `${MARKUP}.pth`, blob: new Blob(['x'.repeat(100)]) }]);
    await isText(models);
    const questions = new QcsModelQuestions();
    questions.survey = {
      name: MARKUP,
      bytes: 1,
      architecture: MARKUP,
      outputs: 2,
      tensors: 1,
      orders: [],
      presets: [],
    };
    document.body.append(questions);
    await isText(questions);
  });

  test('in the labels and file names of a data set, in Train and in Evaluate', async () => {
    const blobs = await Promise.all([1, 2, 3].map((seed) => picturePng(seed, seed === 2 ? 'frown' : 'smile')));
    const files = [
      ...blobs.map((blob, index) => ({ path: `set/${index === 1 ? 'other' : MARKUP}/${MARKUP} ${index}.png`, blob })),
      { path: `set/${MARKUP}/${MARKUP} broken.png`, blob: new Blob(['no picture']) },
    ];
    const train = document.createElement('qcs-train');
    document.body.append(train);
    await eventually(() => expect(deepAll(train, 'qcs-train-collect')).toHaveLength(1), WAIT);
    const [collect] = deepAll(train, 'qcs-train-collect') as HTMLElementTagNameMap['qcs-train-collect'][];
    await eventually(() => expect(collect.view).not.toBeNull(), WAIT);
    collect.dispatchEvent(
      new CustomEvent('qcs-train-command', {
        detail: { name: 'import', files, align: false, label: null },
        bubbles: true,
        composed: true,
      }),
    );
    await eventually(() => expect(collect.view?.samples).toHaveLength(3), WAIT);
    // The class, its pictures, and the file that could not be read.
    await isText(train, 3);
    const evaluate = document.createElement('qcs-evaluate');
    document.body.append(evaluate);
    await evaluate.open(files);
    await isText(evaluate);
  });
});
