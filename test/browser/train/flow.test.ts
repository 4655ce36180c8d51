import { unzipSync } from 'fflate';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openOpfs } from '../../../src/storage/opfsStorage.js';
import { createRecognizer } from '../../../src/inference/createRecognizer.js';
import { TrainingClient, type TrainingListeners } from '../../../src/training/session/client.js';
import type { Take } from '../../../src/dataset/takes.js';
import type { TrainingProgress } from '../../../src/training/progress.js';
import type { TrainRequest } from '../../../src/training/session/protocol.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';
import { monaLisa } from '../support.js';
import { picturePng } from './pictures.js';
import type { NamedBlob } from '../../../src/storage/namedFiles.js';

const SILENT: TrainingListeners = {
  onImportProgress: () => undefined,
  onTrainingProgress: () => undefined,
  onBackend: () => undefined,
  onRecovering: () => undefined,
};

/** The real compact model in quick mode, with as few images as a test can do with. */
const REQUEST: TrainRequest = {
  options: {
    classes: ['frown', 'smile'],
    mode: 'quick',
    family: 'qcs',
    epochs: 2,
    epochOf: 'anchors',
    batchSize: 2,
    checkpoint: { steps: 1, seconds: 0 },
  },
  backend: 'wasm',
  resume: false,
};

const clients: TrainingClient[] = [];

function client(listeners: Partial<TrainingListeners> = {}): TrainingClient {
  const made = new TrainingClient({ ...SILENT, ...listeners });
  clients.push(made);
  return made;
}

beforeAll(async () => {
  const storage = await openOpfs();
  for (const name of await storage.list('')) await storage.remove(name);
});

afterEach(() => {
  for (const made of clients.splice(0)) made.dispose();
});

async function files(): Promise<NamedBlob[]> {
  const list: NamedBlob[] = [];
  for (let index = 0; index < 14; index++) {
    const label = index % 2 === 0 ? 'smile' : 'frown';
    list.push({ path: `set/${label}/${index}.png`, blob: await picturePng(index, label) });
  }
  list.push({ path: 'set/smile/again.png', blob: await picturePng(0, 'smile') });
  list.push({ path: 'set/smile/broken.png', blob: new Blob(['no image']) });
  return list;
}

describe('the Train tab, from images to a model that recognises', () => {
  it('imports, trains, survives the death of its worker, resumes, finishes, and its model is used and loaded again', async () => {
    const steps: number[] = [];
    let died = (): void => undefined;
    const death = new Promise<void>((resolve) => (died = resolve));
    const first = client({
      onTrainingProgress: (progress: TrainingProgress) => {
        if (progress.kind === 'step') steps.push(progress.step);
        if (progress.kind === 'checkpoint' && progress.step === 2) died();
      },
    });
    expect((await first.open()).run).toBeNull();
    const { report } = await first.import({ files: await files(), align: false, label: null });
    expect(report.added).toBe(14);
    expect(report.problems.map(({ kind }) => kind)).toEqual(['duplicate', 'unreadable']);
    const ended = first.train(REQUEST).catch((error: unknown) => error);
    await death;
    first.dispose();
    expect(await ended).toMatchObject({ code: 'disposed' });

    const resumed: number[] = [];
    const second = client({
      onTrainingProgress: (progress) => {
        if (progress.kind === 'step') resumed.push(progress.step);
      },
    });
    const { view, run } = await second.open();
    expect(view.samples).toHaveLength(14);
    expect(run?.step).toBeGreaterThanOrEqual(2);
    const blob = await second.image(view.samples[0].id);
    expect(blob.type).toBe('image/png');
    const result = await second.train({ ...REQUEST, options: run!.config, resume: true });
    expect(resumed[0]).toBe(run!.step + 1);
    expect(result.outcome).toMatchObject({ end: 'finished' });
    expect(result.outcome.after?.n).toBe(result.tested.length);
    expect((await second.open()).run).toBeNull();

    const zip = unzipSync(new Uint8Array(await (await second.model()).arrayBuffer()));
    const names = Object.keys(zip).map((name) => name.split('/')[1]);
    expect(names.sort()).toEqual(['MODEL_CARD.md', 'manifest.json', 'training.safetensors', 'weights.safetensors']);
    const inZip = (path: string) => new Uint8Array(zip[`${result.id}/${path}`]);
    const loaded = await loadModelFromFiles(inZip('manifest.json'), inZip, ['base', 'training']);
    expect(loaded.manifest.classes).toEqual(['frown', 'smile']);
    expect(new TextDecoder().decode(inZip('MODEL_CARD.md'))).toContain('Fine-tuned from qcs-mobile');

    const recognizer = await createRecognizer({ model: result.model!, backend: 'wasm' });
    expect(recognizer.model.classes).toEqual(['frown', 'smile']);
    await recognizer.dispose();
  }, 600_000);

  it('fits the last layer on kernels of its own where nothing else is asked for, and the model recognises', async () => {
    const stages = new Set<string>();
    const made = client({
      onTrainingProgress: (progress) => stages.add(progress.kind === 'preparing' ? progress.stage : progress.kind),
    });
    await made.open();
    const result = await made.train({ ...REQUEST, options: { classes: ['frown', 'smile'] } });
    expect([...stages].sort()).toEqual(['after', 'epoch', 'fit', 'tokens']);
    expect(result.outcome).toMatchObject({ end: 'finished', folds: null });
    expect(result.outcome.fit!.losses.length).toBeGreaterThan(5);
    expect(result.validated.length + result.tested.length).toBe(14);
    const recognizer = await createRecognizer({ model: result.model!, backend: 'wasm' });
    expect(recognizer.model.classes).toEqual(['frown', 'smile']);
    await recognizer.dispose();
  }, 300_000);

  it('exports what it holds, and edits can be undone after a reload of the view', async () => {
    const third = client();
    const { view } = await third.open();
    const { id, label } = view.samples[0];
    const other = label === 'smile' ? 'frown' : 'smile';
    const moved = await third.edit({ kind: 'relabel', ids: [id], label: other });
    expect(moved.samples[0].label).toBe(other);
    expect((await third.edit({ kind: 'undo' })).samples[0].label).toBe(label);
    const zip = unzipSync(new Uint8Array(await (await third.export()).arrayBuffer()));
    expect(Object.keys(zip).filter((name) => name.endsWith('.png'))).toHaveLength(14);
    expect(new TextDecoder().decode(zip['labels.csv'])).toMatch(/^path,label,split,group\n/);
  }, 120_000);

  it('understands the labels of known collections, and refuses a class without a training image', async () => {
    const made = client();
    await made.open();
    const bring = async (path: string, seed: number) => {
      const files = [{ path, blob: await picturePng(seed, 'smile') }];
      const { view } = await made.import({ files, align: false, label: null });
      return view.samples.at(-1)!.label;
    };
    expect(await bring('more/Happy/1.png', 200)).toBe('happiness');
    expect((await made.edit({ kind: 'add-class', name: 'sad' })).classes).toContain('sad');
    expect(await bring('more/sad/1.png', 201)).toBe('sad');
    expect(await bring('more/constructor/1.png', 202)).toBe('constructor');
    const options = { ...REQUEST.options, classes: ['smile', 'frown', 'nobody'] };
    await expect(made.train({ ...REQUEST, options })).rejects.toMatchObject({ code: 'data-too-few' });
  }, 120_000);

  it('cuts aligned faces out of frames and photos, and names pictures without one', async () => {
    const fourth = client();
    await fourth.open();
    const painting = await monaLisa();
    const frame = async () => createImageBitmap(painting);
    const take: Take = { group: 'take-1', split: 'validation' };
    const first = await fourth.capture(await frame(), 'calm', take);
    expect(first).toMatchObject({ outcome: 'taken', conditions: { flags: [] } });
    expect(Math.abs(first.conditions!.yaw)).toBeLessThan(45);
    expect(await fourth.capture(await frame(), 'calm', take)).toMatchObject({ outcome: 'same' });
    const blank = new OffscreenCanvas(320, 240);
    blank.getContext('2d')!.fillRect(0, 0, 320, 240);
    const nobody = await fourth.capture(blank.transferToImageBitmap(), 'calm', take);
    expect(nobody).toEqual({ outcome: 'no-face', conditions: null });
    const view = await fourth.endCapture();
    const taken = view.samples.at(-1)!;
    expect(taken).toMatchObject({
      label: 'calm',
      group: 'take-1',
      split: 'validation',
      source: 'camera',
    });
    const looks = await fourth.look();
    expect(looks['calm']).toBeUndefined();
    expect(looks['smile'].looked).toBeGreaterThanOrEqual(4);
    expect(looks['smile'].variety).toBeGreaterThan(0);
    const crop = await createImageBitmap(await fourth.image(taken.id));
    expect([crop.width, crop.height]).toEqual([112, 112]);
    const { report } = await fourth.import({
      files: [
        { path: 'x/calm/blank.png', blob: await picturePng(99, 'smile') },
        { path: 'x/calm/mona.jpg', blob: painting },
      ],
      align: true,
      label: null,
    });
    expect(report.problems.map(({ kind }) => kind)).toEqual(['no-face', 'duplicate']);
  }, 120_000);
});
