/** `quantise`: measures what a model needs to compute in int8, and writes it into its manifest. */
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { megabytes, percent } from '../src/base/format.js';
import { Random } from '../src/base/random.js';
import { sha256 } from '../src/base/sha256.js';
import { argmax } from '../src/base/softmax.js';
import { splitNamed, type Split } from '../src/dataset/sample.js';
import { evaluationClasses, type ModelPrediction, predictSamples } from '../src/evaluation/predict.js';
import { isCorrect } from '../src/evaluation/prediction.js';
import { type EvaluationSample, readSamples, samplesOfSplit } from '../src/evaluation/samples.js';
import { TrainingError } from '../src/errors.js';
import { preprocessImage } from '../src/faces/preprocess.js';
import { measureInt8 } from '../src/plan/classifier.js';
import { startNodeClassifier } from '../src/plan/nodeClassifier.js';
import { readKernels } from '../src/plan/nodeKernels.js';
import { writeWhole } from '../src/storage/node/writeWhole.js';
import type { LoadedModel } from '../src/weights/loadModel.js';
import type { Manifest, ModelFile } from '../src/weights/manifest.js';
import { formatManifest } from '../src/weights/manifestSchema.js';
import { readSafetensors, writeSafetensors } from '../src/weights/safetensors.js';
import { readDataFolder } from './dataFolder.js';
import { decodeInNode } from '../src/node/decodeImage.js';
import { loadModelAt } from '../src/node/modelFiles.js';
import { note, print } from './output.js';
import { progressLine } from './progressLine.js';
import { UsageError } from './usageError.js';

export const QUANTISE_USAGE = `quantise --model MANIFEST --data DIR|ZIP [options]

Lets WebAssembly multiply in 8 bits: measures on aligned face images what values meet each weight, writes that into the manifest as
"int8", and says what it costs on the same split. The weights in 8 bits are written beside the others, as the part "compact" that
recognising loads; training and export go on from the exact ones.
  --split train|validation|test   default validation; never the images that will measure the model
  --images N                      images that are measured, the same random ones every time; default 200
  --largest-loss POINTS           loses the model more accuracy than this, the manifest stays as it was; default 0.2`;

const COMPACT_FILE = 'weights.int8.safetensors';
/** Choosing the images that are measured is the same on every run. */
const SUBSET_SEED = 20_250_103;

interface QuantiseArguments {
  readonly model: string;
  readonly data: string;
  readonly split: Split;
  readonly images: number;
  readonly largestLoss: number;
}

/**
 * Runs the command.
 * @throws UsageError for wrong arguments; TrainingError `data-empty` or `data-format` for the data; ModelError; RuntimeError
 */
export async function runQuantise(args: readonly string[]): Promise<void> {
  const options = parseArguments(args);
  const loaded = await loadModelAt(options.model, ['base']);
  const { int8: _before, ...rest } = loaded.manifest;
  const plain: Manifest = { ...rest, files: rest.files.filter(({ part }) => part !== 'compact') };
  const set = await readSamples(await readDataFolder(options.data), 'majority', plain.classes);
  const samples = samplesOfSplit(set, options.split);
  if (samples.length === 0)
    throw new TrainingError('data-empty', `There are no images of ${options.split}. Name another --split.`);
  const subset = new Random(SUBSET_SEED).shuffle(samples).slice(0, options.images);
  const float32 = await predict({ ...loaded, manifest: plain }, samples, 'float32');
  const crops = await Promise.all(
    subset.map(async (sample) => preprocessImage(await decodeInNode(await sample.bytes()), plain.input)),
  );
  const bytes = writeSafetensors(loaded.arrays, { dtype: 'int8', metadata: { model: plain.id, part: 'compact' } });
  const arrays = readSafetensors(bytes);
  const { ranges } = await measureInt8(plain, arrays, readKernels, crops);
  const int8 = await predict({ manifest: { ...plain, int8: { ranges } }, arrays }, samples, 'int8');
  const measured = {
    split: options.split,
    images: samples.length,
    accuracy: accuracy(int8),
    exactAccuracy: accuracy(float32),
    agreement: agreement(int8, float32),
  };
  print(
    `Accuracy on ${options.split}: ${percent(measured.accuracy)} in int8, ${percent(measured.exactAccuracy)} in float32. ` +
      `${percent(measured.agreement)} of ${samples.length} answers are equal.\n`,
  );
  if (100 * (measured.exactAccuracy - measured.accuracy) > options.largestLoss) {
    note(`That is more than --largest-loss ${options.largestLoss}, so ${options.model} stays as it was.\n`);
    return;
  }
  const manifest: Manifest = {
    ...plain,
    files: [await compactFile(bytes), ...plain.files],
    int8: { ranges, measured },
  };
  await writeWhole(join(dirname(options.model), COMPACT_FILE), [bytes]);
  await writeWhole(options.model, [formatManifest(manifest)]);
  print(
    `Wrote ${Object.keys(ranges).length} ranges to ${options.model}, and ${COMPACT_FILE} (${megabytes(bytes.byteLength)}) beside it.\n`,
  );
}

async function compactFile(bytes: Uint8Array<ArrayBuffer>): Promise<ModelFile> {
  const [path, dtype, part] = [COMPACT_FILE, 'int8', 'compact'] as const;
  return { path, bytes: bytes.byteLength, sha256: await sha256(bytes), dtype, part };
}

async function predict(
  model: LoadedModel,
  samples: readonly EvaluationSample[],
  title: string,
): Promise<readonly ModelPrediction[]> {
  const { classifier, stop } = await startNodeClassifier('wasm', model);
  try {
    const logits = (crops: Float32Array, count: number) => classifier.logits(crops, count);
    const classes = evaluationClasses(model.manifest.classes, samples);
    const evaluated = { manifest: model.manifest, logits };
    const onProgress = progressLine(title);
    return (await predictSamples(evaluated, samples, classes, decodeInNode, { onProgress })).predictions;
  } finally {
    stop();
  }
}

function accuracy(predictions: readonly ModelPrediction[]): number {
  return predictions.filter(isCorrect).length / predictions.length;
}

function agreement(some: readonly ModelPrediction[], others: readonly ModelPrediction[]): number {
  const equal = some.filter(({ logits }, index) => argmax(logits) === argmax(others[index].logits));
  return equal.length / some.length;
}

function parseArguments(args: readonly string[]): QuantiseArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: 'string' },
      data: { type: 'string' },
      split: { type: 'string', default: 'validation' },
      images: { type: 'string', default: '200' },
      'largest-loss': { type: 'string', default: '0.2' },
    },
  });
  const { model, data } = values;
  const split = splitNamed(values.split);
  const [images, largestLoss] = [Number(values.images), Number(values['largest-loss'])];
  if (model === undefined || data === undefined) throw new UsageError('--model and --data are needed.');
  if (split === null) throw new UsageError('--split is train, validation or test.');
  if (!Number.isInteger(images) || images < 1) throw new UsageError('--images wants a whole number from 1.');
  if (!(largestLoss >= 0)) throw new UsageError('--largest-loss wants a number from 0.');
  return { model, data, split, images, largestLoss };
}
