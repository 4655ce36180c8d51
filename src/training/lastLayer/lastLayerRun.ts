/**
 * Fine-tuning of the last layer alone: the images go through the network once, and the layer is fitted to their embeddings by its optimum. How far it may
 * move from where it began is chosen by cross-validation, which also measures where no image is held out for a test.
 */
import { concatenateFloats } from '../../base/floats.js';
import { RuntimeError } from '../../errors.js';
import { type Classifier, createClassifier } from '../../network/classifier.js';
import type { LoadedModel } from '../../weights/loadModel.js';
import type { NamedArray } from '../../weights/namedArray.js';
import type { TrainingConfig } from '../config.js';
import { checkSamples, type SplitSamples, type TrainingSample } from '../data/samples.js';
import { countRight, measure, type SplitMetrics } from '../metrics.js';
import type { TrainingOutcome, TrainingProgress } from '../progress.js';
import type { TrainedModel, TrainingRun } from '../trainingRun.js';
import { startingModel, type StartingModel } from '../startingModel.js';
import {
  assignFolds,
  chooseStrength,
  crossValidate,
  FOLDS,
  type FitProblem,
  upTo,
  viewsOf,
} from './crossValidation.js';
import { embed, embeddingModel, lastLayerName, lastLayerOf, outputOwners } from './embeddings.js';
import { fitLastLayer, type LastLayer, lastLayerLogits } from './lastLayer.js';

export interface LastLayerSetup {
  readonly config: TrainingConfig;
  readonly model: LoadedModel;
  readonly samples: SplitSamples;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Ends the preparation early. */
  readonly signal?: AbortSignal;
  /** Puts a model on an engine. Default: TensorFlow.js's current backend. */
  readonly startClassifier?: (model: LoadedModel) => Promise<Classifier>;
  /** Milliseconds; replaced in tests. */
  readonly clock?: () => number;
}

export class LastLayerRun implements TrainingRun {
  private layer: LastLayer;
  private abandoned = false;
  private paused: { readonly promise: Promise<void>; readonly release: () => void } | null = null;
  private seconds = 0;

  private constructor(
    private readonly setup: LastLayerSetup,
    private readonly start: StartingModel,
  ) {
    this.layer = lastLayerOf(start);
  }

  /** @throws TrainingError `data-empty`, `data-too-few`; ModelError when model and configuration do not fit */
  static create(setup: LastLayerSetup): LastLayerRun {
    const { config, samples, model } = setup;
    checkSamples(samples, Object.keys(config.classes));
    return new LastLayerRun(setup, startingModel(model.manifest, model.arrays, config));
  }

  get trained(): TrainedModel {
    const { start, layer } = this;
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
    if (this.paused !== null) return;
    let release = (): void => undefined;
    const promise = new Promise<void>((resolve) => (release = resolve));
    this.paused = { promise, release };
  }

  resume(): void {
    this.paused?.release();
    this.paused = null;
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
    const { plain, mirrored, test } = await this.embedAll(learned);
    const views = mirrored === null ? [plain] : [plain, mirrored];
    const problem = this.problem(learned, views);
    const folds = assignFolds(learned, Math.min(FOLDS, learned.length), config.seed);
    await this.step('fit', 0);
    const choice = chooseStrength(problem, indices(learned), folds);
    const { start, outputs } = problem;
    if (choice.strength !== null) {
      await this.step('fit', 1);
      const rows = viewsOf(problem, indices(learned));
      this.layer = fitLastLayer(problem.rows, rows, start, outputs, upTo(choice.strength)).at(-1)!;
    }
    this.report({ kind: 'preparing', stage: 'after', done: 0, total: 1 });
    const held = await this.figures(problem, { learned, folds, plain, test });
    const own = this.logits(plain, problem);
    const labels = learned.map(({ label }) => label);
    const metrics = {
      epoch: 1,
      step: 1,
      losses: [[measure(own, learned, this.start.classes)!.loss]],
      trainAccuracy: countRight(own, labels) / labels.length,
      validation: measure(choice.heldOut, learned, this.start.classes),
    };
    const kept = choice.strength !== null;
    this.report({ kind: 'epoch', metrics, best: kept });
    this.seconds = (this.now() - begun) / 1000;
    return {
      end: 'finished',
      history: [metrics],
      keptEpoch: kept ? 1 : 0,
      ...held,
      fit: { strength: choice.strength, losses: choice.losses },
      steps: 1,
      seconds: this.seconds,
    };
  }

  /** On the test split, or where that is empty by cross-validation over all that was learned from. */
  private async figures(
    problem: FitProblem,
    given: {
      readonly learned: readonly TrainingSample[];
      readonly folds: readonly number[];
      readonly plain: Float32Array;
      readonly test: Float32Array;
    },
  ): Promise<Pick<TrainingOutcome, 'before' | 'after' | 'folds'>> {
    const { classes, comparable } = this.start;
    const { start, outputs, rows } = problem;
    const testSamples = this.setup.samples.test;
    const measured = testSamples.length > 0 ? testSamples : given.learned;
    const values = testSamples.length > 0 ? given.test : given.plain;
    const of = (logits: Float32Array): SplitMetrics | null => measure(logits, measured, classes);
    const before = comparable ? of(lastLayerLogits(values, rows.width, start, outputs)) : null;
    if (testSamples.length > 0) return { before, after: of(this.logits(values, problem)), folds: null };
    const folds = new Set(given.folds).size;
    if (folds < 2) return { before: null, after: null, folds: null };
    await this.step('fit', 1);
    return { before, after: of(crossValidate(problem, given.folds)), folds };
  }

  private logits(values: Float32Array, { rows, outputs }: FitProblem): Float32Array {
    return lastLayerLogits(values, rows.width, this.layer, outputs);
  }

  private problem(learned: readonly TrainingSample[], views: readonly Float32Array[]): FitProblem {
    const { config } = this.setup;
    const width = views[0].length / learned.length;
    const counts = new Map<number, number>();
    for (const { label } of learned) counts.set(label, (counts.get(label) ?? 0) + 1);
    // As the samplers of the same names draw: every class alike, or every image.
    const weights = learned.map(({ label }) => (config.sampler === 'q0' ? 1 : 1 / counts.get(label)!));
    const repeat = <T>(values: readonly T[]): T[] => views.flatMap(() => values);
    return {
      rows: {
        values: concatenateFloats(views),
        width,
        targets: repeat(learned.map(({ target }) => target)),
        weights: repeat(weights),
      },
      views: views.length,
      start: lastLayerOf(this.start),
      outputs: outputOwners(this.start),
    };
  }

  private async embedAll(
    learned: readonly TrainingSample[],
  ): Promise<{ plain: Float32Array; mirrored: Float32Array | null; test: Float32Array }> {
    const { config, model, samples, startClassifier = createFor } = this.setup;
    const flips = config.augmentation.flip > 0;
    const total = learned.length * (flips ? 2 : 1) + samples.test.length;
    let done = 0;
    const onBatch = async (count: number): Promise<void> => {
      done += count;
      this.report({ kind: 'preparing', stage: 'tokens', done, total });
      await this.turn();
    };
    const { input } = model.manifest;
    await this.turn();
    const classifier = await startClassifier(embeddingModel(model.manifest, this.start));
    try {
      return {
        plain: await embed(classifier, learned, input, false, onBatch),
        mirrored: flips ? await embed(classifier, learned, input, true, onBatch) : null,
        test: await embed(classifier, samples.test, input, false, onBatch),
      };
    } finally {
      classifier.dispose();
    }
  }

  /** Lets messages have a turn, waits while paused, and ends where the run was given up. */
  private async turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await this.paused?.promise;
    this.setup.signal?.throwIfAborted();
    if (this.abandoned)
      throw new RuntimeError('device-lost', 'The device of this run is gone. Start the training again.');
  }

  private async step(stage: 'fit', done: number): Promise<void> {
    this.report({ kind: 'preparing', stage, done, total: 2 });
    await this.turn();
  }

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
