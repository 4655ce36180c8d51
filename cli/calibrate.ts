/** `calibrate`: fits what a model says beside its labels, and writes it into its manifest. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { percent } from '../src/base/format.js';
import { Random } from '../src/base/random.js';
import type { FerplusRule } from '../src/dataset/ferplus.js';
import { splitNamed, type Split } from '../src/dataset/sample.js';
import { CORRUPTION_NAMES, type Strength } from '../src/evaluation/corruptions.js';
import { evaluationClasses, predictSamples, type ModelPrediction } from '../src/evaluation/predict.js';
import { isCorrect } from '../src/evaluation/prediction.js';
import { withVotes } from '../src/evaluation/readings.js';
import { readSamples, samplesOfSplit, type EvaluationSample } from '../src/evaluation/samples.js';
import { startNodeBackend, type NodeBackendName } from '../src/gpu/node.js';
import { createClassifier } from '../src/network/classifier.js';
import { doubtsOf, sumOf } from '../src/reading/doubt.js';
import { fitBalance } from '../src/reading/fitBalance.js';
import { fitDoubt, type JudgedFace } from '../src/reading/fitDoubt.js';
import { fitShares } from '../src/reading/fitShares.js';
import { fitUnclear } from '../src/reading/fitUnclear.js';
import { fitThreshold } from '../src/reading/plausible.js';
import { meanOfViews } from '../src/reading/mirror.js';
import { probabilitiesOf } from '../src/reading/probabilities.js';
import { formatManifest } from '../src/weights/manifestSchema.js';
import type { LimitsSpec, Manifest, QualitySpec, ReadingSpec } from '../src/weights/manifest.js';
import { readDataFolder } from './dataFolder.js';
import { decodeInNode } from '../src/node/decodeImage.js';
import { loadModelAt } from '../src/node/modelFiles.js';
import { progressLine } from './progressLine.js';
import { UsageError } from './usageError.js';

export const CALIBRATE_USAGE = `calibrate --model MANIFEST --data DIR|ZIP [options]

Fits what a model says beside its labels, and writes it into its manifest as "reading": the shares of ten raters (where the data
have votes), the sets of plausible classes, the balance for rare classes, whether mirror images help, and the doubt about poor
crops, on damaged images. Limits of a face's size, angles and place are kept, or those of qcs-mobile where there are none.
  --split train|validation|test   default validation; never the images that will measure the model
  --damaged N                     images a damage and strength, the same random ones every time; default 300
  --level SHARE                   crops that are right less often than this are not clear; default 0.7
  --coverage SHARE                of the sets of plausible classes; default 0.9
  --backend wasm|webgpu           default wasm`;

/** Doubt is learned where damage begins to matter. */
const STRENGTHS: readonly Strength[] = [3, 4, 5];
/** Keeps the logarithm of a probability of 0 finite. */
const LEAST = 1e-12;
/** Choosing the images that are damaged is the same on every run. */
const SUBSET_SEED = 20_250_102;
/** Measured for qcs-mobile 1.2.0, see docs/accuracy.md: damage of whole images does not tell them. */
const LIMITS: LimitsSpec = { size: 20, yaw: 40, pitch: 25, inside: 0.56 };
/** Clean faces weigh as much as all damaged ones together. */
const CLEAN_WEIGHT = 1;

interface CalibrateArguments {
  readonly model: string;
  readonly data: string;
  readonly split: Split;
  readonly damaged: number;
  readonly level: number;
  readonly coverage: number;
  readonly backend: NodeBackendName;
}

/** What the fits are made of. Predictions are by the model without a reading. */
interface Measured {
  readonly samples: readonly EvaluationSample[];
  readonly clean: readonly ModelPrediction[];
  /** The mirror images of the same faces. */
  readonly mirrored: readonly ModelPrediction[];
  readonly damaged: readonly ModelPrediction[];
  /** Names of the samples that a majority of raters agrees on; all where there are no votes. */
  readonly certain: ReadonlySet<string>;
}

/**
 * Runs the command.
 * @throws UsageError for wrong arguments; TrainingError `data-empty` or `data-format` for the data; ModelError; RuntimeError
 */
export async function runCalibrate(args: readonly string[]): Promise<void> {
  const options = parseArguments(args);
  const { manifest } = await loadModelAt(options.model);
  const measured = await measure(options);
  const reading = fitReading(measured, manifest, options);
  await writeFile(options.model, formatManifest({ ...manifest, reading }));
  process.stdout.write(`${JSON.stringify(reading, null, 2)}\n`);
}

async function measure({ model, data, split, damaged: count, backend: name }: CalibrateArguments): Promise<Measured> {
  const { manifest, arrays } = await loadModelAt(model);
  const files = await readDataFolder(data);
  const read = async (rule: FerplusRule) =>
    samplesOfSplit(await readSamples(files, rule, manifest.classes), split).filter(({ label }) =>
      manifest.classes.includes(label),
    );
  const samples = await read('argmax');
  const majority = await read('majority');
  const backend = await startNodeBackend(name);
  process.stderr.write(`${backend.reason}\n`);
  const classifier = await createClassifier(manifest, arrays);
  const { reading: _none, ...plain } = manifest;
  const network = { manifest: plain, logits: (crops: Float32Array, n: number) => classifier.logits(crops, n) };
  const classes = evaluationClasses(manifest.classes, samples);
  try {
    const clean = await predictSamples(network, samples, classes, decodeInNode, {
      onProgress: progressLine('Images'),
    });
    const mirrored = await predictSamples(network, samples, classes, decodeInNode, {
      mirror: true,
      onProgress: progressLine('Mirrored'),
    });
    const subset = new Random(SUBSET_SEED).shuffle(majority).slice(0, count);
    const damaged: ModelPrediction[] = [];
    for (const corruption of CORRUPTION_NAMES) {
      for (const strength of STRENGTHS) {
        const { predictions } = await predictSamples(network, subset, classes, decodeInNode, {
          damage: { corruption, strength },
          onProgress: progressLine(`${corruption} ${strength}`),
        });
        damaged.push(...predictions);
      }
    }
    return {
      samples,
      clean: clean.predictions,
      mirrored: mirrored.predictions,
      damaged,
      certain: new Set(majority.map(({ name: path }) => path)),
    };
  } finally {
    classifier.dispose();
    backend.stop();
  }
}

function fitReading(
  { samples, clean, mirrored, damaged, certain }: Measured,
  manifest: Manifest,
  { level, coverage }: CalibrateArguments,
): ReadingSpec {
  const { classes, temperature, training } = manifest;
  const agreed = clean.filter(({ name }) => certain.has(name));
  const quality = fitQuality(agreed, damaged, temperature, level);
  const read = ({ logits, measures }: ModelPrediction) =>
    probabilitiesOf(logits, measures, { temperature, reading: { quality } });
  const voted = withVotes(clean, samples, classes);
  const rows = agreed.map(read);
  const labels = agreed.map(({ label }) => label);
  const frequencies = frequenciesOf(classes, training?.['classImages']);
  return {
    ...(voted.length === 0
      ? {}
      : {
          shares: fitShares(
            voted.map(({ prediction }) => read(prediction)),
            voted.map(({ votes }) => votes),
          ),
        }),
    plausible: {
      coverage,
      threshold: fitThreshold(
        rows.map((row, index) => row[labels[index]]),
        coverage,
      ),
    },
    ...(frequencies === undefined ? {} : { balance: fitBalance(rows, labels, frequencies) }),
    mirror: doesMirrorHelp(clean, mirrored, certain),
    quality,
    limits: manifest.reading?.limits ?? LIMITS,
  };
}

function fitQuality(
  clean: readonly ModelPrediction[],
  damaged: readonly ModelPrediction[],
  temperature: number,
  level: number,
): QualitySpec {
  const judged =
    (weight: number) =>
    (prediction: ModelPrediction): JudgedFace => ({ ...prediction, weight });
  const doubt = fitDoubt(
    clean.map(judged((CLEAN_WEIGHT * damaged.length) / clean.length)),
    damaged.map(judged(1)),
    temperature,
  );
  const doubtOf = ({ measures }: ModelPrediction) => sumOf(doubtsOf(measures, { ...doubt, unclear: 1 }));
  const faces = [...clean, ...damaged].map((prediction) => ({
    doubt: doubtOf(prediction),
    right: isCorrect(prediction),
  }));
  const quality = { ...doubt, unclear: fitUnclear(faces, clean.map(doubtOf), level) };
  const unclear = (part: readonly ModelPrediction[]) =>
    part.filter((prediction) => doubtOf(prediction) >= quality.unclear);
  process.stderr.write(
    `Called unclear: ${percent(unclear(clean).length / clean.length)} of the clean images, ` +
      `${percent(unclear(damaged).length / damaged.length)} of the damaged ones.\n`,
  );
  return quality;
}

/** Whether the mean of both views makes the true classes more likely. */
function doesMirrorHelp(
  clean: readonly ModelPrediction[],
  mirrored: readonly ModelPrediction[],
  certain: ReadonlySet<string>,
): boolean {
  let gain = 0;
  for (const [index, { name, label, probabilities }] of clean.entries()) {
    if (!certain.has(name)) continue;
    const both = meanOfViews(probabilities, mirrored[index].probabilities);
    gain += Math.log(Math.max(both[label], LEAST)) - Math.log(Math.max(probabilities[label], LEAST));
  }
  return gain > 0;
}

/** Training images of each class; undefined where the manifest does not say. */
function frequenciesOf(classes: readonly string[], counts: unknown): number[] | undefined {
  if (typeof counts !== 'object' || counts === null) return undefined;
  const byName = new Map<string, unknown>(Object.entries(counts));
  const frequencies = classes.map((name) => Number(byName.get(name)));
  return frequencies.every((count) => count > 0) ? frequencies : undefined;
}

function parseArguments(args: readonly string[]): CalibrateArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: 'string' },
      data: { type: 'string' },
      split: { type: 'string', default: 'validation' },
      damaged: { type: 'string', default: '300' },
      level: { type: 'string', default: '0.7' },
      coverage: { type: 'string', default: '0.9' },
      backend: { type: 'string', default: 'wasm' },
    },
  });
  const { model, data, backend } = values;
  const split = splitNamed(values.split);
  const damaged = Number(values.damaged);
  if (model === undefined || data === undefined) throw new UsageError('--model and --data are needed.');
  if (split === null) throw new UsageError('--split is train, validation or test.');
  if (!Number.isInteger(damaged) || damaged < 1) throw new UsageError('--damaged wants a whole number from 1.');
  if (backend !== 'wasm' && backend !== 'webgpu') throw new UsageError('--backend is wasm or webgpu.');
  return {
    model,
    data,
    split,
    damaged,
    level: share(values.level, '--level'),
    coverage: share(values.coverage, '--coverage'),
    backend,
  };
}

function share(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new UsageError(`${option} wants a number between 0 and 1.`);
  return value;
}
