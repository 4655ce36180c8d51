/**
 * `npm run samples`: reads the pictures that the demo brings along with the shipped model and writes what it says to src/demo/samples/readings.json, for the first
 * screen. A test reads them again.
 */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRecognizer } from '../src/node/recognizer.js';
import { SHIPPED_BINARIES } from './shippedBinaries.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = 'samples/';
export const READINGS = join(ROOT, 'src/demo/samples/readings.json');
const DIGITS = 4;

/** What stands in the file. */
export async function readSamplePictures() {
  const recognizer = await createRecognizer({ threads: 1 });
  try {
    const { id, version } = recognizer.model;
    const pictures = [];
    for (const { source, target } of SHIPPED_BINARIES.filter(({ target }) => target.startsWith(FOLDER))) {
      const { faces, width, height } = await recognizer.recognize(join(ROOT, source));
      pictures.push({
        file: target.slice(FOLDER.length),
        width,
        height,
        faces: faces.map(({ box, expression, confidence }) => ({
          box: {
            x: rounded(box.x / width),
            y: rounded(box.y / height),
            width: rounded(box.width / width),
            height: rounded(box.height / height),
          },
          expression,
          confidence: rounded(confidence),
        })),
      });
    }
    return { model: { id, version }, pictures };
  } finally {
    await recognizer.dispose();
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(READINGS), { recursive: true });
  writeFileSync(READINGS, `${JSON.stringify(await readSamplePictures(), null, 2)}\n`);
}
