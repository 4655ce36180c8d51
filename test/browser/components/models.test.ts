/** The Models tab's elements, and models that the browser keeps. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import '../../../src/define-models.js';
import type { ModelCommand } from '../../../src/components/models/commands.js';
import { QcsModelQuestions } from '../../../src/components/models/model-questions.js';
import { QcsModels } from '../../../src/components/models/qcs-models/qcs-models.js';
import { emit, type UseModelDetail } from '../../../src/components/ui/events.js';
import { ModelError } from '../../../src/errors.js';
import { ModelStore } from '../../../src/models/modelStore.js';
import type { TensorFileSurvey } from '../../../src/models/protocol.js';
import { loadManifest, loadModel } from '../../../src/weights/loadModel.js';
import checkpointUrl from '../../fixtures/golden/qcs-tiny-8.pth?url';
import runUrl from '../../fixtures/runs/qcs-ir50.pt.packed?url';
import { tinyModel } from '../../unit/weights/fixtures.js';

const SURVEY: TensorFileSurvey = {
  name: 'best of 7.pth',
  bytes: 331_000_000,
  architecture: 'QCS on IR-50, embedding 768, depth 2, 8 heads',
  outputs: 3,
  tensors: 362,
  orders: [],
  presets: ['qcs-rafdb', 'qcs-ferplus'],
};

async function forgetAll(): Promise<void> {
  const store = await ModelStore.open();
  for (const { id } of await store.list()) await store.remove(id);
}

beforeEach(async () => {
  document.documentElement.lang = 'en';
  document.title = 'Models';
  await forgetAll();
});
afterEach(async () => {
  document.body.replaceChildren();
  await forgetAll();
});

async function mount<T extends HTMLElement & { updateComplete: Promise<boolean> }>(element: T): Promise<T> {
  document.body.append(element);
  await element.updateComplete;
  return element;
}

/** Waits until a selector matches inside the element, through its parts' shadow roots. */
async function shown(element: Element, text: RegExp): Promise<void> {
  await expect.poll(() => deepText(element), { timeout: 30_000 }).toMatch(text);
}

function deepText(node: Element): string {
  const root = node.shadowRoot ?? node;
  const parts = [...root.querySelectorAll('*')].filter((child) => child.shadowRoot !== null);
  return [root.textContent, ...parts.map(deepText)].join(' ').replaceAll(/\s+/g, ' ');
}

async function violations(element: Element): Promise<string[]> {
  await new Promise((settled) => {
    setTimeout(settled, 300);
  });
  const result = await axe.run(element);
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

describe('kept models', () => {
  test('load by their address in the page, and are missing once they are removed', async () => {
    const model = await tinyModel();
    const store = await ModelStore.open();
    const { id, url } = await store.add(model.files);
    const seen: [number, number][] = [];
    const { arrays } = await loadModel(url, {
      parts: ['base', 'training'],
      onProgress: (loaded, total) => seen.push([loaded, total]),
    });
    expect([...arrays.keys()]).toEqual(['a', 'b']);
    expect(seen.at(-1)?.[0]).toBe(seen[0][1]);
    expect(await loadManifest(url)).toEqual(model.manifest);
    await store.remove(id);
    const error: unknown = await loadModel(url).catch((reason: unknown) => reason);
    expect(error instanceof ModelError && error.code).toBe('model-missing');
  });
});

describe('<qcs-model-questions>', () => {
  const control = (element: Element, selector: string) =>
    element.shadowRoot!.querySelector<HTMLInputElement>(selector)!;

  function type(element: Element, selector: string, value: string): void {
    const input = control(element, selector);
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  test('own classes need as many names as outputs and a way to prepare pictures', async () => {
    const element = new QcsModelQuestions();
    element.survey = SURVEY;
    await mount(element);
    const answered: ModelCommand[] = [];
    element.addEventListener('qcs-model-command', ({ detail }) => answered.push(detail));
    const convert = () => control(element, 'button[type=submit]');
    const steps: (() => void)[] = [
      () => control(element, 'input[value=own]').click(),
      () => type(element, 'input[name=classes]', 'calm, happy'),
      () => type(element, 'input[name=classes]', 'calm, happy, tired'),
      () => type(element, 'select[name=preset]', 'qcs-ferplus'),
    ];
    for (const step of steps) {
      expect(convert().disabled).toBe(true);
      step();
      await element.updateComplete;
    }
    expect(convert().disabled).toBe(false);
    convert().click();
    expect(answered).toEqual([
      { name: 'convert', id: 'best-of-7', answers: { classes: ['calm', 'happy', 'tired'], preset: 'qcs-ferplus' } },
    ]);
    expect(await violations(element)).toEqual([]);
  });

  test('a data set settles everything', async () => {
    const element = new QcsModelQuestions();
    element.survey = { ...SURVEY, outputs: 8, orders: ['ferplus', 'affectnet8'] };
    await mount(element);
    const answered = new Promise<ModelCommand>((resolve) => {
      element.addEventListener('qcs-model-command', ({ detail }) => resolve(detail));
    });
    expect(control(element, 'input[value=ferplus]').checked).toBe(false);
    control(element, 'input[value=affectnet8]').click();
    await element.updateComplete;
    control(element, 'button[type=submit]').click();
    expect(await answered).toEqual({ name: 'convert', id: 'best-of-7', answers: { classes: 'affectnet8' } });
  });
});

describe('<qcs-models>', () => {
  test.each(['light', 'dark'])(
    'axe finds nothing to complain about with models and a fault shown: %s',
    async (scheme) => {
      document.documentElement.style.colorScheme = scheme;
      await (await ModelStore.open()).add((await tinyModel()).files);
      const element = await mount(new QcsModels());
      await shown(element, /qcs-mobile.*tiny/);
      await element.offer([{ path: 'notes.txt', blob: new Blob(['x'.repeat(100)]) }]);
      await shown(element, /neither a safetensors file nor a PyTorch checkpoint/);
      const found = await violations(element);
      document.documentElement.style.colorScheme = '';
      expect(found).toEqual([]);
    },
  );

  test('converts a checkpoint in the worker and offers it for use; one in use cannot be removed', async () => {
    const element = await mount(new QcsModels());
    await shown(element, /qcs-mobile/);
    const blob = await (await fetch(checkpointUrl)).blob();
    await element.offer([{ path: 'qcs-tiny-8.pth', blob }]);
    await shown(element, /QCS on IR-50.*8 outputs/);
    const questions = element.shadowRoot!.querySelector('qcs-model-questions')!;
    emit(questions, 'qcs-model-command', { name: 'convert', id: 'mine', answers: { classes: 'ferplus' } });
    await shown(element, /mine is kept in this browser.*resized to 232.*47 tensors of the file are not used/);

    const used = new Promise<UseModelDetail>((resolve) => {
      document.body.addEventListener('qcs-use-model', ({ detail }) => resolve(detail));
    });
    await expect.poll(() => element.shadowRoot!.querySelectorAll('qcs-model-card').length).toBe(2);
    const card = [...element.shadowRoot!.querySelectorAll('qcs-model-card')].at(-1)!;
    expect(deepText(card)).toContain('Remove');
    card.shadowRoot!.querySelector<HTMLButtonElement>('button.primary')!.click();
    expect(await used).toEqual({ model: 'opfs:mine' });
    await element.updateComplete;
    await card.updateComplete;
    expect(deepText(card)).toMatch(/In use/);
    expect(deepText(card)).not.toContain('Remove');
    expect((await loadModel('opfs:mine')).arrays.has('VIT_base.cls_token')).toBe(true);
  });

  test('a checkpoint of pytorch/ is converted without a question, under the name of its run', async () => {
    const element = await mount(new QcsModels());
    await shown(element, /qcs-mobile/);
    const packed = (await fetch(runUrl)).body!;
    const unpacked = packed.pipeThrough(new DecompressionStream('gzip')).pipeThrough(new DecompressionStream('gzip'));
    let asked = 0;
    const watch = new MutationObserver(() => {
      asked += element.shadowRoot!.querySelectorAll('qcs-model-questions').length;
    });
    watch.observe(element.shadowRoot!, { childList: true, subtree: true });
    await element.offer([{ path: 'best.pt', blob: await new Response(unpacked).blob() }]);
    await shown(element, /qcs-ir50 is kept in this browser.*configuration in the file/);
    watch.disconnect();
    expect(asked).toBe(0);
    const { classes, input } = await loadManifest('opfs:qcs-ir50');
    expect([classes.length, input.colour, input.resizeTo]).toEqual([8, 'luma', 112]);
  });
});
