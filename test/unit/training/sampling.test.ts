import { describe, expect, test } from 'vitest';
import { preprocessImage } from '../../../src/faces/preprocess.js';
import { augmentFace, drawAugmentation, toByteFace, UNCHANGED } from '../../../src/training/data/augment.js';
import {
  chosenLearningRate,
  chosenBatchSize,
  completeConfig,
  parseConfig,
  type AugmentationConfig,
} from '../../../src/training/config.js';
import { microBatchFor } from '../../../src/training/memory.js';
import { TupleSampler } from '../../../src/training/data/sampler.js';
import { caveats, checkSamples, classLabeller, type TrainingSample } from '../../../src/training/data/samples.js';
import { scheduleFactor } from '../../../src/training/step/schedule.js';
import type { InputSpec } from '../../../src/weights/manifest.js';
import { picture } from '../dataset/png.js';
import { patches, tinyModel } from './tiny.js';

/** 60, 30 and 9 samples, and a class of one. */
const LABELS = [60, 30, 9, 1].flatMap((count, label) => Array.from({ length: count }, () => label));

function shares(name: 'q0' | 'q1' | 'balanced' | 'mrr', branch: number, steps = 400): number[] {
  const sampler = new TupleSampler(LABELS, 4, name, 4, 10, 7);
  const counts = [0, 0, 0, 0];
  for (let step = 0; step < steps; step++) {
    for (const tuple of sampler.step(step)) counts[LABELS[tuple[branch].index]] += 1;
  }
  return counts.map((count) => count / (steps * 10));
}

describe('samplers', () => {
  test('q0 takes every image once an epoch as anchor', () => {
    const sampler = new TupleSampler(LABELS, 4, 'q0', 4, 10, 7);
    const anchors = Array.from({ length: 10 }, (_, step) => sampler.step(step).map(([anchor]) => anchor.index)).flat();
    expect([...anchors].sort((a, b) => a - b)).toEqual(LABELS.map((_, index) => index));
  });

  test('q0 draws negatives in proportion to all images of other classes', () => {
    // For the anchor's class c with share p, another class d comes with p_d / (1 - p_c): averaged over c.
    const sizes = [0.6, 0.3, 0.09, 0.01];
    const expected = sizes.map((size, d) =>
      sizes.reduce((sum, other, c) => (c === d ? sum : sum + (other * size) / (1 - other)), 0),
    );
    for (const [label, share] of shares('q0', 2).entries())
      expect(Math.abs(share - expected[label])).toBeLessThan(0.03);
  });

  test('q1 draws the classes of anchors and of negatives uniformly', () => {
    for (const branch of [0, 2]) {
      for (const share of shares('q1', branch)) expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
    }
  });

  test('balanced shows every class equally often', () => {
    for (const share of shares('balanced', 0)) expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
  });

  test('balanced mixes the classes within an epoch', () => {
    const sampler = new TupleSampler(LABELS, 4, 'balanced', 4, 10, 7);
    for (const step of [0, 5, 9]) {
      expect(new Set(sampler.step(step).map(([anchor]) => LABELS[anchor.index])).size).toBeGreaterThan(1);
    }
  });

  test('MRR takes as many images of every class as the smallest has', () => {
    const sampler = new TupleSampler(LABELS, 4, 'mrr', 1, 4, 7);
    expect(sampler.epochSize).toBe(4);
    for (let step = 0; step < 20; step++) {
      expect(
        sampler
          .step(step)
          .map(([anchor]) => LABELS[anchor.index])
          .sort((first, second) => first - second),
      ).toEqual([0, 1, 2, 3]);
    }
  });

  test('a tuple holds two images of one class and two of another; a lone image is its own partner, differently augmented', () => {
    const sampler = new TupleSampler(LABELS, 4, 'q1', 4, 10, 3);
    let lone = 0;
    for (let step = 0; step < 50; step++) {
      for (const [anchor, positive, negative, negative2] of sampler.step(step)) {
        expect(LABELS[positive.index]).toBe(LABELS[anchor.index]);
        expect(LABELS[negative2.index]).toBe(LABELS[negative.index]);
        expect(LABELS[negative.index]).not.toBe(LABELS[anchor.index]);
        if (LABELS[anchor.index] === 3) {
          lone += 1;
          expect(positive.index).toBe(anchor.index);
          expect(positive.seed).not.toBe(anchor.seed);
        } else expect(positive.index).not.toBe(anchor.index);
      }
    }
    expect(lone).toBeGreaterThan(50);
  });

  test('a step depends on nothing but seed and number', () => {
    const [first, second] = [1, 2].map(() => new TupleSampler(LABELS, 4, 'q0', 4, 10, 7));
    for (let step = 0; step < 30; step++) first.step(step);
    expect(second.step(30)).toEqual(first.step(30));
    for (const name of ['q0', 'q1'] as const) {
      const [seven, eight] = [7, 8].map((seed) => new TupleSampler(LABELS, 4, name, 4, 10, seed).step(30));
      expect(eight).not.toEqual(seven);
    }
  });

  test('one class alone cannot make quadruplets', () => {
    expect(() => new TupleSampler([0, 0], 2, 'q0', 4, 1, 1)).toThrow(/two classes/);
  });

  test('an epoch of images shows as many as there are, however many stand beside each other', () => {
    const labels = Array.from({ length: 64 }, (_, index) => index % 4);
    const seen = ([1, 2, 4] as const).map((branches) => {
      const config = completeConfig({ classes: ['a', 'b'], family: 'qcs' });
      const batch = chosenBatchSize(config, branches);
      const sampler = new TupleSampler(labels, 4, config.sampler, branches, batch, 1, config.epochOf);
      const images = Array.from({ length: sampler.stepsPerEpoch }, (_, step) => sampler.step(step).flat().length);
      return images;
    });
    expect(seen).toEqual([1, 2, 4].map(() => [16, 16, 16, 16]));
  });
});

describe('augmentation', () => {
  const input: InputSpec = { ...tinyModel().manifest.input, size: 112, resizeTo: 112, centreCrop: 112 };
  const strong: AugmentationConfig = {
    flip: 0.5,
    rotation: 15,
    scale: 0.2,
    shift: 0.1,
    brightness: 0.3,
    contrast: 0.3,
    erasing: { probability: 1, area: [0.05, 0.1] },
  };

  test.each(['half-pixel', 'pillow-bilinear'] as const)(
    'without any change gives what evaluation sees (%s)',
    (resize) => {
      const spec = { ...input, resize, centreCrop: 112, resizeTo: 112 };
      const image = picture(3, 48);
      const expected = preprocessImage(image, spec);
      const actual = augmentFace(toByteFace(image, spec), spec, UNCHANGED);
      let largest = 0;
      for (let at = 0; at < expected.length; at++) largest = Math.max(largest, Math.abs(expected[at] - actual[at]));
      // Stored pixels are whole numbers; luma and resizing are not.
      expect(largest).toBeLessThan(resize === 'half-pixel' ? 0.5 / 255 + 1e-6 : 1.01 / 255);
    },
  );

  test('with stride and centre crop it takes the pixels that evaluation takes', () => {
    const spec = { ...input, size: 28, resizeTo: 60, centreCrop: 56, stride: 2 as const };
    const image = picture(5, 60);
    const expected = preprocessImage(image, spec);
    const actual = augmentFace(toByteFace(image, spec), spec, UNCHANGED);
    for (let at = 0; at < expected.length; at++) expect(Math.abs(expected[at] - actual[at])).toBeLessThan(0.01);
  });

  test('a mirror image is the mirror image', () => {
    const face = toByteFace(picture(4, 48), input);
    const straight = augmentFace(face, input, UNCHANGED);
    const mirrored = augmentFace(face, input, { ...UNCHANGED, mirrored: true });
    for (let y = 0; y < 112; y += 7) {
      for (let x = 0; x < 112; x += 5) expect(mirrored[y * 112 + x]).toBeCloseTo(straight[y * 112 + 111 - x], 6);
    }
  });

  test('the same seed changes a face the same way, within the limits of the configuration', () => {
    let mirrored = 0;
    for (let seed = 0; seed < 300; seed++) {
      const change = drawAugmentation(seed * 7919, strong);
      expect(drawAugmentation(seed * 7919, strong)).toEqual(change);
      expect(Math.abs(change.angle)).toBeLessThanOrEqual((15 * Math.PI) / 180);
      expect(Math.abs(change.scale - 1)).toBeLessThanOrEqual(0.2);
      const [left, top, width, height] = change.erased!;
      expect(width * height).toBeLessThanOrEqual(0.1 + 1e-9);
      expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
      expect(top + height).toBeLessThanOrEqual(1 + 1e-9);
      mirrored += change.mirrored ? 1 : 0;
    }
    expect(mirrored).toBeGreaterThan(110);
    expect(mirrored).toBeLessThan(190);
  });

  test('erased pixels hold the mean that normalisation turns to zero', () => {
    const change = { ...UNCHANGED, erased: [0.25, 0.25, 0.5, 0.5] as const };
    const values = augmentFace(toByteFace(picture(4, 48), input), input, change);
    expect(values[56 * 112 + 56]).toBeCloseTo(0.5, 6);
    expect(values[56 * 112 + 10]).not.toBeCloseTo(0.5, 6);
  });
});

describe('configuration', () => {
  test('defaults follow the mode, and every wrong value is named', () => {
    expect(completeConfig({ classes: ['a', 'b'] })).toMatchObject({
      mode: 'quick',
      sam: 0,
      classes: { a: ['a'], b: ['b'] },
    });
    expect(completeConfig({ classes: ['a', 'b'], mode: 'full' }).sam).toBe(0.05);
    const wrong: [object, RegExp][] = [
      [{ classes: ['a'] }, /classes needs/],
      [{ classes: { a: ['x'], b: ['x'] } }, /one label to two/],
      [{ classes: ['a', 'b'], epochs: 1.5 }, /epochs is no whole/],
      [{ classes: ['a', 'b'], learningRate: 0 }, /learningRate/],
      [{ classes: ['a', 'b'], sampler: 'q9' }, /sampler must be one of/],
      [{ classes: ['a', 'b'], family: 'arm' }, /quick needs tokens/],
      [{ classes: ['a', 'b'], learningrate: 1 }, /learningrate is no known/],
    ];
    for (const [value, message] of wrong) expect(() => parseConfig(JSON.stringify(value))).toThrow(message);
    expect(() => parseConfig('{')).toThrow(/not JSON/);
  });

  test('where it is left open, heads that know every class learn more slowly than those that meet new ones', () => {
    const open = completeConfig({ classes: ['a', 'b'] });
    expect(chosenLearningRate(open, true)).toBeLessThan(chosenLearningRate(open, false));
    expect(chosenLearningRate({ ...open, learningRate: 0.02 }, true)).toBe(0.02);
  });

  test('labels gather in classes, and votes become their soft labels', () => {
    const config = completeConfig({ classes: { negative: ['sadness', 'anger'], positive: ['happiness'] } });
    const label = classLabeller(config);
    expect(label({ label: 'neutral' })).toBeNull();
    expect(label({ label: 'anger' })).toEqual({ label: 0, target: Float32Array.of(1, 0) });
    const votes = { happiness: 0.4, sadness: 0.2, anger: 0.2, neutral: 0.2 };
    expect(label({ label: 'happiness', votes })).toEqual({ label: 1, target: Float32Array.of(0.5, 0.5) });
    const hard = classLabeller({ ...config, softLabels: false });
    expect(hard({ label: 'happiness', votes })!.target).toEqual(Float32Array.of(0, 1));
  });
});

test('a result says what its figures cannot: too few images, and a camera that took training and test images alike', () => {
  const enough = { train: patches([20, 20], 1), validation: [], test: patches([20, 20], 2) };
  expect(caveats(enough, ['a', 'b'])).toEqual([]);
  const few = { train: patches([20, 19], 1), validation: [], test: patches([3, 20], 2) };
  expect(caveats(few, ['a', 'b'])).toEqual([
    expect.stringMatching(/^a has only 3 test images/),
    expect.stringMatching(/^b has only 19 training images/),
  ]);
  const taken = (samples: readonly TrainingSample[]) => samples.map((sample) => ({ ...sample, fromCamera: true }));
  expect(caveats({ ...enough, train: taken(enough.train) }, ['a', 'b'])).toEqual([]);
  expect(caveats({ ...enough, train: taken(enough.train), test: taken(enough.test) }, ['a', 'b'])).toEqual([
    expect.stringContaining('people who sat here'),
  ]);
});

test('schedules: constant, by epoch, and a cosine that warms up first', () => {
  expect(scheduleFactor({ kind: 'constant' }, 70, 10, 100)).toBe(1);
  expect(scheduleFactor({ kind: 'exponential', factor: 0.5 }, 25, 10, 100)).toBe(0.25);
  const cosine = { kind: 'cosine', warmupSteps: 10, final: 0.1 } as const;
  expect(scheduleFactor(cosine, 4, 10, 111)).toBeCloseTo(0.5, 9);
  expect(scheduleFactor(cosine, 10, 10, 111)).toBeCloseTo(1, 9);
  expect(scheduleFactor(cosine, 60, 10, 111)).toBeCloseTo(0.55, 9);
  expect(scheduleFactor(cosine, 110, 10, 111)).toBeCloseTo(0.1, 9);
});

test('micro-batches fit the budget, are as equal as can be, and are never empty', () => {
  expect(microBatchFor(10, 24, 1e6)).toBe(24);
  expect(microBatchFor(100, 24, 2000)).toBe(8);
  expect(microBatchFor(100, 24, 1900)).toBe(8);
  expect(microBatchFor(1e9, 24, 10)).toBe(1);
});

test('a run needs a training image of every class, and names those that have none', () => {
  const check = (train: readonly TrainingSample[], classes: readonly string[]) => () =>
    checkSamples({ train, validation: [], test: patches([3, 3, 3], 2) }, classes);
  expect(check(patches([1, 1], 1), ['a', 'b'])).not.toThrow();
  expect(check([], ['a', 'b'])).toThrow(expect.objectContaining({ code: 'data-empty' }) as Error);
  expect(check(patches([4, 0, 2, 0], 1), ['a', 'constructor', 'c', '__proto__'])).toThrow(
    expect.objectContaining({
      code: 'data-too-few',
      message: expect.stringMatching(/no training image of constructor, __proto__\./) as string,
    }) as Error,
  );
});
