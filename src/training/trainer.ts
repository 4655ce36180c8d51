/**
 * The training loop: one for page, worker and Node. Every step is a function of the configuration, the data and the step's number, and a checkpoint
 * holds everything else, so that a resumed run goes on as if nothing had happened (on the CPU backend bit for bit).
 */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../base/random.js';
import { readParameters } from '../network/parameters.js';
import { inFolder, type FileStorage } from '../storage/storage.js';
import { RuntimeError, TrainingError } from '../errors.js';
import type { LoadedModel } from '../weights/loadModel.js';
import { discardRun, readBest, readCheckpoint, toTensors, writeBest, writeCheckpoint } from './checkpoint.js';
import type { RunningEpoch, RunState } from './checkpoint.js';
import { chosenBatchSize, chosenLearningRate, type TrainingConfig } from './config.js';
import { addStep, epochMeans, NO_EPOCH } from './epochSums.js';
import { ImageInputs, type TrainingInputs } from './data/inputs.js';
import { microBatchFor } from './memory.js';
import { measure, type EpochMetrics, type SplitMetrics } from './metrics.js';
import type { TrainingOutcome, TrainingProgress } from './progress.js';
import { TupleSampler } from './data/sampler.js';
import { checkSamples, type SplitSamples } from './data/samples.js';
import { Pausing } from './pausing.js';
import type { TrainedModel, TrainingRun } from './trainingRun.js';
import { checkResumable, fingerprint } from './resumable.js';
import { scheduleFactor } from './step/schedule.js';
import { startingModel, type StartingModel } from './startingModel.js';
import { Stepper, type StepResult } from './step/stepper.js';
import { TokenCache } from './data/tokenCache.js';
import { tupleReport } from './tupleReport.js';

export interface TrainerSetup {
  readonly config: TrainingConfig;
  readonly model: LoadedModel;
  readonly samples: SplitSamples;
  /** Where checkpoints (and tokens that memory cannot hold) go. */
  readonly storage: FileStorage;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Bytes that activations may take on the device. */
  readonly memoryBudget?: number;
  /** Ends the preparation early. */
  readonly signal?: AbortSignal;
  /** Milliseconds; replaced in tests. */
  readonly clock?: () => number;
}

const DROPOUT_STREAM = 3;
const EVALUATION_BATCH = 32;
/** At most so many pictures of the current tuple a second. */
const TUPLE_INTERVAL = 250;

export class Trainer implements TrainingRun {
  private history: EpochMetrics[] = [];
  private running: RunningEpoch = NO_EPOCH;
  private best: RunState['best'] = null;
  private before: SplitMetrics | null = null;
  private step = 0;
  private elapsed = 0;
  private microBatch = 1;
  private stopping = false;
  private abandoned = false;
  private readonly pausing = new Pausing();
  private lastCheckpoint = { time: 0, step: 0 };
  private lastTuple = Number.NEGATIVE_INFINITY;
  private stepTime = 0;

  private constructor(
    private readonly setup: TrainerSetup,
    private readonly start: StartingModel,
    private readonly stepper: Stepper,
    private readonly sampler: TupleSampler,
    private readonly inputs: TrainingInputs,
    private readonly data: string,
  ) {}

  /**
   * Prepares a run, or with `resume` takes up the one in storage (with its own configuration, which must be the given one).
   * @throws TrainingError `data-empty`, `data-too-few`, `checkpoint-mismatch`; ModelError when model and configuration do not fit;
   * RuntimeError `storage-full`, `storage-refused`
   */
  static async create(setup: TrainerSetup, options: { readonly resume?: boolean } = {}): Promise<Trainer> {
    const { config, samples, model, storage } = setup;
    checkSamples(samples, Object.keys(config.classes));
    const start = startingModel(model.manifest, model.arrays, config);
    const labels = samples.train.map(({ label }) => label);
    const { branches } = start.network;
    const sampler = new TupleSampler(
      labels,
      start.classes.length,
      config.sampler,
      branches,
      chosenBatchSize(config, branches),
      config.seed,
      config.epochOf,
    );
    const data = await fingerprint(samples);
    const checkpoint = options.resume === true ? await readCheckpoint(storage) : null;
    if (options.resume === true) checkResumable(checkpoint?.state ?? null, config, data);
    const stepper = new Stepper(start, config);
    try {
      const inputs = await createInputs(setup, start);
      const trainer = new Trainer(setup, start, stepper, sampler, inputs, data);
      if (checkpoint === null) await trainer.begin();
      else {
        stepper.restore(checkpoint.arrays, checkpoint.state.optimizerStep);
        trainer.takeUp(checkpoint.state);
      }
      return trainer;
    } catch (error) {
      stepper.dispose();
      throw error;
    }
  }

  get totalSteps(): number {
    return this.sampler.stepsPerEpoch * this.setup.config.epochs;
  }

  get stepsDone(): number {
    return this.step;
  }

  get trained(): TrainedModel {
    const { start, stepper } = this;
    return { start, arrays: () => readParameters(stepper.weights, start.network.parameters) };
  }

  /** The model as it stands. */
  get model(): { readonly start: StartingModel; readonly stepper: Stepper } {
    return { start: this.start, stepper: this.stepper };
  }

  /** Stops after the step under way until {@link resume}, and writes a checkpoint. */
  pause(): void {
    this.pausing.pause();
  }

  resume(): void {
    this.pausing.resume();
  }

  /** Ends after the step under way; what was learned is measured and kept. */
  stop(): void {
    this.stopping = true;
    this.resume();
  }

  /** Gives the run up where it stands: its device is gone. Nothing is written any more; {@link run} rejects. */
  abandon(): void {
    this.abandoned = true;
    this.resume();
    this.inputs.dispose();
  }

  /**
   * Trains to the end, keeps the best weights and measures them on the test split.
   * @throws TrainingError `diverged`; errors of storage and device, after which the last checkpoint can be resumed
   */
  async run(): Promise<TrainingOutcome> {
    this.lastCheckpoint = { time: this.now(), step: this.step };
    let end: TrainingOutcome['end'] = 'finished';
    while (this.step < this.totalSteps) {
      this.checkAbandoned();
      if (this.pausing.paused) {
        await this.checkpoint();
        await this.pausing.wait();
      }
      if (this.stopping) {
        end = 'stopped';
        break;
      }
      const begun = this.now();
      await this.trainStep();
      if (this.step % this.sampler.stepsPerEpoch === 0) await this.endEpoch();
      this.elapsed += this.now() - begun;
      if (this.hasStalled()) {
        end = 'early';
        break;
      }
      if (this.checkpointDue()) await this.checkpoint();
      await breathe();
    }
    return this.finish(end);
  }

  /** Forgets the stored run: it is finished and its model was kept elsewhere. */
  async discard(): Promise<void> {
    await discardRun(this.setup.storage);
  }

  dispose(): void {
    this.stepper.dispose();
    this.inputs.dispose();
  }

  /** Writes a checkpoint now. */
  async checkpoint(): Promise<void> {
    const { config, storage } = this.setup;
    this.checkAbandoned();
    const { data, microBatch, step, history, running, best, before, elapsed } = this;
    const optimizerStep = this.stepper.optimizerStep;
    const state: RunState = {
      format: 1,
      config,
      data,
      microBatch,
      step,
      optimizerStep,
      history,
      running,
      best,
      before,
      elapsed,
    };
    await writeCheckpoint(storage, state, this.stepper.groups());
    this.lastCheckpoint = { time: this.now(), step };
    this.report({ kind: 'checkpoint', step });
  }

  private async begin(): Promise<void> {
    const { config, memoryBudget, storage } = this.setup;
    this.report({ kind: 'preparing', stage: 'memory', done: 0, total: 1 });
    const [tuple] = this.sampler.step(0);
    const bytes = config.microBatch === null ? await this.stepper.activationBytes(this.inputs, tuple, this.target) : 0;
    const batchSize = chosenBatchSize(config, this.start.network.branches);
    this.microBatch = config.microBatch ?? microBatchFor(bytes, batchSize, memoryBudget);
    if (!this.start.comparable) return;
    this.report({ kind: 'preparing', stage: 'before', done: 0, total: 1 });
    this.before = await this.measureSplit('test');
    // A model that knows the classes is the one to beat: what training makes worse is not kept.
    const validation = await this.measureSplit('validation');
    if (validation === null) return;
    await writeBest(storage, 0, this.stepper.movingWeights);
    this.best = { epoch: 0, loss: validation.loss };
  }

  private takeUp(state: RunState): void {
    this.step = state.step;
    this.microBatch = state.microBatch;
    this.history = [...state.history];
    this.running = state.running;
    this.best = state.best;
    this.before = state.before;
    this.elapsed = state.elapsed;
  }

  private async trainStep(): Promise<void> {
    const { config } = this.setup;
    const begun = this.now();
    const tuples = this.sampler.step(this.step);
    const factor = scheduleFactor(config.schedule, this.step, this.sampler.stepsPerEpoch, this.totalSteps);
    const learningRate = factor * chosenLearningRate(config, this.start.comparable);
    const wantAttention = this.setup.onProgress !== undefined && begun - this.lastTuple >= TUPLE_INTERVAL;
    const result = await this.stepper.step(this.inputs, tuples, this.target, {
      learningRate,
      dropoutSeed: Random.at(config.seed, DROPOUT_STREAM, this.step).integer(2 ** 32),
      microBatch: this.microBatch,
      wantAttention,
    });
    this.step += 1;
    if (result.losses.flat().some((loss) => !Number.isFinite(loss))) {
      throw new TrainingError('diverged', 'The loss is no longer a number. Train again with a lower learning rate.');
    }
    const { branches } = this.start.network;
    const { microBatch, running } = this;
    this.running = addStep(running, result, { tuples, microBatch, branches, samples: this.setup.samples.train });
    this.stepTime = this.stepTime === 0 ? this.now() - begun : 0.9 * this.stepTime + 0.1 * (this.now() - begun);
    this.reportStep(result, learningRate);
    if (wantAttention && result.attention !== null) {
      this.lastTuple = this.now();
      const { samples, model } = this.setup;
      this.report(tupleReport(this.step, tuples[0], result.attention, config, samples.train, model.manifest.input));
    }
  }

  /** Also closes the last epoch of a run that was stopped within one. */
  private async endEpoch(): Promise<void> {
    const epoch = Math.ceil(this.step / this.sampler.stepsPerEpoch);
    const validation = await this.measureSplit('validation');
    const metrics: EpochMetrics = { epoch, step: this.step, ...epochMeans(this.running), validation };
    this.history.push(metrics);
    this.running = NO_EPOCH;
    const better = validation !== null && (this.best === null || validation.loss < this.best.loss);
    if (better) {
      await writeBest(this.setup.storage, epoch, this.stepper.movingWeights);
      this.best = { epoch, loss: validation.loss };
    }
    this.report({ kind: 'epoch', metrics, best: better });
  }

  private async finish(end: TrainingOutcome['end']): Promise<TrainingOutcome> {
    // Before anything is put in place of the present weights: a crash while measuring loses nothing.
    await this.checkpoint();
    if (this.running.steps > 0) await this.endEpoch();
    let keptEpoch = this.history.at(-1)?.epoch ?? 0;
    if (this.best !== null && this.best.epoch !== keptEpoch) {
      const arrays = await readBest(this.setup.storage, this.best.epoch);
      if (arrays !== null) {
        this.stepper.adopt(toTensors(arrays));
        keptEpoch = this.best.epoch;
      }
    }
    this.report({ kind: 'preparing', stage: 'after', done: 0, total: 1 });
    const after = await this.measureSplit('test');
    const { history, before, step: steps, elapsed } = this;
    return { end, history, keptEpoch, before, after, folds: null, fit: null, steps, seconds: elapsed / 1000 };
  }

  private hasStalled(): boolean {
    const { patience } = this.setup.config;
    const last = this.history.at(-1)?.epoch ?? 0;
    return patience > 0 && this.best !== null && last - this.best.epoch >= patience;
  }

  private checkpointDue(): boolean {
    const { steps, seconds } = this.setup.config.checkpoint;
    const { time, step } = this.lastCheckpoint;
    if (steps > 0 && this.step - step >= steps) return true;
    return seconds > 0 && this.now() - time >= seconds * 1000;
  }

  /** Measures the weights to be kept, as they stand. Null where the split is empty. */
  async measureSplit(split: 'validation' | 'test'): Promise<SplitMetrics | null> {
    const samples = this.setup.samples[split];
    const { classes } = this.start;
    const logits = new Float32Array(samples.length * classes.length);
    for (let start = 0; start < samples.length; start += EVALUATION_BATCH) {
      const inputs = await this.inputs.plain(split, start, EVALUATION_BATCH);
      const part = this.stepper.logits(inputs);
      inputs.dispose();
      logits.set(await part.data(), start * classes.length);
      part.dispose();
      await breathe();
    }
    return measure(logits, samples, classes);
  }

  private checkAbandoned(): void {
    if (this.abandoned)
      throw new RuntimeError('device-lost', 'The device of this run is gone. Resume it from its checkpoint.');
  }

  private readonly target = (index: number): Float32Array => this.setup.samples.train[index].target;

  private reportStep(result: StepResult, learningRate: number): void {
    const { numBytes, numTensors } = tf.memory();
    this.report({
      kind: 'step',
      step: this.step,
      totalSteps: this.totalSteps,
      epoch: Math.ceil(this.step / this.sampler.stepsPerEpoch),
      epochs: this.setup.config.epochs,
      losses: result.losses,
      learningRate,
      theta: result.theta,
      stepsPerSecond: this.stepTime > 0 ? 1000 / this.stepTime : 0,
      secondsLeft: ((this.totalSteps - this.step) * this.stepTime) / 1000,
      memory: { bytes: numBytes, tensors: numTensors },
    });
  }

  private report(progress: TrainingProgress): void {
    this.setup.onProgress?.(progress);
  }

  private now(): number {
    return (this.setup.clock ?? (() => performance.now()))();
  }
}

async function createInputs(setup: TrainerSetup, start: StartingModel): Promise<TrainingInputs> {
  const { config, samples, model, storage, onProgress, signal } = setup;
  const { input } = model.manifest;
  if (config.mode === 'full') return new ImageInputs(samples, input, config.augmentation);
  return TokenCache.create({
    network: start.network,
    arrays: start.arrays,
    samples,
    input,
    augmentation: config.augmentation,
    storage: inFolder(storage, 'tokens'),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done, total) => onProgress?.({ kind: 'preparing', stage: 'tokens', done, total }),
  });
}

/** Lets messages and the page have a turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
