/** `quantise` on the shipped model and a few faces. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { runQuantise } from '../../../cli/quantise.js';
import { UsageError } from '../../../cli/usageError.js';
import { argmax } from '../../../src/base/softmax.js';
import * as plan from '../../../src/plan/classifier.js';
import { loadModelAt } from '../../../src/node/modelFiles.js';
import { startNodeClassifier } from '../../../src/plan/nodeClassifier.js';
import type { Manifest } from '../../../src/weights/manifest.js';
import { shippedCrops, shippedModel } from '../plan/shipped.js';

vi.mock('../../../src/plan/classifier.js', async (load) => {
  const module = await load<typeof plan>();
  return { ...module, measureInt8: vi.fn(module.measureInt8) };
});

const SIDE = 112;
let folder: string;
let model: string;
const read = () => JSON.parse(readFileSync(model, 'utf8')) as Manifest;

/** Faces, some upside down or as negatives, in a folder for each class, as the model itself calls them in float32: more than one class. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantise-'));
  cpSync(fileURLToPath(new URL('../../../public/models/qcs-mobile', import.meta.url)), folder, { recursive: true });
  model = join(folder, 'manifest.json');
  const { classifier, stop } = await startNodeClassifier('wasm', await shippedModel());
  const { classes } = read();
  const { crops, count } = shippedCrops();
  for (let face = 0; face < count; face++) {
    const upright = crops.slice(face * SIDE ** 2, (face + 1) * SIDE ** 2);
    const crop = [upright, upright.map((value) => 1 - value), upright.toReversed()][face % 3];
    const png = new PNG({ width: SIDE, height: SIDE });
    crop.forEach((value, pixel) => png.data.set([value * 255, value * 255, value * 255, 255], pixel * 4));
    const label = classes[argmax(await classifier.logits(crop, 1))];
    mkdirSync(join(folder, 'faces', label), { recursive: true });
    writeFileSync(join(folder, 'faces', label, `${face}.png`), PNG.sync.write(png));
  }
  stop();
  expect(readdirSync(join(folder, 'faces')).length).toBeGreaterThan(1);
});

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function quantise(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  await runQuantise(['--model', model, '--data', join(folder, 'faces'), ...args]);
  return written.join('');
}

it('leaves the manifest as it was where int8 would lose more than it may', async () => {
  const before = readFileSync(model, 'utf8');
  const { measureInt8: measure } = await vi.importActual<typeof plan>('../../../src/plan/classifier.js');
  vi.mocked(plan.measureInt8).mockImplementationOnce(async (...given) => {
    const { ranges } = await measure(...given);
    return { ranges: Object.fromEntries(Object.keys(ranges).map((name) => [name, [0, 1e-3]])) };
  });
  const text = await quantise('--largest-loss', '5');
  expect(text).toMatch(/^Accuracy on validation: [\d.]+ % in int8, 100(\.0+)? % in float32/);
  expect(text).not.toContain('Wrote');
  expect(readFileSync(model, 'utf8')).toBe(before);
});

it('writes the ranges of every product but the picture’s and single rows’, and says what it costs; all else stays', async () => {
  const { int8: _before, files: filesBefore, ...rest } = read();
  const text = await quantise('--largest-loss', '10');
  const { int8, files, ...after } = read();
  expect(after).toEqual(rest);
  const exact = filesBefore.filter(({ part }) => part !== 'compact');
  expect(files).toEqual([expect.objectContaining({ part: 'compact', dtype: 'int8' }), ...exact]);
  // Its hash is right, and recognising takes it.
  const { arrays } = await loadModelAt(model);
  expect(arrays.get('VIT_base.cls_token')!.shape).toEqual([1, 1, 192]);
  expect(Object.keys(int8?.ranges ?? {})).toHaveLength(41);
  expect(text).toMatch(/^Accuracy on validation: [\d.]+ % in int8, 100(\.0+)? % in float32\. [\d.]+ % of \d+ answers/);
  expect(text).toContain('Wrote 41 ranges');
});

it.each([[[]], [['--model', 'x']], [['--model', 'x', '--data', 'y', '--images', '0']]])(
  'refuses %j by name',
  async (args) => {
    await expect(runQuantise(args)).rejects.toThrow(UsageError);
  },
);
