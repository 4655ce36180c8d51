/** `evaluate`: measures a model on a labelled data set with the code that the page runs. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { TrainingError } from '../src/errors.js';
import { formatCsv } from '../src/base/csv.js';
import { Random } from '../src/base/random.js';
import { splitNamed, type Split } from '../src/dataset/sample.js';
import type { FerplusRule } from '../src/dataset/ferplus.js';
import { alignSamples, type AlignedSamples } from '../src/evaluation/align.js';
import { CORRUPTION_NAMES, isCorruption, type Corruption } from '../src/evaluation/corruptions.js';
import { duplicatesOfEarlierSplits } from '../src/evaluation/duplicates.js';
import { evaluate, type Evaluation } from '../src/evaluation/evaluate.js';
import { parseGroupFile } from '../src/evaluation/groupFile.js';
import { formatReport } from '../src/evaluation/formatReport.js';
import { isVoted } from '../src/evaluation/protocol.js';
import { readSamples, samplesOfSplit, type EvaluationSample, type SampleSet } from '../src/evaluation/samples.js';
import type { NodeBackendName } from '../src/gpu/node.js';
import { startNodeClassifier } from '../src/plan/nodeClassifier.js';
import { writeWhole } from '../src/storage/node/writeWhole.js';
import type { LoadedModel } from '../src/weights/loadModel.js';
import { readDataFolder } from './dataFolder.js';
import { decodeInNode } from '../src/node/decodeImage.js';
import { openImageThreads } from '../src/node/imageThreads.js';
import { loadModelAt, shippedManifest } from '../src/node/modelFiles.js';
import { progressLine, type ReportProgress } from './progressLine.js';
import { readTextFile } from './readTextFile.js';
import { note, print } from './output.js';
import { UsageError } from './usageError.js';
import { wholeNumber } from './wholeNumber.js';

export const EVALUATE_USAGE = `evaluate --data DIR|ZIP [options]

Measures a model on aligned face images: the FERPlus layout, one folder a class, a CSV list (path,label[,split,group]), or frames of CREMA-D's clips with its
two tables, which adds groups by sex, age, race and ethnicity.
  --model MANIFEST                default: the qcs-mobile that comes with the package
  --align                         the images are photos: find the largest face of each, align it, and name photos without a face or with several
  --split train|validation|test   default test; a data set without splits is taken whole
  --rule majority|argmax          how votes of FERPlus and CREMA-D become labels; default majority
  --corrupt NAME[,NAME]|all       robustness at five strengths: ${CORRUPTION_NAMES.join(' ')}
  --corrupt-limit N               run each corruption on N images, the same random ones every time
  --mirror                        add what averaging with the mirror image gives, apart from the figures of one crop
  --light                         add groups by the luminance of the cheeks and by one-sided light, as far as a picture tells
  --groups FILE.csv               accuracy per group; columns: path, then one for each attribute
  --limit N                       measure on N images only, the same random ones every time
  --details                       add class intervals, reliability bins, best temperature, model and data to the JSON
  --predictions FILE.csv          write every image's label and probabilities
  --exact                         compute with the exact weights in float32, though the model recognises in 8 bits
  --backend wasm|webgpu           default wasm
  --threads N                     how many threads look for faces and compute on WebAssembly; default as many as there are cores
  --json                          print the report as JSON`;

/** Which images --limit takes is the same on every run. */
const LIMIT_SEED = 7;

/** While threads compute one batch, the next waits for them. */
const BATCHES_AT_ONCE = 2;
/** One photo that it looks at, and one that is there when it is done. */
const PHOTOS_A_THREAD = 2;

interface EvaluateArguments {
  readonly model: string;
  readonly align: boolean;
  readonly data: string;
  readonly split: Split;
  readonly rule: FerplusRule;
  readonly corruptions: readonly Corruption[];
  readonly corruptionImages: number | undefined;
  readonly groups: string | undefined;
  readonly limit: number | undefined;
  readonly mirror: boolean;
  readonly light: boolean;
  readonly details: boolean;
  readonly exact: boolean;
  readonly predictions: string | undefined;
  readonly backend: NodeBackendName;
  readonly threads: number;
  readonly json: boolean;
}

/**
 * Runs the command. The report is the only thing written to standard output.
 *
 * @throws UsageError for wrong arguments; TrainingError `data-empty` or `data-format` for the data; ModelError; RuntimeError
 */
export async function runEvaluate(args: readonly string[]): Promise<void> {
  const options = parseArguments(args);
  const loaded = await (options.exact ? loadExactly(options.model) : loadModelAt(options.model));
  const set = await readSamples(await readDataFolder(options.data), options.rule, loaded.manifest.classes);
  const chosen = limited(samplesOfSplit(set, options.split), options.limit);
  const duplicates = await duplicatesOfEarlierSplits(set, options.split, progressLine('Looking for duplicates'));
  announce(set, chosen, loaded, duplicates);
  const aligned = options.align ? await align(chosen, loaded, options.threads) : undefined;
  const { samples } = aligned ?? { samples: chosen };
  const evaluation = await runModel(options, loaded, samples, duplicates);
  for (const name of evaluation.unreadable) note(`Not an image that can be read: ${name}\n`);
  if (options.predictions !== undefined) await writePredictions(options.predictions, evaluation);
  const report = options.details
    ? { ...evaluation.report, run: describeRun(options, loaded, set, evaluation, duplicates, aligned) }
    : evaluation.report;
  print(options.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(evaluation.report));
}

/** On threads of their own, whatever the backend. @throws TrainingError `data-empty` where no image shows a face */
async function align(
  chosen: readonly EvaluationSample[],
  { manifest }: LoadedModel,
  threads: number,
): Promise<AlignedSamples> {
  const looking = openImageThreads(manifest.input, threads);
  const aligned = await alignSamples(
    chosen,
    looking.see,
    PHOTOS_A_THREAD * threads,
    progressLine('Looking for faces'),
  ).finally(() => looking.dispose());
  for (const name of aligned.withoutFace) note(`No face was found, and the image was left out: ${name}\n`);
  for (const name of aligned.withSeveral) note(`Several faces, of which the largest was taken: ${name}\n`);
  if (aligned.samples.length > 0) return aligned;
  throw new TrainingError(
    'data-empty',
    'No image shows a face that is found. Leave out --align for images of one aligned face.',
  );
}

/** A model as training made it: without `int8`, which is for recognising. */
async function loadExactly(path: string): Promise<LoadedModel> {
  const { manifest, arrays } = await loadModelAt(path, ['base']);
  const { int8: _quantised, ...exact } = manifest;
  return { manifest: exact, arrays };
}

async function runModel(
  options: EvaluateArguments,
  loaded: LoadedModel,
  samples: readonly EvaluationSample[],
  duplicates: ReadonlySet<string>,
): Promise<Evaluation> {
  const { manifest } = loaded;
  const groups = options.groups === undefined ? undefined : parseGroupFile(await readTextFile(options.groups), samples);
  const { classifier, reason, stop } = await startNodeClassifier(options.backend, loaded, options.threads);
  note(`${reason}\n`);
  const lines = new Map<string, ReportProgress>();
  try {
    // The first forward compiles and allocates: it is not part of the time an image takes.
    const { size } = manifest.input;
    await classifier.logits(new Float32Array(size * size * classifier.inputChannels), 1);
    return await evaluate(
      {
        manifest,
        logits: (crops, count) => classifier.logits(crops, count),
        atOnce: Math.min(options.threads, BATCHES_AT_ONCE),
      },
      samples,
      duplicates,
      decodeInNode,
      {
        corruptions: options.corruptions,
        ...(options.corruptionImages === undefined ? {} : { corruptionImages: options.corruptionImages }),
        ...(groups === undefined ? {} : { groups }),
        mirror: options.mirror,
        light: options.light,
        details: options.details,
        onProgress: ({ stage, corruption, strength, done, total }) => {
          const title = stage === 'images' ? 'Images' : stage === 'mirror' ? 'Mirrored' : `${corruption} ${strength}`;
          const line = lines.get(title) ?? progressLine(title);
          lines.set(title, line);
          line(done, total);
        },
      },
    );
  } finally {
    stop();
  }
}

function announce(
  set: SampleSet,
  samples: readonly EvaluationSample[],
  { manifest }: LoadedModel,
  duplicates: ReadonlySet<string>,
): void {
  const unknown = new Set(samples.map(({ label }) => label).filter((label) => !manifest.classes.includes(label)));
  const repeated = samples.filter(({ name }) => duplicates.has(name)).length;
  note(`${samples.length} images; ${repeated} of them stand in an earlier split too.\n`);
  if (set.missing.length > 0) note(`${set.missing.length} images that the list names are not there.\n`);
  if (unknown.size > 0) {
    note(`The model does not know ${[...unknown].join(', ')}: images of these count as wrong.\n`);
  }
}

function describeRun(
  { split, rule, backend, limit }: EvaluateArguments,
  { manifest }: LoadedModel,
  { layout, missing }: SampleSet,
  { unreadable, classes }: Evaluation,
  duplicates: ReadonlySet<string>,
  aligned: AlignedSamples | undefined,
): Readonly<Record<string, unknown>> {
  return {
    model: { id: manifest.id, version: manifest.version, temperature: manifest.temperature, files: manifest.files },
    data: {
      layout,
      split,
      rule: isVoted(layout) ? rule : null,
      missing: missing.length,
      duplicates: duplicates.size,
    },
    classes,
    unreadable,
    ...(aligned === undefined ? {} : { withoutFace: aligned.withoutFace, withSeveral: aligned.withSeveral }),
    limit: limit ?? null,
    backend,
    runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  };
}

async function writePredictions(path: string, { predictions, classes }: Evaluation): Promise<void> {
  const rows = predictions.map(({ name, label, probabilities }) => [
    name,
    classes[label],
    ...Array.from(probabilities, (value) => value.toFixed(6)),
  ]);
  await writeWhole(path, [formatCsv([['path', 'label', ...classes], ...rows])]);
}

function limited(samples: readonly EvaluationSample[], limit: number | undefined): readonly EvaluationSample[] {
  return limit === undefined || limit >= samples.length
    ? samples
    : new Random(LIMIT_SEED).shuffle(samples).slice(0, limit);
}

function parseArguments(args: readonly string[]): EvaluateArguments {
  const values = readArguments(args);
  const split = splitNamed(values.split ?? 'test');
  if (values.data === undefined) throw wrong('--data is needed');
  if (split === null) throw wrong('--split is train, validation or test');
  const rule = values.rule ?? 'majority';
  if (rule !== 'majority' && rule !== 'argmax') throw wrong('--rule is majority or argmax');
  const backend = values.backend ?? 'wasm';
  if (backend !== 'wasm' && backend !== 'webgpu') throw wrong('--backend is wasm or webgpu');
  return {
    model: values.model ?? shippedManifest(),
    align: values.align ?? false,
    data: values.data,
    split,
    rule,
    backend,
    threads: wholeNumber(values.threads, '--threads') ?? availableParallelism(),
    corruptions: corruptionList(values.corrupt ?? []),
    corruptionImages: wholeNumber(values['corrupt-limit'], '--corrupt-limit'),
    groups: values.groups,
    limit: wholeNumber(values.limit, '--limit'),
    mirror: values.mirror ?? false,
    light: values.light ?? false,
    details: values.details ?? false,
    exact: values.exact ?? false,
    predictions: values.predictions,
    json: values.json ?? false,
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        model: { type: 'string' },
        data: { type: 'string' },
        align: { type: 'boolean' },
        split: { type: 'string' },
        rule: { type: 'string' },
        corrupt: { type: 'string', multiple: true },
        'corrupt-limit': { type: 'string' },
        groups: { type: 'string' },
        limit: { type: 'string' },
        mirror: { type: 'boolean' },
        light: { type: 'boolean' },
        details: { type: 'boolean' },
        exact: { type: 'boolean' },
        predictions: { type: 'string' },
        backend: { type: 'string' },
        threads: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause));
  }
}

function corruptionList(values: readonly string[]): Corruption[] {
  const names = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  if (names.includes('all')) return [...CORRUPTION_NAMES];
  return names.map((name) => {
    if (!isCorruption(name)) throw wrong(`--corrupt knows ${CORRUPTION_NAMES.join(', ')} and all, not "${name}"`);
    return name;
  });
}

function wrong(what: string): UsageError {
  return new UsageError(`${what}.`);
}
