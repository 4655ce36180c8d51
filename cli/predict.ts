/** `predict`: the expression in aligned face images, each taken whole. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CaptureError } from '../src/errors.js';
import { percent } from '../src/base/format.js';
import { argmax } from '../src/base/softmax.js';
import { channelCount, preprocessImage } from '../src/faces/preprocess.js';
import type { Classifier } from '../src/network/classifier.js';
import { startNodeClassifier } from '../src/plan/node.js';
import type { Prior } from '../src/reading/prior.js';
import { measureCrop, type CropMeasures } from '../src/reading/measures.js';
import { probabilitiesOf } from '../src/reading/probabilities.js';
import { readFace, type FaceReading } from '../src/reading/read.js';
import type { Manifest } from '../src/weights/manifest.js';
import { decodeInNode } from './decodeImage.js';
import { loadModelAt, shippedManifest } from './modelFiles.js';
import { progressLine } from './progressLine.js';
import { note, print } from './output.js';
import { UsageError } from './usageError.js';

export const PREDICT_USAGE = `predict [--model MANIFEST] IMAGE... [options]

Recognises the expression in images (PNG, JPEG) that show one aligned face each, taken whole: resized and cropped as the model's
manifest says, but an image of exactly the input's size is used as it is.
  --model MANIFEST        default: the qcs-mobile that comes with the package
  --prior trained|balanced   default trained; balanced calls rare expressions sooner, where the model has a balance
  --backend wasm|webgpu   default wasm
  --json                  print an array of {file, expression, confidence, logits, probabilities} and, where the model has
                          them, shares and plausible; logits are in the model's class order and before the temperature`;

const BATCH = 8;

interface ImagePrediction extends FaceReading {
  readonly file: string;
  readonly expression: string;
  readonly confidence: number;
  readonly logits: readonly number[];
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Runs the command. @throws UsageError; ModelError; CaptureError `not-an-image`; RuntimeError for the backend. */
export async function runPredict(args: readonly string[]): Promise<void> {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string', default: shippedManifest() },
      prior: { type: 'string', default: 'trained' },
      backend: { type: 'string', default: 'wasm' },
      json: { type: 'boolean', default: false },
    },
  });
  const { model, prior, backend: name, json } = values;
  if (files.length === 0) throw new UsageError('Name one or more images.');
  if (name !== 'wasm' && name !== 'webgpu') throw new UsageError('--backend is wasm or webgpu.');
  if (prior !== 'trained' && prior !== 'balanced') throw new UsageError('--prior is trained or balanced.');
  const loaded = await loadModelAt(model);
  const { classifier, reason, stop } = await startNodeClassifier(name, loaded);
  try {
    note(`${reason}\n`);
    const predictions = await predictFiles(classifier, loaded.manifest, files, prior);
    print(json ? `${JSON.stringify(predictions, null, 2)}\n` : format(predictions));
  } finally {
    stop();
  }
}

async function predictFiles(
  classifier: Classifier,
  manifest: Manifest,
  files: readonly string[],
  prior: Prior,
): Promise<readonly ImagePrediction[]> {
  const progress = progressLine('Images');
  const predictions: ImagePrediction[] = [];
  for (let start = 0; start < files.length; start += BATCH) {
    const names = files.slice(start, start + BATCH);
    const crops = await Promise.all(names.map((file) => readCrop(file, manifest)));
    const length = crops[0].length;
    const batch = new Float32Array(length * crops.length);
    crops.forEach((crop, index) => batch.set(crop, index * length));
    const logits = await classifier.logits(batch, crops.length);
    const classes = manifest.classes.length;
    names.forEach((file, index) => {
      const measures = measureCrop(crops[index], manifest.input.size, channelCount(manifest.input));
      const row = logits.subarray(index * classes, (index + 1) * classes);
      predictions.push(prediction(file, row, measures, manifest, prior));
    });
    progress(start + names.length, files.length);
  }
  return predictions;
}

async function readCrop(file: string, manifest: Manifest): Promise<Float32Array> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CaptureError('not-an-image', `${file} cannot be opened. Check the path.`, { cause });
  });
  const image = await decodeInNode(new Uint8Array(bytes)).catch((cause: unknown) => {
    if (!(cause instanceof CaptureError)) throw cause;
    throw new CaptureError(cause.code, `${file}: ${cause.message}`, { cause });
  });
  return preprocessImage(image, manifest.input);
}

function prediction(
  file: string,
  logits: Float32Array,
  measures: CropMeasures,
  manifest: Manifest,
  prior: Prior,
): ImagePrediction {
  const { classes } = manifest;
  const probabilities = probabilitiesOf(logits, measures, manifest, prior);
  const best = argmax(probabilities);
  return {
    file,
    expression: classes[best],
    confidence: probabilities[best],
    logits: [...logits],
    probabilities: Object.fromEntries(classes.map((name, index) => [name, probabilities[index]])),
    ...readFace(probabilities, manifest, prior),
  };
}

function format(predictions: readonly ImagePrediction[]): string {
  return predictions
    .map(({ file, expression, confidence }) => `${file}: ${expression} ${percent(confidence)}\n`)
    .join('');
}
