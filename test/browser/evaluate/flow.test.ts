/** The Evaluate tab as a visitor uses it: data in, measured in its worker with the shipped model, results looked at. */
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { assetUrls } from '../../../src/assets.js';
import '../../../src/define-evaluate.js';
import type { QcsEvaluate } from '../../../src/components/evaluate/qcs-evaluate.js';
import { bitmapPixels } from '../../../src/dataset/browserImages.js';
import { EvaluationClient } from '../../../src/evaluation/client.js';
import type { RunRequest } from '../../../src/evaluation/protocol.js';
import { preprocessImage } from '../../../src/faces/preprocess.js';
import { createPlanClassifier } from '../../../src/plan/classifier.js';
import { fetchKernels } from '../../../src/plan/startClassifier.js';
import { measureCrop } from '../../../src/reading/measures.js';
import { probabilitiesOf } from '../../../src/reading/probabilities.js';
import { loadModel } from '../../../src/weights/loadModel.js';
import { monaLisa } from '../support.js';
import type { NamedBlob } from '../../../src/storage/namedFiles.js';

const WAIT = { timeout: 120_000, interval: 50 };

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

/** The face of the Mona Lisa, cut out as wide as `side` pixels of the painting. */
async function face(side: number): Promise<Blob> {
  const painting = await createImageBitmap(await monaLisa());
  const canvas = new OffscreenCanvas(48, 48);
  const left = (painting.width - side) / 2;
  canvas.getContext('2d')!.drawImage(painting, left, painting.height * 0.1, side, side, 0, 0, 48, 48);
  painting.close();
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Folders by class: one image of the test split stands in train too, one file is no image. */
async function dataSet(): Promise<NamedBlob[]> {
  const [first, second, third] = [await face(180), await face(200), await face(220)];
  return [
    { path: 'faces/train/neutral/0.png', blob: first },
    { path: 'faces/test/neutral/1.png', blob: first },
    { path: 'faces/test/neutral/2.png', blob: second },
    { path: 'faces/test/happy/3.png', blob: third },
    { path: 'faces/test/happy/broken.png', blob: new Blob(['no picture']) },
  ];
}

function request(part: Partial<RunRequest> = {}): RunRequest {
  return {
    models: [{ kind: 'url', manifest: assetUrls().manifest.href }],
    split: 'test',
    rule: 'majority',
    align: false,
    corruptions: [],
    corruptionImages: 2,
    groups: null,
    backend: 'wasm',
    ...part,
  };
}

describe('the evaluation in its worker', () => {
  it('gives what the model gives in the page', async () => {
    const files = await dataSet();
    const client = new EvaluationClient();
    const survey = await client.open(files, 'majority');
    expect(survey).toEqual({
      layout: 'folders',
      counts: { train: { neutral: 1 }, test: { neutral: 2, happiness: 2 } },
      missing: 0,
      photos: false,
    });
    const outcome = await client.run(request(), () => undefined);
    const [{ report, answers, unreadable }] = outcome!.models;
    expect(unreadable).toEqual(['faces/test/happy/broken.png']);
    expect([report.n, report.withoutDuplicates.n]).toEqual([3, 2]);
    expect((await client.image('faces/test/neutral/2.png'))?.size).toBe(files[2].blob.size);
    client.dispose();

    const { manifest, arrays } = await loadModel(assetUrls().manifest);
    const { kernelsRelaxed: relaxed, kernelsSimd: simd } = assetUrls();
    const { classifier } = await createPlanClassifier(manifest, arrays, fetchKernels({ relaxed, simd }));
    for (const { name, predicted, confidence } of answers) {
      const bitmap = await createImageBitmap(files.find(({ path }) => path === name)!.blob);
      const crop = preprocessImage(bitmapPixels(bitmap), manifest.input);
      const logits = await classifier.logits(crop, 1);
      const measures = measureCrop(crop, manifest.input.size, classifier.inputChannels);
      expect(probabilitiesOf(logits, measures, manifest)[predicted]).toBeCloseTo(confidence, 4);
    }
    classifier.dispose();
  });

  it('takes whole photos, finds their faces and tells which have none', async () => {
    const wall = new OffscreenCanvas(640, 480);
    wall.getContext('2d')!.fillRect(0, 0, 320, 240);
    const client = new EvaluationClient();
    const survey = await client.open(
      [
        { path: 'mine/neutral/mona.jpg', blob: await monaLisa() },
        { path: 'mine/neutral/wall.png', blob: await wall.convertToBlob() },
      ],
      'majority',
    );
    expect(survey.photos).toBe(true);
    const stages = new Set<string>();
    const outcome = await client.run(request({ align: true }), ({ stage }) => stages.add(stage));
    const [{ answers }] = outcome!.models;
    expect(answers.map(({ name, label, predicted }) => [name, label === predicted])).toEqual([
      ['mine/neutral/mona.jpg', true],
    ]);
    expect(outcome!.photos).toEqual({ withoutFace: ['mine/neutral/wall.png'], withSeveral: [] });
    expect(stages).toContain('faces');
    client.dispose();
  });

  it('compares two models, one of them brought as files', async () => {
    const { manifest } = assetUrls();
    const files = await Promise.all(
      ['manifest.json', 'weights.int8.safetensors'].map(async (path) => ({
        path: `mine/${path}`,
        blob: await (await fetch(new URL(path, manifest))).blob(),
      })),
    );
    const client = new EvaluationClient();
    await client.open(await dataSet(), 'majority');
    const models = [...request().models, { kind: 'files', files } as const];
    const groups = 'path,age\n1.png,old\n2.png,young\n3.png,young\n';
    const outcome = await client.run(request({ models, groups, corruptions: ['dark'] }), () => undefined);
    expect(outcome?.comparison).toMatchObject({ n: 3, onlyFirstRight: 0, onlySecondRight: 0, midP: 1 });
    const [first, second] = outcome!.models;
    expect(second.report.confusion).toEqual(first.report.confusion);
    expect(second.report.groups?.['age'].groups['young'].n).toBe(2);
    expect(second.report.corruptions?.dark).toHaveLength(5);
    client.dispose();
  });

  it('ends a run that is cancelled, and can run again', async () => {
    const client = new EvaluationClient();
    await client.open(await dataSet(), 'majority');
    const cancelled = client.run(request({ corruptions: ['blur', 'noise'] }), ({ stage }) => {
      if (stage === 'corruption') client.cancel();
    });
    expect(await cancelled).toBeNull();
    expect((await client.run(request(), () => undefined))?.models[0].report.n).toBe(3);
    client.dispose();
  });

  it('names what is wrong with data and models', async () => {
    const client = new EvaluationClient();
    const text = new Blob(['nothing']);
    await expect(client.open([{ path: 'notes.txt', blob: text }], 'majority')).rejects.toMatchObject({
      code: 'data-empty',
    });
    await expect(client.open([{ path: 'data.zip', blob: text }], 'majority')).rejects.toMatchObject({
      code: 'data-format',
    });
    await client.open(await dataSet(), 'majority');
    const missing = request({
      models: [{ kind: 'url', manifest: new URL('/nowhere/manifest.json', location.href).href }],
    });
    await expect(client.run(missing, () => undefined)).rejects.toMatchObject({
      code: expect.stringMatching(/^model-/) as string,
    });
    client.dispose();
  });
});

describe('<qcs-evaluate>', () => {
  async function mount(): Promise<QcsEvaluate> {
    const element = document.createElement('qcs-evaluate');
    document.documentElement.lang = 'en';
    document.body.append(element);
    await element.updateComplete;
    return element;
  }

  const inside = (root: Element, ...path: string[]): HTMLElement | null => {
    let found: Element | null = root;
    for (const selector of path) found = found?.shadowRoot?.querySelector(selector) ?? null;
    return found as HTMLElement | null;
  };

  async function complaints(): Promise<string[]> {
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  }

  it('goes from invitation to results; a cell shows its images; axe is content with every state', async () => {
    const element = await mount();
    expect(inside(element, 'qcs-evaluate-invitation')).not.toBeNull();
    expect(await complaints()).toEqual([]);

    await element.open(await dataSet());
    await eventually(() => expect(inside(element, 'qcs-evaluate-setup', 'form')).not.toBeNull(), WAIT);
    expect(inside(element, 'qcs-evaluate-setup', 'h3')!.textContent).toBe('Folders by class, 4 images');
    expect(await complaints()).toEqual([]);

    const backend = inside(element, 'qcs-evaluate-setup', 'option[value=wasm]')!.parentElement as HTMLSelectElement;
    backend.value = 'wasm';
    backend.dispatchEvent(new Event('change'));
    inside(element, 'qcs-evaluate-setup', 'button[type=submit]')!.click();
    await eventually(() => expect(inside(element, 'progress')).not.toBeNull(), WAIT);
    await eventually(
      () => expect(inside(element, 'qcs-evaluate-results', 'qcs-confusion-matrix', 'td')).not.toBeNull(),
      WAIT,
    );

    const matrix = inside(
      element,
      'qcs-evaluate-results',
      'qcs-confusion-matrix',
    ) as HTMLElementTagNameMap['qcs-confusion-matrix'];
    const label = 0;
    const predicted = matrix.counts[label].findIndex((count) => count > 0);
    matrix.shadowRoot!.querySelector<HTMLElement>(`[data-cell='${label},${predicted}']`)!.click();
    const images = () =>
      inside(element, 'qcs-evaluate-results', 'qcs-evaluate-images')?.shadowRoot!.querySelectorAll('img') ?? [];
    await eventually(() => expect(images()).toHaveLength(matrix.counts[label][predicted]), WAIT);
    await images()[0].decode();
    expect(images()[0].naturalWidth).toBe(48);
    expect(await complaints()).toEqual([]);
  });

  it('writes the results as JSON and as a page to print', async () => {
    const element = await mount();
    await element.open(await dataSet());
    await element.start();
    await element.updateComplete;
    const buttons = [
      ...element.shadowRoot!.querySelector('qcs-evaluate-results')!.shadowRoot!.querySelectorAll('button'),
    ];
    const saved: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      saved.push(blob as Blob);
      return 'blob:nothing';
    });
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    buttons.find(({ textContent }) => textContent.includes('JSON'))!.click();
    const written = JSON.parse(await saved[0].text()) as {
      models: { n: number; confusion: number[][]; model: { id: string } }[];
    };
    expect(written.models[0]).toMatchObject({ n: 3, model: { id: 'qcs-mobile' } });

    const frame = document.createElement('iframe');
    document.body.append(frame);
    const page = frame.contentWindow!;
    const print = vi.spyOn(page, 'print').mockImplementation(() => undefined);
    vi.spyOn(globalThis, 'open').mockReturnValue(page);
    buttons.find(({ textContent }) => textContent.includes('print'))!.click();
    expect(print).toHaveBeenCalledOnce();
    expect(page.document.querySelectorAll('table').length).toBeGreaterThanOrEqual(3);
    expect(page.document.body.textContent).toContain('qcs-mobile');
    expect(page.document.querySelector('svg')).not.toBeNull();
  });

  it('says what is wrong and takes other data afterwards', async () => {
    const element = await mount();
    await element.open([{ path: 'notes.txt', blob: new Blob(['x']) }]);
    await element.updateComplete;
    expect(inside(element, '[role=alert]')!.textContent).toContain('image');
    await element.open(await dataSet());
    await element.updateComplete;
    expect(inside(element, '[role=alert]')).toBeNull();
    expect(inside(element, 'qcs-evaluate-setup')).not.toBeNull();
  });
});
