/** `quantise`: measures what a model needs to compute in int8, and writes it into its manifest. */
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { megabytes } from '../src/base/format.js';
import { sha256 } from '../src/base/sha256.js';
import { splitNamed, type Split } from '../src/dataset/sample.js';
import { readSamples, samplesOfSplit } from '../src/evaluation/samples.js';
import { TrainingError } from '../src/errors.js';
import { writeWhole } from '../src/storage/node/writeWhole.js';
import type { Manifest, ModelFile } from '../src/weights/manifest.js';
import { formatManifest } from '../src/weights/manifestSchema.js';
import { readSafetensors, writeSafetensors } from '../src/weights/safetensors.js';
import { readDataFolder } from './dataFolder.js';
import { loadModelAt } from '../src/node/modelFiles.js';
import { CALIBRATION_IMAGES, describeInt8, measureInt8On } from './int8.js';
import { note, print } from './output.js';
import { UsageError } from './usageError.js';

export const QUANTISE_USAGE = `quantise --model MANIFEST --data DIR|ZIP [options]

Lets WebAssembly multiply in 8 bits: measures on aligned face images what values meet each weight, writes that into the manifest as
"int8", and says what it costs on the same split. The weights in 8 bits are written beside the others, as the part "compact" that
recognising loads; training and export go on from the exact ones.
  --split train|validation|test   default validation; never the images that will measure the model
  --images N                      images that are measured, the same random ones every time; default ${CALIBRATION_IMAGES}
  --largest-loss POINTS           loses the model more accuracy than this, the manifest stays as it was; default 0.2`;

const COMPACT_FILE = 'weights.int8.safetensors';

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
  const bytes = writeSafetensors(loaded.arrays, { dtype: 'int8', metadata: { model: plain.id, part: 'compact' } });
  const images = { split: options.split, samples, labelled: true, calibrating: options.images };
  const result = await measureInt8On(images, { ...loaded, manifest: plain }, readSafetensors(bytes));
  const { int8 } = result;
  print(`${describeInt8(images, result)}\n`);
  const { accuracy, exactAccuracy } = int8.measured!;
  if (100 * (exactAccuracy - accuracy) > options.largestLoss) {
    note(`That is more than --largest-loss ${options.largestLoss}, so ${options.model} stays as it was.\n`);
    return;
  }
  const manifest: Manifest = {
    ...plain,
    files: [await compactFile(bytes), ...plain.files],
    int8,
  };
  await writeWhole(join(dirname(options.model), COMPACT_FILE), [bytes]);
  await writeWhole(options.model, [formatManifest(manifest)]);
  print(
    `Wrote ${Object.keys(int8.ranges).length} ranges to ${options.model}, and ${COMPACT_FILE} (${megabytes(bytes.byteLength)}) beside it.\n`,
  );
}

async function compactFile(bytes: Uint8Array<ArrayBuffer>): Promise<ModelFile> {
  const [path, dtype, part] = [COMPACT_FILE, 'int8', 'compact'] as const;
  return { path, bytes: bytes.byteLength, sha256: await sha256(bytes), dtype, part };
}

function parseArguments(args: readonly string[]): QuantiseArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: 'string' },
      data: { type: 'string' },
      split: { type: 'string', default: 'validation' },
      images: { type: 'string', default: String(CALIBRATION_IMAGES) },
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
