/** What the images of a run can say before or beside it, on embeddings that are computed once: see evaluation/crossValidation. */
import { concatenateFloats } from '../../base/floats.js';
import { softmax } from '../../base/softmax.js';
import type { Dataset } from '../../dataset/dataset.js';
import { assess, type AssessedImage, type Assessment, type Learner } from '../../evaluation/crossValidation/assess.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import { completeConfig, trainedLayers, type TrainingConfig, type TrainingOptions } from '../config.js';
import { classLabeller } from '../data/samples.js';
import { lastLayerOf, outputOwners } from '../lastLayer/embeddings.js';
import { assignFolds, chooseStrength, fitChoice, FOLDS } from '../lastLayer/crossValidation.js';
import { type FitProblem, ProblemFits } from '../lastLayer/fitPath.js';
import { lastLayerLogits } from '../lastLayer/lastLayer.js';
import { startingModel, type StartingModel } from '../startingModel.js';
import type { Embeddings } from './embeddings.js';

/** Images times classes up to which the run's own fit takes seconds. */
const MOST_FITTED = 2400;

export interface AssessmentProgress {
  /** `seeing`: images go through the network; `folds`: classifiers are fitted. */
  readonly stage: 'seeing' | 'folds';
  readonly done: number;
  readonly total: number;
}

export interface AssessmentParts {
  readonly dataset: Dataset;
  readonly embeddings: Embeddings;
  readonly model: LoadedModel;
}

/**
 * Null where nothing can be left out.
 * @throws TrainingError `config-invalid`; ModelError, RuntimeError; the signal's reason when aborted
 */
export async function assessClasses(
  { dataset, embeddings, model }: AssessmentParts,
  options: TrainingOptions,
  onProgress: (progress: AssessmentProgress) => void,
  signal: AbortSignal,
): Promise<Assessment | null> {
  const config = completeConfig(options);
  const label = classLabeller(config);
  const samples = dataset.samples.filter((sample) => label(sample) !== null);
  const seen = await embeddings.see(samples, {
    onProgress: (done, total) => onProgress({ stage: 'seeing', done, total }),
    signal,
  });
  const start = startingModel(model.manifest, model.arrays, config);
  const before = answersBefore(start);
  const images = samples.flatMap((sample): AssessedImage[] => {
    const { id, group } = sample;
    const image = seen.get(id);
    if (image === undefined) return [];
    const { embedding } = image;
    return [{ id, group, label: label(sample)!.label, embedding, before: before?.(embedding) ?? null }];
  });
  return assess(images, Object.keys(config.classes), {
    seed: config.seed,
    learn: learnerOf(images, start, config),
    onProgress: (done, total) => onProgress({ stage: 'folds', done, total }),
    signal,
  });
}

/** Probabilities by class of the model that a run begins with; null where it knows nothing of some of the classes. */
function answersBefore(start: StartingModel): ((embedding: Float32Array) => Float64Array) | null {
  if (!start.comparable) return null;
  const [layer, outputs] = [lastLayerOf(start), outputOwners(start)];
  return (embedding) => softmax(lastLayerLogits(embedding, embedding.length, layer, outputs));
}

/**
 * The fit of the last layer, its choice of a strength by inner folds included, as a run makes it on frozen statistics; undefined where a run trains something else, or where
 * that many fits would take minutes.
 */
function learnerOf(
  images: readonly AssessedImage[],
  start: StartingModel,
  config: TrainingConfig,
): Learner | undefined {
  const classes = start.classes.length;
  if (trainedLayers(config) !== 'last' || images.length * classes > MOST_FITTED) return undefined;
  const width = images[0]?.embedding.length ?? 0;
  const counts = new Map<number, number>();
  for (const { label } of images) counts.set(label, (counts.get(label) ?? 0) + 1);
  const rows = {
    values: concatenateFloats(images.map(({ embedding }) => embedding)),
    width,
    targets: images.map(({ label }) => Float32Array.from({ length: classes }, (_, at) => (at === label ? 1 : 0))),
    weights: images.map(({ label }) => (config.sampler === 'q0' ? 1 : 1 / counts.get(label)!)),
  };
  const problem: FitProblem = { rows, start: lastLayerOf(start), outputs: outputOwners(start) };
  const inner = assignFolds(images, Math.min(FOLDS, images.length), config.seed);
  const fits = new ProblemFits(problem);
  return async (train, test) => {
    const layer = fitChoice(fits, await chooseStrength(fits, train, inner), train);
    return test.map((index) => softmax(lastLayerLogits(images[index].embedding, width, layer, problem.outputs)));
  };
}
