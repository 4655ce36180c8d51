/** What `quantise` and `convert --dtype int8` share: the ranges that a model needs to compute in 8 bits, and what that costs it. */
import settings from '../schema/int8.json' with { type: 'json' };
import { percent } from '../src/base/format.js';
import { Random } from '../src/base/random.js';
import { argmax } from '../src/base/softmax.js';
import { evaluationClasses, type ModelPrediction, predictSamples } from '../src/evaluation/predict.js';
import { isCorrect } from '../src/evaluation/prediction.js';
import type { EvaluationSample } from '../src/evaluation/samples.js';
import { preprocessImage } from '../src/faces/preprocess.js';
import { decodeInNode } from '../src/node/decodeImage.js';
import { measureInt8 } from '../src/plan/classifier.js';
import { startNodeClassifier } from '../src/plan/nodeClassifier.js';
import { readKernels } from '../src/plan/nodeKernels.js';
import type { LoadedModel } from '../src/weights/loadModel.js';
import type { Int8Spec } from '../src/weights/manifest.js';
import type { NamedArrays } from '../src/weights/namedArray.js';
import { progressLine } from './progressLine.js';

/** As many images show the ranges: more hardly move them. */
export const CALIBRATION_IMAGES = settings.images;
/** Choosing the images that are measured is the same on every run. */
const SUBSET_SEED = 20_250_103;

/** Aligned face images on which a model is brought to 8 bits. */
export interface Int8Images {
  /** Which images: never the test split's. */
  readonly split: string;
  readonly samples: readonly EvaluationSample[];
  /** Without labels, accuracy says nothing. */
  readonly labelled: boolean;
  /** How many of them show the ranges. */
  readonly calibrating: number;
}

/** The manifest's entry, and the share of images with the same answer, which needs no labels. */
export interface Int8Result {
  readonly int8: Int8Spec;
  readonly agreement: number;
}

/**
 * @param exact the model in float32, without `int8` in its manifest
 * @param stored its weights as they are stored in 8 bits
 * @throws as `measureInt8`; CaptureError for an image that cannot be read
 */
export async function measureInt8On(images: Int8Images, exact: LoadedModel, stored: NamedArrays): Promise<Int8Result> {
  const { samples, calibrating, split, labelled } = images;
  const { manifest } = exact;
  const float32 = await predict(exact, samples, 'float32');
  const subset = new Random(SUBSET_SEED).shuffle(samples).slice(0, calibrating);
  const crops = await Promise.all(
    subset.map(async (sample) => preprocessImage(await decodeInNode(await sample.bytes()), manifest.input)),
  );
  const { ranges } = await measureInt8(manifest, stored, readKernels, crops);
  const int8 = await predict({ manifest: { ...manifest, int8: { ranges } }, arrays: stored }, samples, 'int8');
  const agreement = agreementOf(int8, float32);
  if (!labelled) return { int8: { ranges }, agreement };
  const measured = {
    split,
    images: samples.length,
    accuracy: accuracy(int8),
    exactAccuracy: accuracy(float32),
    agreement,
  };
  return { int8: { ranges, measured }, agreement };
}

/** A line for the terminal and for a card. */
export function describeInt8({ split, samples }: Int8Images, { int8: { measured }, agreement }: Int8Result): string {
  const equal = `${percent(agreement)} of ${samples.length} answers are equal.`;
  if (measured === undefined) return `In int8 and in float32 ${equal} Without labels nothing tells which are right.`;
  return (
    `Accuracy on ${split}: ${percent(measured.accuracy)} in int8, ${percent(measured.exactAccuracy)} in float32. ` +
    equal
  );
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

function agreementOf(some: readonly ModelPrediction[], others: readonly ModelPrediction[]): number {
  const equal = some.filter(({ logits }, index) => argmax(logits) === argmax(others[index].logits));
  return equal.length / some.length;
}
