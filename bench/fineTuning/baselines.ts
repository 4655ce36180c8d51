/** What needs no training: the model as it is, and the nearest class mean of its embeddings. */
import { availableParallelism } from 'node:os';
import type { Classifier } from '../../src/network/classifier.js';
import { startNodeClassifier } from '../../src/plan/nodeClassifier.js';
import type { TrainingConfig } from '../../src/training/config.js';
import type { SplitSamples } from '../../src/training/data/samples.js';
import { embed, embeddingModel } from '../../src/training/lastLayer/embeddings.js';
import { startingModel } from '../../src/training/startingModel.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';

/** On the kernels that the command line uses, with all cores. */
export async function startClassifier(model: LoadedModel): Promise<Classifier> {
  const { classifier, stop } = await startNodeClassifier('wasm', model, availableParallelism());
  const { inputChannels } = classifier;
  return { inputChannels, logits: (crops, count) => classifier.logits(crops, count), dispose: stop };
}

/** The starting model's logits of the test images. */
export async function logitsAsIs(
  model: LoadedModel,
  { test }: SplitSamples,
  config: TrainingConfig,
): Promise<Float32Array> {
  const start = startingModel(model.manifest, model.arrays, config);
  const { architecture } = start.network;
  const manifest = { ...model.manifest, architecture, classes: start.classes };
  return withClassifier({ manifest, arrays: start.arrays }, (classifier) =>
    embed(classifier, test, manifest.input, () => undefined),
  );
}

/** Minus the squared distance to the mean embedding of each class, each dimension measured in its standard deviation. */
export async function nearestMean(
  model: LoadedModel,
  { train, test }: SplitSamples,
  config: TrainingConfig,
): Promise<Float32Array> {
  const start = startingModel(model.manifest, model.arrays, config);
  const { input } = model.manifest;
  const classes = start.classes.length;
  const [known, asked] = await withClassifier(embeddingModel(model.manifest, start), async (classifier) => [
    await embed(classifier, train, input, () => undefined),
    await embed(classifier, test, input, () => undefined),
  ]);
  const width = known.length / train.length;
  const column = (index: number): number[] => train.map((_, row) => known[row * width + index]);
  const logits = new Float32Array(test.length * classes);
  for (let index = 0; index < width; index++) {
    const values = column(index);
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length;
    for (let label = 0; label < classes; label++) {
      const own = values.filter((_, row) => train[row].label === label);
      const centre = own.reduce((sum, value) => sum + value, 0) / own.length;
      for (let row = 0; row < test.length; row++) {
        logits[row * classes + label] -= (asked[row * width + index] - centre) ** 2 / Math.max(variance, 1e-12);
      }
    }
  }
  return logits;
}

async function withClassifier<T>(model: LoadedModel, use: (classifier: Classifier) => Promise<T>): Promise<T> {
  const classifier = await startClassifier(model);
  try {
    return await use(classifier);
  } finally {
    classifier.dispose();
  }
}
