/** `convert --dtype int8 --images` on a tiny network and a few faces. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { runConvert } from '../../../cli/convert.js';
import { UsageError } from '../../../cli/usageError.js';
import { createNetwork } from '../../../src/network/network.js';
import { loadModelAt } from '../../../src/node/modelFiles.js';
import { createPlanClassifier } from '../../../src/plan/classifier.js';
import { readKernels } from '../../../src/plan/nodeKernels.js';
import type { Manifest } from '../../../src/weights/manifest.js';
import { writeSafetensors } from '../../../src/weights/safetensors.js';
import { COMPACT, randomArrays } from '../network/randomModel.js';
import { shippedCrops } from '../plan/shipped.js';

const SIDE = 112;
const CLASSES = ['cross', 'glad', 'calm'];
const FACES = 6;
let folder: string;
let checkpoint: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convert-int8-'));
  checkpoint = join(folder, 'tiny.safetensors');
  const stages = [4, 8, 12].map((channels) => ({ channels, units: 1 }));
  const network = createNetwork({ ...COMPACT, stem: 4, stages }, CLASSES.length, SIDE);
  writeFileSync(checkpoint, writeSafetensors(randomArrays(network, 7), { dtype: 'float32', metadata: {} }));
  const { crops } = shippedCrops();
  for (let face = 0; face < FACES; face++) {
    const png = new PNG({ width: SIDE, height: SIDE });
    crops
      .subarray(face * SIDE ** 2, (face + 1) * SIDE ** 2)
      .forEach((value, pixel) => png.data.set([value * 255, value * 255, value * 255, 255], pixel * 4));
    for (const place of ['any', `labelled/${CLASSES[face % CLASSES.length]}`]) {
      mkdirSync(join(folder, place), { recursive: true });
      writeFileSync(join(folder, place, `${face}.png`), PNG.sync.write(png));
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** What it says on standard error, and the manifest. */
async function convert(...args: string[]): Promise<{ readonly said: string; readonly manifest: Manifest }> {
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
  const out = join(folder, 'model');
  await runConvert([checkpoint, '--out', out, '--classes', CLASSES.join(','), '--heads', '4', ...args]);
  return {
    said: said.join(''),
    manifest: JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest,
  };
}

it('measures ranges on images without labels, says how many answers stay, and the model computes in 8 bits', async () => {
  const { said, manifest } = await convert('--dtype', 'int8', '--images', join(folder, 'any'));
  expect(said).toMatch(/In int8 and in float32 [\d.]+ % of 6 answers are equal\. Without labels/);
  expect(manifest.files.map(({ dtype }) => dtype)).toEqual(['int8', 'int8']);
  expect(Object.keys(manifest.int8!.ranges).length).toBeGreaterThan(20);
  expect(manifest.int8!.measured).toBeUndefined();
  const { arrays } = await loadModelAt(join(folder, 'model/manifest.json'));
  const { classifier } = await createPlanClassifier(manifest, arrays, readKernels);
  const { int8: _int8, ...exact } = manifest;
  const float32 = (await createPlanClassifier(exact, arrays, readKernels)).classifier;
  const crop = shippedCrops().crops.subarray(0, SIDE ** 2);
  expect(await classifier.logits(crop, 1)).not.toEqual(await float32.logits(crop, 1));
});

it('writes what it costs into the manifest where images have labels', async () => {
  const { said, manifest } = await convert('--dtype', 'int8', '--images', join(folder, 'labelled'));
  expect(said).toMatch(/Accuracy on validation: [\d.]+ % in int8, [\d.]+ % in float32\. [\d.]+ % of 6 answers/);
  expect(manifest.int8!.measured).toMatchObject({ split: 'validation', images: FACES });
});

it('measures nothing where nothing was asked for', async () => {
  expect((await convert('--dtype', 'int8')).manifest.int8).toBeUndefined();
});

it.each([[['--images', 'x']], [['--dtype', 'int8', '--images', 'x', '--split', 'test']]])(
  'refuses %j by name',
  async (args) => {
    await expect(convert(...args)).rejects.toThrow(UsageError);
  },
);
