/** `convert`: a published checkpoint or any safetensors file of a known network becomes a model with its manifest. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { megabytes } from '../src/base/format.js';
import { CLASS_ORDERS, type ClassOrder } from '../src/expressions.js';
import { ModelError } from '../src/errors.js';
import { createNetwork } from '../src/network/network.js';
import type { ByteSource } from '../src/storage/byteSource.js';
import { convertModel, type ConvertedModel, recognizeTensorFile } from '../src/network/checkpoint/convertModel.js';
import { describeArchitecture } from '../src/weights/describeArchitecture.js';
import { completeSettings } from '../src/network/checkpoint/settings.js';
import { type CheckpointAnswers, isPresetName, PRESETS } from '../src/weights/presets.js';
import { isStoredType, STORED_TYPES, type StoredType } from '../src/weights/safetensors.js';
import { openTensorFile, type TensorFile } from '../src/weights/tensorFile.js';
import { writeModel, withFile } from '../src/node/modelFiles.js';
import { loadModelFromFiles } from '../src/weights/loadModel.js';
import { formatManifest } from '../src/weights/manifestSchema.js';
import { splitNamed, type Split } from '../src/dataset/sample.js';
import { describeInt8, measureInt8On } from './int8.js';
import { readInt8Images } from './int8Images.js';
import { progressLine } from './progressLine.js';
import { readTextFile } from './readTextFile.js';
import { note, print } from './output.js';
import { UsageError } from './usageError.js';

export const CONVERT_USAGE = `convert FILE --out DIR [--classes NAMES] [options]

Converts a PyTorch checkpoint (.pth, .pt) or a .safetensors file into a model: DIR/manifest.json and its weights.
Nothing in a checkpoint is ever run. A checkpoint of pytorch/ carries its configuration, so nothing else has to be said. Of any other file
names and shapes tell the architecture, but nothing tells its classes, so name them:
  --classes NAMES             ${Object.keys(CLASS_ORDERS).join(', ')}, or the names in order: a,b,c
                              a data set's name also chooses the published input and residual form of this network for it
  --preset NAME               the published setting, if another than --classes or the file itself chooses:
                              ${Object.keys(PRESETS).join(' ')}
  --dtype int8|float16|float32  how weights are stored; default float32, which loses nothing
  --images DIR|ZIP            with --dtype int8: aligned face images on which the ranges are measured that WebAssembly needs to multiply in
                              8 bits, too; of labelled ones what it costs is written into the manifest
  --split train|validation    which of labelled images; default validation; never those that will measure the model
  --heads N                   attention heads, which no shape tells; default 8
  --id NAME                   the model's id; default: the run's, else the file's name
  --licence TEXT              default: unknown, see the source of the checkpoint
  --details FILE.json         more of the manifest: version, licence, notice, temperature, training, metrics
  --json                      print what was done as JSON`;

const UNKNOWN_LICENCE = 'unknown: see the source of the checkpoint';

/** Images on which 8 bits are measured. */
interface Int8Source {
  readonly path: string;
  readonly split: Split;
}

interface ConvertArguments {
  readonly file: string;
  readonly out: string;
  readonly answers: CheckpointAnswers;
  readonly dtype: StoredType;
  readonly images: Int8Source | undefined;
  readonly heads: number | undefined;
  readonly id: string | undefined;
  readonly details: Details;
  readonly json: boolean;
}

/** Fields of the manifest that no file of tensors tells. */
interface Details {
  readonly version?: string;
  readonly licence?: string;
  readonly notice?: string;
  readonly temperature?: number;
  readonly training?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
}

const DETAIL_FIELDS = ['version', 'licence', 'notice', 'temperature', 'training', 'metrics'];

/** Runs the command. @throws UsageError; ModelError for the file or its classes. */
export async function runConvert(args: readonly string[]): Promise<void> {
  const options = await parseArguments(args);
  const converted = await withFile(options.file, (source) => convertFile(source, options));
  await writeModel(options.out, converted.files);
  report(options, converted);
}

/** Converted, and with `--images` measured in 8 bits. */
async function convertFile(source: ByteSource, options: ConvertArguments): Promise<ConvertedModel> {
  const file: TensorFile = await openTensorFile(source);
  const recognized = recognizeTensorFile(file, options.heads);
  const { architecture, classes, input, notes } = completeSettings(recognized, options.answers);
  note(`Recognised ${describeArchitecture(architecture)}, ${classes.length} classes.\n`);
  for (const text of notes) note(`${text}\n`);
  const { version = '1.0.0', licence = UNKNOWN_LICENCE, training, ...details } = options.details;
  const wanted = createNetwork(architecture, classes.length, input.size).parameters;
  const convert = async (dtype: StoredType) =>
    convertModel(
      file,
      wanted,
      {
        ...details,
        id: options.id ?? recognized.run?.id ?? modelId(options.file),
        version,
        architecture,
        classes,
        input,
        dtype,
        licence,
        training: training ?? { convertedFrom: basename(options.file) },
      },
      { onProgress: progressLine('Values') },
    );
  const converted = await convert(options.dtype);
  return options.images === undefined ? converted : withRanges(converted, await convert('float32'), options.images);
}

/** @param exact the same model in float32 */
async function withRanges(
  converted: ConvertedModel,
  exact: ConvertedModel,
  { path, split }: Int8Source,
): Promise<ConvertedModel> {
  const images = await readInt8Images(path, exact.manifest.classes, split);
  const load = async ({ manifest, files }: ConvertedModel) =>
    loadModelFromFiles(formatManifest(manifest), (name) => files.get(name), ['base']);
  const result = await measureInt8On(images, await load(exact), (await load(converted)).arrays);
  note(`${describeInt8(images, result)}\n`);
  const manifest = { ...converted.manifest, int8: result.int8 };
  return { ...converted, manifest, files: new Map(converted.files).set('manifest.json', formatManifest(manifest)) };
}

function report({ out, file, json }: ConvertArguments, { manifest, dropped }: ConvertedModel): void {
  if (dropped.length > 0) {
    note(`${dropped.length} tensors of the file are not used and were dropped:\n`);
    for (const name of dropped) note(`  ${name}\n`);
  }
  if (json) {
    const { id, architecture, classes, input, files } = manifest;
    print(`${JSON.stringify({ file, out, id, architecture, classes, input, files, dropped }, null, 2)}\n`);
  } else {
    const sizes = manifest.files.map(({ path, bytes }) => `${path} (${megabytes(bytes)})`);
    print(`Wrote ${out}: manifest.json, ${sizes.join(', ')}.\n`);
  }
}

async function parseArguments(args: readonly string[]): Promise<ConvertArguments> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      classes: { type: 'string' },
      preset: { type: 'string' },
      dtype: { type: 'string', default: 'float32' },
      images: { type: 'string' },
      split: { type: 'string', default: 'validation' },
      heads: { type: 'string' },
      id: { type: 'string' },
      licence: { type: 'string' },
      details: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { out, dtype, heads, preset, licence } = values;
  if (positionals.length !== 1) throw new UsageError('Name one file to convert.');
  const [file] = positionals;
  if (out === undefined) throw new UsageError('--out is missing: the folder to write the model to.');
  if (!isStoredType(dtype)) throw new UsageError(`--dtype is one of ${STORED_TYPES.join(', ')}.`);
  if (preset !== undefined && !isPresetName(preset)) throw new UsageError(`There is no preset ${preset}.`);
  return {
    file,
    out,
    answers: {
      ...(values.classes === undefined ? {} : { classes: parseClasses(values.classes) }),
      ...(preset === undefined ? {} : { preset }),
    },
    dtype,
    images: parseImages(values.images, values.split, dtype),
    heads: heads === undefined ? undefined : parseHeads(heads),
    id: values.id,
    details: { ...(await readDetails(values.details)), ...(licence === undefined ? {} : { licence }) },
    json: values.json,
  };
}

function parseClasses(text: string): ClassOrder | readonly string[] {
  const order = text.toLowerCase().replaceAll(/[-_ ]/g, '');
  if (Object.hasOwn(CLASS_ORDERS, order)) return order as ClassOrder;
  const names = text.split(',').map((name) => name.trim());
  if (names.length < 2 || names.includes('')) {
    throw new ModelError(
      'checkpoint-classes',
      `${JSON.stringify(text)} is neither a known data set (${Object.keys(CLASS_ORDERS).join(', ')}) nor a list of class names.`,
    );
  }
  return names;
}

function parseImages(path: string | undefined, name: string, dtype: StoredType): Int8Source | undefined {
  const split = splitNamed(name);
  if (split === null || split === 'test') throw new UsageError('--split is train or validation.');
  if (path === undefined) return undefined;
  if (dtype !== 'int8') throw new UsageError('--images go with --dtype int8.');
  return { path, split };
}

function parseHeads(text: string): number {
  const heads = Number(text);
  if (!Number.isSafeInteger(heads) || heads < 1) throw new UsageError('--heads is a whole number from 1 on.');
  return heads;
}

function modelId(file: string): string {
  const id = basename(file)
    .replace(/\.(?:pth|pt|ckpt|bin|tar|safetensors)+$/i, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, 100);
  return id === '' ? 'model' : id;
}

async function readDetails(path: string | undefined): Promise<Details> {
  if (path === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(await readTextFile(path));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${path} is no JSON file that can be read.`, { cause });
  }
  const unknown = Object.keys(value as object).find((key) => !DETAIL_FIELDS.includes(key));
  if (unknown !== undefined) throw new UsageError(`${path} has the unknown field ${unknown}.`);
  return value as Details;
}
