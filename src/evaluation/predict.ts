/** Runs a model over labelled images, exactly as the page does: the same preprocessing, network and temperature. */
import { concatenateFloats } from '../base/floats.js';
import { inOrder } from '../base/inOrder.js';
import type { DecodeImage } from '../dataset/importImages.js';
import { channelCount, preprocessImage, type PixelImage } from '../faces/preprocess.js';
import { measureCrop, type CropMeasures } from '../reading/measures.js';
import { mirrorCrop } from '../reading/mirror.js';
import { probabilitiesOf } from '../reading/probabilities.js';
import type { Manifest } from '../weights/manifest.js';
import { corrupt, type Corruption, type Strength } from './corruptions.js';
import { lightOf, type CropLight } from './light.js';
import type { Prediction } from './prediction.js';
import type { EvaluationSample } from './samples.js';

/** The part of a model that evaluation needs. */
export interface EvaluatedModel {
  readonly manifest: Pick<Manifest, 'classes' | 'input' | 'temperature' | 'reading'>;
  /** Crops `[count, size, size, channels]` in 0..1 to logits `[count, classes]`. */
  logits(crops: Float32Array, count: number): Promise<Float32Array>;
  /** How many calls may wait for their answers: more than one where several threads answer. Default 1. */
  readonly atOnce?: number;
}

/** A prediction together with the logits it came from, before the temperature, and how good its crop was. */
export interface ModelPrediction extends Prediction {
  readonly logits: Float32Array;
  readonly measures: CropMeasures;
  /** Where it was asked for. */
  readonly light?: CropLight;
}

export interface PredictionRun {
  readonly predictions: readonly ModelPrediction[];
  /** Names of images that could not be decoded. */
  readonly unreadable: readonly string[];
  /** Mean over the images, from reading the first to the last answer. NaN without an image. */
  readonly msPerImage: number;
}

export interface PredictOptions {
  /** Images a forward. */
  readonly batch?: number;
  /** Looks at the mirror image of every crop. */
  readonly mirror?: boolean;
  /** Adds how the cheeks are lit. */
  readonly light?: boolean;
  readonly damage?: { readonly corruption: Corruption; readonly strength: Strength };
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

export const DEFAULT_BATCH = 8;

/** The model's classes, then the data set's labels that it does not know: images of those count, and count as wrong. */
export function evaluationClasses(classes: readonly string[], samples: readonly EvaluationSample[]): readonly string[] {
  const unknown = new Set(samples.map(({ label }) => label).filter((label) => !classes.includes(label)));
  return [...classes, ...[...unknown].sort()];
}

/**
 * Every image is taken whole as one aligned crop. `classes` is {@link evaluationClasses}' answer.
 *
 * @throws what the network throws; an aborted signal rejects with its reason
 */
export async function predictSamples(
  model: EvaluatedModel,
  samples: readonly EvaluationSample[],
  classes: readonly string[],
  decode: DecodeImage,
  options: PredictOptions = {},
): Promise<PredictionRun> {
  const { batch = DEFAULT_BATCH, mirror = false, light = false, damage, signal, onProgress } = options;
  const predictions: ModelPrediction[] = [];
  const unreadable: string[] = [];
  const read = async (start: number): Promise<readonly ReadSample[]> => {
    const readable: ReadSample[] = [];
    for (const sample of samples.slice(start, start + batch)) {
      const image = await decode(await sample.bytes()).catch(() => null);
      if (image === null) unreadable.push(sample.name);
      else if (damage === undefined) readable.push({ sample, image });
      else readable.push({ sample, image: corrupt(image, damage.corruption, damage.strength, sample.name) });
    }
    return readable;
  };
  async function* batches(): AsyncGenerator<readonly ReadSample[]> {
    let coming = read(0);
    for (let start = 0; start < samples.length; start += batch) {
      signal?.throwIfAborted();
      const readable = await coming;
      // The next images are read while these are computed, where that happens in other threads.
      coming = read(start + batch);
      coming.catch(() => undefined);
      yield readable;
    }
  }
  const began = performance.now();
  let done = 0;
  const answers = inOrder(batches(), model.atOnce ?? 1, async (readable) =>
    forward(model, readable, { mirror, light }),
  );
  for await (const outputs of answers) {
    for (const { sample, ...output } of outputs) {
      const probabilities = new Float64Array(classes.length);
      probabilities.set(probabilitiesOf(output.logits, output.measures, model.manifest));
      predictions.push({ name: sample.name, label: classes.indexOf(sample.label), probabilities, ...output });
    }
    done += batch;
    onProgress?.(Math.min(done, samples.length), samples.length);
  }
  return { predictions, unreadable, msPerImage: (performance.now() - began) / predictions.length };
}

interface ReadSample {
  readonly sample: EvaluationSample;
  readonly image: PixelImage;
}

async function forward(
  model: EvaluatedModel,
  readable: readonly ReadSample[],
  { mirror, light }: Required<Pick<PredictOptions, 'mirror' | 'light'>>,
): Promise<(Pick<ModelPrediction, 'logits' | 'measures' | 'light'> & Pick<ReadSample, 'sample'>)[]> {
  if (readable.length === 0) return [];
  const { input } = model.manifest;
  const channels = channelCount(input);
  const crops = readable.map(({ image }) => {
    const crop = preprocessImage(image, input);
    return mirror ? mirrorCrop(crop, input.size, channels) : crop;
  });
  const answering = model.logits(concatenateFloats(crops), crops.length);
  const seen = crops.map((crop) => ({
    measures: measureCrop(crop, input.size, channels),
    ...(light ? { light: lightOf(crop, input.size, channels) } : {}),
  }));
  const logits = await answering;
  const classCount = model.manifest.classes.length;
  return readable.map(({ sample }, index) => ({
    sample,
    logits: logits.slice(index * classCount, (index + 1) * classCount),
    ...seen[index],
  }));
}
