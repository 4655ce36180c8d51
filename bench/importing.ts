/**
 * `npm run bench -- import [--images 3000] [--threads N] [--data ../shared/data/ferplus]`: how long it takes to import photos in whose middle a face must be found, in
 * Node, by one thread and by several, in turn. Photos are FERPlus faces enlarged on a canvas of 480 x 360 pixels, encoded as JPEG beforehand. Prints the seconds and,
 * for one thread, the parts of the time.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import jpeg from 'jpeg-js';
import { progressLine } from '../cli/progressLine.js';
import { Random } from '../src/base/random.js';
import { Dataset } from '../src/dataset/dataset.js';
import { FERPLUS_FOLDERS, parseFerplus } from '../src/dataset/ferplus.js';
import { importImages } from '../src/dataset/importImages.js';
import type { Layout } from '../src/dataset/layout.js';
import { imageSeer, type SeeImage } from '../src/dataset/seeImage.js';
import { resample } from '../src/evaluation/pixels.js';
import type { PixelImage } from '../src/faces/image.js';
import { decodeInNode } from '../src/node/decodeImage.js';
import { openImageThreads } from '../src/node/imageThreads.js';
import { NODE_IMAGES, openFaceCropper } from '../src/node/importTools.js';
import { MemoryStorage } from '../src/storage/memoryStorage.js';
import { shippedModel } from './fineTuning/shipped.js';

const [WIDTH, HEIGHT, FACE] = [480, 360, 192];
const JPEG_QUALITY = 90;

export async function benchImport(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string', default: '3000' },
      threads: { type: 'string', default: String(availableParallelism()) },
      data: { type: 'string', default: '../shared/data/ferplus' },
    },
  });
  const layout = await photos(values.data, Number(values.images));
  const { input } = (await shippedModel()).manifest;
  const parts: Record<string, number> = {};
  const timed =
    <In, Out>(name: string, work: (value: In) => Promise<Out>) =>
    async (value: In): Promise<Out> => {
      const begun = performance.now();
      const result = await work(value);
      parts[name] = (parts[name] ?? 0) + (performance.now() - begun) / 1000;
      return result;
    };
  const alone = imageSeer({
    decode: timed('decode', NODE_IMAGES.decode),
    cropFace: timed('find and cut out the face', await openFaceCropper(input)),
    encode: timed('encode', NODE_IMAGES.encode),
  });
  const one = await importAll(layout, inTurn(alone));
  const pool = openImageThreads(input, Number(values.threads));
  const several = await importAll(layout, pool.see);
  pool.dispose();
  const report = {
    processor: `${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}`,
    images: layout.images.length,
    one: { ...one, parts },
    several: { threads: Number(values.threads), ...several },
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

/** One image after the other, so that the parts do not lie within each other. */
function inTurn(see: SeeImage): SeeImage {
  let last: Promise<unknown> = Promise.resolve();
  return (bytes) => {
    const next = last.then(() => see(bytes));
    last = next.catch(() => undefined);
    return next;
  };
}

async function importAll(layout: Layout, see: SeeImage): Promise<{ seconds: number; added: number; noFace: number }> {
  const dataset = await Dataset.open(new MemoryStorage());
  const progress = progressLine('Importing');
  const begun = performance.now();
  const { added, problems } = await importImages(dataset, layout, {
    tools: { ...NODE_IMAGES, cropFace: null },
    see,
    onProgress: ({ done, total }) => progress(done, total),
  });
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, added, noFace: problems.filter(({ kind }) => kind === 'no-face').length };
}

async function photos(folder: string, count: number): Promise<Layout> {
  const rows = parseFerplus(await readFile(join(folder, 'fer2013new.csv'), 'utf8'));
  const names = rows.filter(({ split }) => split === 'train').map(({ name }) => name);
  const chosen = new Random(1).shuffle(names).slice(0, count);
  const progress = progressLine('Making photos');
  const images: Layout['images'][number][] = [];
  for (const [index, name] of chosen.entries()) {
    const crop = await decodeInNode(Uint8Array.from(await readFile(join(folder, 'data', FERPLUS_FOLDERS.train, name))));
    const bytes = new Uint8Array(jpeg.encode(photo(crop), JPEG_QUALITY).data);
    const file = { path: name, size: bytes.length, bytes: async () => Promise.resolve(bytes) };
    images.push({ file, label: 'someone', split: null, group: null });
    progress(index + 1, chosen.length);
  }
  return { kind: 'folders', images, missing: [] };
}

function photo(crop: PixelImage): PixelImage {
  const [left, top] = [(WIDTH - FACE) / 2, (HEIGHT - FACE) / 2];
  return resample(crop, WIDTH, HEIGHT, (x, y) => [((x - left) / FACE) * crop.width, ((y - top) / FACE) * crop.height]);
}
