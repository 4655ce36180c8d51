import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/evaluation/evaluate.js';
import type { DecodeImage } from '../../../src/dataset/importImages.js';
import type { EvaluatedModel } from '../../../src/evaluation/predict.js';
import type { EvaluationSample } from '../../../src/evaluation/samples.js';
import { greyImage } from './support.js';

/** Says `bright` for crops whose first pixel is above 1/2: an answer that one can know beforehand. */
const brightness: EvaluatedModel = {
  manifest: {
    classes: ['dark', 'bright'],
    temperature: 1,
    input: {
      size: 4,
      colour: 'luma',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      resize: 'half-pixel',
      resizeTo: 4,
      centreCrop: 4,
      stride: 1,
      template: { rightEye: [0, 0], leftEye: [1, 0], nose: [0.5, 0.5], mouth: [0.5, 1] },
    },
  },
  logits: async (crops, count) => {
    expect(crops).toHaveLength(count * 16);
    return Float32Array.from({ length: count * 2 }, (_, index) => {
      const bright = crops[(index >> 1) * 16] > 0.5;
      return bright === (index % 2 === 1) ? 2 : 0;
    });
  },
};

/** The only byte is the grey value; 0 stands for a broken file. */
const decode: DecodeImage = async ([value]) => {
  if (value === 0) throw new Error('broken');
  return greyImage(8, 8, () => value);
};

function sample(name: string, label: string, value: number): EvaluationSample {
  return { name, label, split: 'test', group: null, bytes: async () => new Uint8Array([value]) };
}

const SAMPLES = [
  ...Array.from({ length: 10 }, (_, index) => sample(`b${index}`, 'bright', 200)),
  ...Array.from({ length: 10 }, (_, index) => sample(`d${index}`, 'dark', index < 4 ? 200 : 20)),
  sample('odd', 'purple', 20),
  sample('broken', 'dark', 0),
];

describe('evaluate', () => {
  it('measures a model whose answers are known', async () => {
    const { report, classes, unreadable } = await evaluate(brightness, SAMPLES, new Set(['d0', 'd1']), decode);
    expect(classes).toEqual(['dark', 'bright', 'purple']);
    expect(unreadable).toEqual(['broken']);
    expect(report.n).toBe(21);
    expect(report.accuracy.value).toBeCloseTo(16 / 21, 12);
    expect(report.confusion).toEqual([
      [6, 4, 0],
      [0, 10, 0],
      [1, 0, 0],
    ]);
    expect(report.withoutDuplicates).toMatchObject({ n: 19, accuracy: { value: 16 / 19 } });
    expect(report.msPerImage).toBeGreaterThan(0);
  });

  it('writes exactly the promised keys', async () => {
    const { report } = await evaluate(brightness, SAMPLES, new Set(), decode);
    const keys = 'n,accuracy,macroRecall,perClass,confusion,expectedCalibrationError,withoutDuplicates,msPerImage';
    expect(Object.keys(report).join()).toBe(keys);
    expect(Object.keys(report.accuracy)).toEqual(['value', 'low', 'high']);
    expect(Object.keys(report.perClass['dark'])).toEqual(['precision', 'recall', 'f1', 'n']);
  });

  it('follows a corruption down: darkened, everything looks dark', async () => {
    const { report } = await evaluate(brightness, SAMPLES.slice(0, 10), new Set(), decode, {
      corruptions: ['dark'],
      corruptionImages: 5,
    });
    expect(report.corruptions?.dark?.map(({ strength, n, accuracy }) => [strength, n, accuracy.value])).toEqual([
      [1, 5, 1], // 200 x 0.7 is still over half
      [2, 5, 0],
      [3, 5, 0],
      [4, 5, 0],
      [5, 5, 0],
    ]);
  });

  it('adds bins, intervals and the best temperature when details are asked for', async () => {
    const { report } = await evaluate(brightness, SAMPLES.slice(0, 20), new Set(), decode, { details: true });
    // Logits differ by 2 and 16 of 20 are right: sigmoid(2 / T) = 0.8.
    expect(report.details?.calibration.bestTemperature).toBeCloseTo(2 / Math.log(4), 3);
    expect(report.details?.calibration.error.value).toBe(report.expectedCalibrationError);
  });

  it('keeps as many batches under way as the model may have, and the images in their order', async () => {
    const { report } = await evaluate(brightness, SAMPLES, new Set(), decode, { details: true });
    for (const atOnce of [1, 2]) {
      const waiting: (() => void)[] = [];
      let most = 0;
      const logits: EvaluatedModel['logits'] = async (crops, count) => {
        const turn = new Promise<void>((resolve) => waiting.push(resolve));
        most = Math.max(most, waiting.length);
        // The later is answered first.
        setTimeout(() => waiting.pop()!(), 20);
        await turn;
        return brightness.logits(crops, count);
      };
      const run = await evaluate({ ...brightness, logits, atOnce }, SAMPLES, new Set(), decode, { details: true });
      expect(most).toBe(atOnce);
      expect({ ...run.report, msPerImage: 0 }).toEqual({ ...report, msPerImage: 0 });
      const names = run.predictions.map(({ name }) => name);
      expect(names).toEqual(SAMPLES.slice(0, -1).map(({ name }) => name));
    }
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const run = evaluate(brightness, SAMPLES, new Set(), decode, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
  });
});
