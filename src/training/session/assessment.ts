/** What the images of a run can say before or beside it, on embeddings that are computed once: see evaluation/crossValidation. */
import { softmax } from '../../base/softmax.js';
import type { Dataset } from '../../dataset/dataset.js';
import { assess, type AssessedImage, type Assessment } from '../../evaluation/crossValidation/assess.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import { completeConfig, type TrainingConfig, type TrainingOptions } from '../config.js';
import { classLabeller } from '../data/samples.js';
import { lastLayerOf, outputOwners } from '../lastLayer/embeddings.js';
import { lastLayerLogits } from '../lastLayer/lastLayer.js';
import { startingModel } from '../startingModel.js';
import type { Embeddings } from './embeddings.js';

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
  const before = answersBefore(model, config);
  const images = samples.flatMap((sample): AssessedImage[] => {
    const { id, group } = sample;
    const image = seen.get(id);
    if (image === undefined) return [];
    const { embedding } = image;
    return [{ id, group, label: label(sample)!.label, embedding, before: before?.(embedding) ?? null }];
  });
  return assess(images, Object.keys(config.classes), {
    seed: config.seed,
    onProgress: (done, total) => onProgress({ stage: 'folds', done, total }),
    signal,
  });
}

/** Probabilities by class of the model that a run begins with; null where it knows nothing of some of the classes. */
function answersBefore(
  { manifest, arrays }: LoadedModel,
  config: TrainingConfig,
): ((embedding: Float32Array) => Float64Array) | null {
  const start = startingModel(manifest, arrays, config);
  if (!start.comparable) return null;
  const [layer, outputs] = [lastLayerOf(start), outputOwners(start)];
  return (embedding) => softmax(lastLayerLogits(embedding, embedding.length, layer, outputs));
}
