/**
 * Fine-tuning of the last layer alone: the images go through the network once, and the layer is fitted to their embeddings by its optimum. How far it may
 * move from where it began is chosen by cross-validation, which also measures where no image is held out for a test.
 */
import { RuntimeError } from '../../errors.js';
import { type Classifier, createClassifier } from '../../network/classifier.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import type { NamedArray } from '../../weights/namedArray.js';
import type { TrainingConfig } from '../config.js';
import { checkSamples, type SplitSamples, type TrainingSample } from '../data/samples.js';
import { countRight, measure, type SplitMetrics } from '../metrics.js';
import type { TrainingOutcome, TrainingProgress } from '../progress.js';
import { Pausing } from '../pausing.js';
import type { TrainedModel, TrainingRun } from '../trainingRun.js';
import { startingModel, type StartingModel } from '../startingModel.js';
import { assignFolds, chooseProblem, crossValidate, fitChoice, FOLDS } from './crossValidation.js';
import { embed, embeddingModel, lastLayerName, lastLayerOf, outputOwners } from './embeddings.js';
import { type FitProblem, ProblemFits } from './fitPath.js';
import { type LastLayer, lastLayerLogits } from './lastLayer.js';
import { adaptStatistics } from './normalisation.js';

export interface LastLayerSetup {
  readonly config: TrainingConfig;
  readonly model: LoadedModel;
  readonly samples: SplitSamples;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Ends the preparation early. */
  readonly signal?: AbortSignal;
  /** Puts a model on an engine. Default: TensorFlow.js's current backend. */
  readonly startClassifier?: (model: LoadedModel) => Promise<Classifier>;
  /** Starts TensorFlow.js where it was not needed until now. */
  readonly startTensors?: () => Promise<void>;
  /** Milliseconds; replaced in tests. */
  readonly clock?: () => number;
}

/** How far the running statistics move towards those of the new pictures where that helps. */
const ADAPTED_SHARE = 0.6;

/** A model with the embeddings that it gives. */
interface Base {
  readonly start: StartingModel;
  /** [samples, width], of the pictures as they are. */
  readonly values: Float32Array;
  readonly fits: ProblemFits;
}

export class LastLayerRun implements TrainingRun {
  private layer: LastLayer;
  private kept: StartingModel;
  private embedded = 0;
  private expected = 0;
  private searches = { done: 0, expected: 0 };
  private abandoned = false;
  private readonly pausing = new Pausing();

  private constructor(
    private readonly setup: LastLayerSetup,
    private readonly start: StartingModel,
  ) {
    this.layer = lastLayerOf(start);
    this.kept = start;
  }

  /** @throws TrainingError `data-empty`, `data-too-few`; ModelError when model and configuration do not fit */
  static create(setup: LastLayerSetup): LastLayerRun {
    const { config, samples, model } = setup;
    checkSamples(samples, Object.keys(config.classes));
    return new LastLayerRun(setup, startingModel(model.manifest, model.arrays, config));
  }

  get trained(): TrainedModel {
    const { kept: start, layer } = this;
    const name = lastLayerName(start);
    return {
      start,
      arrays: () => {
        const arrays = new Map<string, NamedArray>(start.arrays);
        arrays.set(`${name}.weight`, { ...start.arrays.get(`${name}.weight`)!, data: layer.weight });
        arrays.set(`${name}.bias`, { ...start.arrays.get(`${name}.bias`)!, data: layer.bias });
        return Promise.resolve(arrays);
      },
    };
  }

  pause(): void {
    this.pausing.pause();
  }

  resume(): void {
    this.pausing.resume();
  }

  /** The fit takes seconds: it is let end. Before it, the signal of the setup ends the run. */
  stop(): void {
    this.resume();
  }

  abandon(): void {
    this.abandoned = true;
    this.resume();
  }

  dispose(): void {
    // The engine is given back as soon as all embeddings are known.
  }

  async run(): Promise<TrainingOutcome> {
    const { config, samples } = this.setup;
    const begun = this.now();
    const learned = [...samples.train, ...samples.validation];
    const bases = await this.bases(learned);
    const problems = bases.map(({ fits }) => fits);
    const folds = assignFolds(learned, Math.min(FOLDS, learned.length), config.seed);
    const measured = samples.test.length > 0 ? 0 : new Set(folds).size;
    this.searches = { done: 0, expected: problems.length * (1 + measured) };
    await this.onSearch(false);
    const { fits, choice } = await chooseProblem(problems, indices(learned), folds, this.onSearch);
    const base = bases[problems.indexOf(fits)];
    this.layer = fitChoice(fits, choice, indices(learned));
    this.kept = base.start;
    const adapted = base !== bases[0];
    const held = await this.figures(bases[0], base, learned, folds, problems);
    const own = this.logits(base.values);
    const labels = learned.map(({ label }) => label);
    const metrics = {
      epoch: 1,
      step: 1,
      losses: [[measure(own, learned, this.start.classes)!.loss]],
      trainAccuracy: countRight(own, labels) / labels.length,
      validation: measure(choice.heldOut, learned, this.start.classes),
    };
    const changed = choice.strength !== null || adapted;
    this.report({ kind: 'epoch', metrics, best: changed });
    return {
      end: 'finished',
      history: [metrics],
      keptEpoch: changed ? 1 : 0,
      ...held,
      fit: { strength: choice.strength, adapted, losses: choice.losses },
      steps: 1,
      seconds: (this.now() - begun) / 1000,
    };
  }

  /** On the test split, or where that is empty by cross-validation over all that was learned from. */
  private async figures(
    first: Base,
    kept: Base,
    learned: readonly TrainingSample[],
    folds: readonly number[],
    problems: readonly ProblemFits[],
  ): Promise<Pick<TrainingOutcome, 'before' | 'after' | 'folds'>> {
    const { classes, comparable } = this.start;
    const { test } = this.setup.samples;
    const { start, outputs, rows } = first.fits.problem;
    const measured = test.length > 0 ? test : learned;
    const of = (logits: Float32Array): SplitMetrics | null => measure(logits, measured, classes);
    if (test.length > 0) this.report({ kind: 'preparing', stage: 'after', done: 0, total: 1 });
    const values = test.length > 0 ? await this.embed(first.start, test) : first.values;
    const before = comparable ? of(lastLayerLogits(values, rows.width, start, outputs)) : null;
    if (test.length > 0) {
      const after = kept === first ? values : await this.embed(kept.start, test);
      return { before, after: of(this.logits(after)), folds: null };
    }
    const count = new Set(folds).size;
    if (count < 2) return { before: null, after: null, folds: null };
    return { before, after: of(await crossValidate(problems, folds, this.onSearch)), folds: count };
  }

  private logits(values: Float32Array): Float32Array {
    const width = this.layer.weight.length / this.layer.bias.length;
    return lastLayerLogits(values, width, this.layer, outputOwners(this.start));
  }

  /** The model as it is, and with normalisation brought to the new pictures. */
  private async bases(learned: readonly TrainingSample[]): Promise<readonly Base[]> {
    const { model, startTensors } = this.setup;
    this.expected = learned.length * 2 + this.setup.samples.test.length;
    const first = await this.base(this.start, learned);
    if (this.start.network.tokenPasses === null) return [first];
    await startTensors?.();
    const adapted = await adaptStatistics(this.start, learned, model.manifest.input, ADAPTED_SHARE, () => this.turn());
    return [first, await this.base(adapted, learned)];
  }

  private async base(start: StartingModel, learned: readonly TrainingSample[]): Promise<Base> {
    const values = await this.embed(start, learned);
    return { start, values, fits: new ProblemFits(this.problem(learned, values)) };
  }

  private async embed(start: StartingModel, samples: readonly TrainingSample[]): Promise<Float32Array> {
    const { model, startClassifier = createFor } = this.setup;
    await this.turn();
    const classifier = await startClassifier(embeddingModel(model.manifest, start));
    try {
      return await embed(classifier, samples, model.manifest.input, this.onBatch);
    } finally {
      classifier.dispose();
    }
  }

  private problem(learned: readonly TrainingSample[], values: Float32Array): FitProblem {
    const { config } = this.setup;
    const counts = new Map<number, number>();
    for (const { label } of learned) counts.set(label, (counts.get(label) ?? 0) + 1);
    // As the samplers of the same names draw: every class alike, or every image.
    const weights = learned.map(({ label }) => (config.sampler === 'q0' ? 1 : 1 / counts.get(label)!));
    const width = values.length / learned.length;
    const rows = { values, width, targets: learned.map(({ target }) => target), weights };
    return { rows, start: lastLayerOf(this.start), outputs: outputOwners(this.start) };
  }

  private readonly onBatch = async (count: number): Promise<void> => {
    this.embedded += count;
    const total = Math.max(this.expected, this.embedded);
    this.report({ kind: 'preparing', stage: 'tokens', done: this.embedded, total });
    await this.turn();
  };

  /** Lets messages have a turn, waits while paused, and ends where the run was given up. */
  private async turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.pausing.wait();
    this.setup.signal?.throwIfAborted();
    if (this.abandoned)
      throw new RuntimeError('device-lost', 'The device of this run is gone. Start the training again.');
  }

  private readonly onSearch = async (ended: boolean): Promise<void> => {
    const { searches } = this;
    if (ended) searches.done++;
    this.report({ kind: 'preparing', stage: 'fit', done: searches.done, total: searches.expected });
    await this.turn();
  };

  private report(progress: TrainingProgress): void {
    this.setup.onProgress?.(progress);
  }

  private now(): number {
    return (this.setup.clock ?? (() => performance.now()))();
  }
}

function createFor({ manifest, arrays }: LoadedModel): Promise<Classifier> {
  return createClassifier(manifest, arrays);
}

function indices(list: readonly unknown[]): number[] {
  return list.map((_, index) => index);
}
