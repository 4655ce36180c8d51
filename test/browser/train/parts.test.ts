import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import '../../../src/define-train.js';
import type { TrainCommand } from '../../../src/components/train/commands.js';
import { SPLITS } from '../../../src/dataset/sample.js';
import { Thumbnails } from '../../../src/components/ui/thumbnails.js';
import { Context } from '../../../src/network/context.js';
import { createParameters, disposeParameters } from '../../../src/network/parameters.js';
import type { TupleProgress } from '../../../src/training/progress.js';
import { startingModel } from '../../../src/training/startingModel.js';
import { TokenCache } from '../../../src/training/data/tokenCache.js';
import { Trainer } from '../../../src/training/trainer.js';
import { TupleSampler } from '../../../src/training/data/sampler.js';
import { CLASSES, patchSplits, tinyConfig, tinyModel } from '../../unit/training/tiny.js';
import { picturePng } from './pictures.js';

afterEach(() => document.body.replaceChildren());

describe('similarity maps', () => {
  it('draws exactly the weights that the network gave in the training step, cell by cell', async () => {
    await tf.setBackend('cpu');
    const config = tinyConfig({ epochs: 1, batchSize: 2, microBatch: 2, dropout: { base: 0, cross: 0 } });
    const [model, samples] = [tinyModel(), patchSplits(4, 0)];
    let tuple: TupleProgress | undefined;
    const trainer = await Trainer.create({
      config,
      model,
      samples,
      storage: new MemoryStorage(),
      onProgress: (progress) => {
        if (progress.kind === 'tuple') tuple ??= progress;
      },
    });
    await trainer.run();
    trainer.dispose();

    // The network itself, at the weights that the first step began with, on that step's inputs.
    const start = startingModel(model.manifest, model.arrays, config);
    const { network } = start;
    const labels = samples.train.map(({ label }) => label);
    const drawn = new TupleSampler(labels, 3, config.sampler, 4, 2, config.seed).step(0);
    const { input } = model.manifest;
    const { augmentation } = config;
    const cache = await TokenCache.create({
      network,
      arrays: start.arrays,
      samples,
      input,
      augmentation,
      storage: null,
    });
    const tokens = await cache.batch([0, 1, 2, 3].flatMap((branch) => drawn.map((draws) => draws[branch])));
    const parameters = createParameters(start.arrays, network.parameters);
    const forward = network.tokenPasses!.forward(new Context(parameters, { mode: 'training' }), tokens as tf.Tensor3D);
    const expected = await forward.attention!.array();
    disposeParameters(parameters);

    const maps = document.createElement('qcs-similarity-maps');
    maps.tuple = tuple!;
    maps.classes = CLASSES;
    document.body.append(maps);
    await maps.updateComplete;
    for (let level = 0; level < 3; level++) {
      maps.renderRoot.querySelectorAll<HTMLButtonElement>('.levels button')[level].click();
      await maps.updateComplete;
      const grids = [...maps.renderRoot.querySelectorAll('.grid')];
      expect(grids).toHaveLength(4);
      for (const [branch, grid] of grids.entries()) {
        const weights = [...grid.querySelectorAll('span')].map((cell) => Number(cell.dataset['weight']));
        expect(weights).toEqual(expected[branch][0][level]);
      }
    }
  }, 120_000);
});

describe('the gallery', () => {
  it('keeps a few rows of thousands in the page, selects with mouse and keys, and shows pictures', async () => {
    const blob = await picturePng(1, 'smile');
    const gallery = document.createElement('qcs-sample-gallery');
    gallery.style.inlineSize = '600px';
    gallery.thumbnails = new Thumbnails(async () => blob);
    gallery.items = Array.from({ length: 5000 }, (_, index) => ({ id: `s${index}`, title: `${index}.png` }));
    let selected: ReadonlySet<string> = new Set();
    gallery.addEventListener('qcs-gallery-select', ({ detail }) => {
      selected = detail;
      gallery.selected = detail;
    });
    document.body.append(gallery);
    await expect.poll(() => gallery.renderRoot.querySelectorAll('img').length).toBeGreaterThan(8);
    expect(gallery.renderRoot.querySelectorAll('button').length).toBeLessThan(200);
    gallery.scrollTop = gallery.scrollHeight;
    await expect.poll(() => gallery.renderRoot.querySelector('[data-index="4999"]')).not.toBeNull();
    expect(gallery.renderRoot.querySelectorAll('button').length).toBeLessThan(200);
    gallery.renderRoot.querySelector<HTMLElement>('[data-index="4990"]')!.click();
    const last = gallery.renderRoot.querySelector<HTMLElement>('[data-index="4995"]')!;
    last.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    expect(selected).toEqual(new Set(['s4990', 's4991', 's4992', 's4993', 's4994', 's4995']));
  });
});

describe('the curves', () => {
  it('are drawn in the colours of the page, also after it has turned dark', async () => {
    const curves = document.createElement('qcs-training-curves');
    // Enough values for a line without dots.
    const show = (values: readonly number[]) =>
      Object.assign(curves, { x: values.map((_, at) => at), curves: [{ name: 'Loss', colour: '--_ink', values }] });
    show(Array<number>(20).fill(1));
    document.documentElement.style.colorScheme = 'light';
    document.body.append(curves);
    await expect.poll(() => brightestOf(curves)).toBeGreaterThan(0);
    expect(brightestOf(curves)).toBeLessThan(225);
    document.documentElement.style.colorScheme = 'dark';
    show(Array<number>(21).fill(1));
    await expect.poll(() => brightestOf(curves)).toBeGreaterThan(225);
    document.documentElement.style.colorScheme = '';
  });

  it('have room for every label at the left, however wide', async () => {
    const leftOfPlot = async (values: readonly number[]): Promise<number> => {
      const curves = document.createElement('qcs-training-curves');
      Object.assign(curves, { x: values.map((_, at) => at), curves: [{ name: 'Loss', colour: '--_ink', values }] });
      document.body.append(curves);
      await expect
        .poll(() => curves.renderRoot.querySelector<HTMLElement>('.u-over')?.offsetLeft ?? 0)
        .toBeGreaterThan(0);
      return curves.renderRoot.querySelector<HTMLElement>('.u-over')!.offsetLeft;
    };
    const usual = await leftOfPlot([1, 2, 3]);
    expect(await leftOfPlot([0.1, 0.2, 0.3])).toBe(usual);
    expect(await leftOfPlot([1_234_567.1, 1_234_567.2, 1_234_567.3])).toBeGreaterThan(usual);
  });
});

/** The brightest of what is drawn opaquely, 0 to 255: the grid on light ground, the curve on dark ground. */
function brightestOf(curves: Element): number {
  const canvas = curves.shadowRoot?.querySelector('canvas');
  if (canvas === null || canvas === undefined || canvas.width === 0) return 0;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  let brightest = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] >= 250) brightest = Math.max(brightest, (data[at] + data[at + 1] + data[at + 2]) / 3);
  }
  return brightest;
}

describe('settings', () => {
  it('gather labels in classes of one name, leave out what is not ticked, and start with that', async () => {
    const setup = document.createElement('qcs-train-setup');
    const sample = (label: string, index: number) => ({
      id: `${label}${index}`,
      label,
      split: SPLITS[index],
      group: null,
      source: '',
    });
    setup.view = {
      classes: ['sadness', 'anger', 'neutral', 'surprise', 'empty'],
      samples: ['sadness', 'anger', 'neutral', 'surprise'].flatMap((label) => SPLITS.map((_, at) => sample(label, at))),
      canUndo: false,
      stored: true,
    };
    document.body.append(setup);
    await setup.updateComplete;
    const choice = setup.renderRoot.querySelector('qcs-class-choice')!;
    await choice.updateComplete;
    const root = choice.renderRoot;
    expect(root.querySelectorAll('input[type=checkbox]')).toHaveLength(4);
    root.querySelectorAll<HTMLInputElement>('input[type=checkbox]')[3].click();
    await setup.updateComplete;
    await choice.updateComplete;
    const name = async (index: number, text: string): Promise<void> => {
      const field = root.querySelectorAll<HTMLInputElement>('input[type=text]')[index];
      field.value = text;
      field.dispatchEvent(new Event('change'));
      await setup.updateComplete;
      await choice.updateComplete;
    };
    expect(root.querySelectorAll('input[type=text]')).toHaveLength(3);
    await name(0, ' Negative ');
    await name(1, 'negative');
    expect(root.querySelector('.result')!.textContent.replaceAll(/\s+/g, ' ').trim()).toBe(
      '2 classes: Negative (6), Neutral (3)',
    );
    const started = new Promise<TrainCommand>((resolve) => {
      document.body.addEventListener('qcs-train-command', (event) => resolve(event.detail), {
        once: true,
      });
    });
    const start = setup.renderRoot.querySelector<HTMLButtonElement>('button.primary')!;
    start.click();
    expect(await started).toMatchObject({
      name: 'start',
      settings: { classes: { negative: ['sadness', 'anger'], neutral: ['neutral'] } },
    });
    await name(2, 'negative');
    expect(start.disabled).toBe(true);
  });
});
