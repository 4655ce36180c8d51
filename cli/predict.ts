/** `predict`: the expressions of the faces in photos, or of images that show one aligned face each. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { percent } from '../src/base/format.js';
import { readImageHeader } from '../src/base/imageHeader.js';
import { argmax } from '../src/base/softmax.js';
import type { Box } from '../src/faces/geometry.js';
import type { PixelImage } from '../src/faces/image.js';
import { channelCount, preprocessImage } from '../src/faces/preprocess.js';
import type { FaceObservation, FrameObservation, Prior } from '../src/inference/observation.js';
import { shippedManifest } from '../src/node/modelFiles.js';
import { loadModelOf, openParts, type NodeParts } from '../src/node/parts.js';
import { readPicture } from '../src/node/readPicture.js';
import { recognizerOf, type NodeRecognizer } from '../src/node/recognizer.js';
import { measureCrop } from '../src/reading/measures.js';
import { probabilitiesOf } from '../src/reading/probabilities.js';
import { readFace, type FaceReading } from '../src/reading/read.js';
import type { Manifest } from '../src/weights/manifest.js';
import { cutRow, loadedMuscles } from '../src/weights/muscles.js';
import { note, print } from './output.js';
import { progressLine } from './progressLine.js';
import { UsageError } from './usageError.js';
import { wholeNumber } from './wholeNumber.js';

export const PREDICT_USAGE = `predict IMAGE... [options]

Finds the faces in photos (PNG, JPEG) and recognises their expressions, the largest face first. An image no larger than the model's input is
taken for one aligned face and read whole.
  --crop                  take every image whole: it shows one aligned face, and is resized and cropped as the model's manifest says
  --model MANIFEST        default: the qcs-mobile that comes with the package
  --muscles               say how far muscles of each face are at work, too, where the model has the head for
                          it (the shipped one has none); needs --json
  --prior trained|balanced   default trained; balanced calls rare expressions sooner, where the model has a balance
  --backend wasm|webgpu   default wasm
  --threads N             how many threads read photos on WebAssembly; default as many as there are cores
  --json                  print an array with an object a face: {file, face, box, score, keypoints, expression, confidence,
                          probabilities, conditions} and, where the model has them, shares and plausible, and muscles where they were
                          asked for; boxes are in pixels. An image taken whole has {file, expression, confidence, logits,
                          probabilities}, logits in the model's class order and before the temperature. A photo without a face has {file, expression: null}`;

/** What is the same of a face in a photo and of an image taken whole. */
interface Reading extends FaceReading {
  readonly file: string;
  readonly expression: string;
  readonly confidence: number;
  readonly probabilities: Readonly<Record<string, number>>;
}

interface CropReading extends Reading {
  readonly logits: readonly number[];
  readonly muscles?: Readonly<Record<string, number>>;
}

/** `face` is counted from 1, the largest first. */
type PhotoReading = Reading & Omit<FaceObservation, 'id'> & { readonly face: number };

interface NoFace {
  readonly file: string;
  readonly expression: null;
}

/** Runs the command. @throws UsageError; ModelError; CaptureError; RuntimeError for the backend. */
export async function runPredict(args: readonly string[]): Promise<void> {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string', default: shippedManifest() },
      prior: { type: 'string', default: 'trained' },
      backend: { type: 'string', default: 'wasm' },
      threads: { type: 'string' },
      crop: { type: 'boolean', default: false },
      muscles: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { model, prior, backend, crop, muscles, json } = values;
  if (files.length === 0) throw new UsageError('Name one or more images.');
  if (backend !== 'wasm' && backend !== 'webgpu') throw new UsageError('--backend is wasm or webgpu.');
  if (prior !== 'trained' && prior !== 'balanced') throw new UsageError('--prior is trained or balanced.');
  if (muscles && !json) throw new UsageError('--muscles needs --json.');
  const threads = wholeNumber(values.threads, '--threads') ?? availableParallelism();
  const parts = await openParts(await loadModelOf({ model, muscles }), backend);
  const recognizer = recognizerOf(parts, Math.min(threads, files.length));
  try {
    note(`${recognizer.backendReason}\n`);
    const readings = await readImages(files, recognizer, parts, { prior, crop });
    print(json ? `${JSON.stringify(readings, null, 2)}\n` : readings.map(inWords).join(''));
  } finally {
    await recognizer.dispose();
  }
}

/** In the order of the files. */
async function readImages(
  files: readonly string[],
  recognizer: NodeRecognizer,
  parts: NodeParts,
  { prior, crop }: { readonly prior: Prior; readonly crop: boolean },
): Promise<readonly (CropReading | PhotoReading | NoFace)[]> {
  const progress = progressLine('Images');
  const readings: (readonly (CropReading | PhotoReading | NoFace)[])[] = [];
  const photos: number[] = [];
  let done = 0;
  for (const [index, file] of files.entries()) {
    if (crop || (await isAligned(file, parts.loaded.manifest))) {
      readings[index] = [await readWhole(parts, file, await readPicture(file), prior)];
      progress(++done, files.length);
    } else photos.push(index);
  }
  const names = photos.map((index) => files[index]);
  let next = 0;
  for await (const { source, observation, error } of recognizer.recognizeAll(names, { prior })) {
    if (error !== undefined) throw error;
    readings[photos[next++]] = facesOf(source, observation);
    progress(++done, files.length);
  }
  return readings.flat();
}

/** A photo is larger than what the model reads of one face. What no picture is gets its answer as a photo. */
async function isAligned(file: string, { input }: Manifest): Promise<boolean> {
  const header = await readFile(file).then(readImageHeader, () => null);
  return header !== null && Math.max(header.width, header.height) <= input.resizeTo;
}

function facesOf(file: string, { faces }: FrameObservation): readonly (PhotoReading | NoFace)[] {
  if (faces.length === 0) return [{ file, expression: null }];
  return faces.map(({ id, ...reading }) => ({ file, face: id, ...reading }));
}

async function readWhole(
  { loaded: { manifest, arrays }, classifier }: NodeParts,
  file: string,
  picture: PixelImage,
  prior: Prior,
): Promise<CropReading> {
  const { classes, input } = manifest;
  const crop = preprocessImage(picture, input);
  const { logits, muscles } = cutRow(await classifier.logits([crop]), classes);
  const named = loadedMuscles(manifest, arrays)?.outputs;
  const measures = measureCrop(crop, input.size, channelCount(input));
  const probabilities = probabilitiesOf(logits, measures, manifest, prior);
  const best = argmax(probabilities);
  return {
    file,
    expression: classes[best],
    confidence: probabilities[best],
    logits: [...logits],
    probabilities: Object.fromEntries(classes.map((name, index) => [name, probabilities[index]])),
    ...readFace(probabilities, manifest, prior),
    ...(named === undefined
      ? {}
      : { muscles: Object.fromEntries(named.map(({ name }, place) => [name, muscles[place]])) }),
  };
}

function inWords(reading: CropReading | PhotoReading | NoFace): string {
  const { file } = reading;
  if (reading.expression === null) return `${file}: no face found\n`;
  const where = 'box' in reading ? `${place(reading.box)} ` : '';
  return `${file}: ${where}${reading.expression} ${percent(reading.confidence)}\n`;
}

function place({ x, y, width, height }: Box): string {
  const [left, top, wide, high] = [x, y, width, height].map(Math.round);
  return `face at ${left}, ${top}, ${wide} x ${high} pixels:`;
}
