/** `train`: fine-tunes a model on labelled face images, with the trainer of the page. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { percent } from '../src/base/format.js';
import { mean } from '../src/base/numbers.js';
import { Dataset } from '../src/dataset/dataset.js';
import { importImages, type ProblemKind } from '../src/dataset/importImages.js';
import { matchLabels, readLayout } from '../src/dataset/layout.js';
import { NodeStorage } from '../src/storage/node/nodeStorage.js';
import { DEFAULT_FRACTIONS, splitSamples } from '../src/dataset/split.js';
import { MemoryStorage } from '../src/storage/memoryStorage.js';
import { inFolder } from '../src/storage/storage.js';
import type { Classifier } from '../src/network/classifier.js';
import { startNodeBackend, type NodeBackendName } from '../src/gpu/node.js';
import { startNodeClassifier } from '../src/plan/nodeClassifier.js';
import { readRunState } from '../src/training/checkpoint.js';
import { parseConfig, trainedLayers, type TrainingConfig } from '../src/training/config.js';
import { createRun } from '../src/training/createRun.js';
import { exportModel } from '../src/training/exportModel.js';
import type { SplitMetrics } from '../src/training/metrics.js';
import type { TrainingProgress } from '../src/training/progress.js';
import { loadSamples } from '../src/training/session/runSession.js';
import { caveats } from '../src/training/data/samples.js';
import { Trainer } from '../src/training/trainer.js';
import type { LoadedModel } from '../src/weights/loadModel.js';
import type { InputSpec } from '../src/weights/manifest.js';
import { readDataFolder } from './dataFolder.js';
import { decodeInNode } from '../src/node/decodeImage.js';
import { interruptible } from './interruption.js';
import { openImageThreads } from '../src/node/imageThreads.js';
import { NODE_IMAGES } from '../src/node/importTools.js';
import { loadModelAt, shippedManifest, writeModel } from '../src/node/modelFiles.js';
import { readTextFile } from './readTextFile.js';
import { registerGradients } from './registerGradients.js';
import { statusLine, type StatusLine } from './statusLine.js';
import { print } from './output.js';
import { UsageError } from './usageError.js';

export const TRAIN_USAGE = `train --data DIR|FILE.zip --config FILE.json [--align] [--model MANIFEST] [--out DIR] [--backend wasm|webgpu|cpu] [--restart] [--json]

Fine-tunes a model on aligned face images and writes it with its card. A run that was interrupted (Ctrl+C, SIGTERM, a crash)
is resumed when the same command is given again. The configuration needs "classes"; docs/fine-tuning.md lists the rest.
  --data     folders by class, split folders, labels.csv (path,label[,split,group]) or the FERPlus layout
  --align    the images are photos: find the largest face of each and align it; photos without a face or with several are named
  --model    where to start (default: the qcs-mobile that comes with the package)
  --out      where model and checkpoints go (default: training-out)
  --backend  default: wasm
  --restart  forgets the interrupted run in --out and begins anew
  --json     prints the outcome as JSON to standard output`;

/** Of fewer images the share for a test would be below 200: cross-validation says more, and no image is lost to learning. */
const FEW = 1300;

/** Images that are named one by one; labels and twins may be missing by the thousand, and are counted. */
const LISTED: ReadonlySet<ProblemKind> = new Set(['no-face', 'several-faces', 'unreadable', 'missing']);

const BACKENDS: readonly NodeBackendName[] = ['wasm', 'webgpu', 'cpu'];

/** Runs the command. @throws UsageError, TrainingError, ModelError, RuntimeError, InterruptedError */
export async function runTrain(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const config = parseConfig(await readTextFile(options.config));
  if (trainedLayers(config) === 'last') return train(config, options, 'WebAssembly');
  await registerGradients();
  const backend = await startNodeBackend(options.backend);
  try {
    await train(config, options, backend.reason);
  } finally {
    backend.stop();
  }
}

interface Options {
  readonly data: string;
  readonly align: boolean;
  readonly config: string;
  readonly model: string;
  readonly out: string;
  readonly backend: NodeBackendName;
  readonly restart: boolean;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      align: { type: 'boolean', default: false },
      config: { type: 'string' },
      model: { type: 'string', default: shippedManifest() },
      out: { type: 'string', default: 'training-out' },
      backend: { type: 'string', default: 'wasm' },
      restart: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { data, align, config, model, out, restart, json } = values;
  const backend = BACKENDS.find((name) => name === values.backend);
  if (data === undefined || config === undefined) throw new UsageError('--data and --config are needed.');
  if (backend === undefined) throw new UsageError(`--backend is one of ${BACKENDS.join(', ')}.`);
  return { data, align, config, model, out, backend, restart, json };
}

async function train(config: TrainingConfig, options: Options, device: string): Promise<void> {
  const line = statusLine();
  const model = await loadTrainable(options.model);
  const dataset = await importData(options.data, config, options.align ? model.manifest.input : null, line);
  const samples = await loadSamples(dataset, config, model, decodeInNode);
  for (const warning of caveats(samples, Object.keys(config.classes))) line.keep(warning);
  const storage = inFolder(new NodeStorage(options.out), 'run');
  if (options.restart) await storage.remove('');
  const saved = trainedLayers(config) === 'last' ? null : await readRunState(storage);
  const resume = saved !== null;
  if (resume) line.keep(`Going on from step ${saved.step}; --restart would begin anew.`);
  let onCheckpoint = (): void => undefined;
  const onProgress = (progress: TrainingProgress): void => {
    if (progress.kind === 'checkpoint') onCheckpoint();
    const text = describe(progress);
    if (text !== null) line[progress.kind === 'epoch' ? 'keep' : 'show'](text);
  };
  const startClassifier = (embedding: LoadedModel): Promise<Classifier> => onThreads(options.backend, embedding);
  const startTensors = async (): Promise<void> => void (await startNodeBackend(options.backend));
  const setup = { config, model, samples, storage, onProgress, startClassifier, startTensors };
  const run = await createRun(setup, { resume });
  const outcome = await interruptible(
    () => run.run(),
    async () => {
      if (!(run instanceof Trainer)) return 'Stopped. Give the same command again to begin anew.';
      line.keep('Stopping after this step. A second signal ends at once.');
      const stored = new Promise<void>((resolve) => (onCheckpoint = resolve));
      run.pause();
      await stored;
      return `Stopped at step ${run.stepsDone} of ${run.totalSteps}. Give the same command again to go on.`;
    },
  );
  const id = `${model.manifest.id}-tuned`;
  const exported = await exportModel(run, { id, config, from: model.manifest, samples, outcome, device });
  await writeModel(join(options.out, id), exported.files);
  await storage.remove('');
  run.dispose();
  if (outcome.folds !== null) line.keep(`No image is held out: measured in ${outcome.folds}-fold cross-validation.`);
  line.keep(`Before: ${figures(outcome.before)}`);
  line.keep(`After: ${figures(outcome.after)}`);
  line.keep(`Wrote ${join(options.out, id)}`);
  if (options.json) print(`${JSON.stringify({ ...outcome, model: join(options.out, id, 'manifest.json') })}\n`);
}

/** An engine of that backend, on all cores where our own kernels run. */
async function onThreads(backend: NodeBackendName, model: LoadedModel): Promise<Classifier> {
  const { classifier, stop } = await startNodeClassifier(backend, model, availableParallelism());
  const { inputChannels } = classifier;
  return { inputChannels, logits: (crops, count) => classifier.logits(crops, count), dispose: stop };
}

/** With the training modules, where the model has them. */
async function loadTrainable(path: string): Promise<LoadedModel> {
  const base = await loadModelAt(path, ['base']);
  const has = base.manifest.files.some(({ part }) => part === 'training');
  return has ? loadModelAt(path, ['base', 'training']) : base;
}

/** @param shape how faces are cut out of photos; null takes images whole */
async function importData(
  path: string,
  config: TrainingConfig,
  shape: InputSpec | null,
  line: StatusLine,
): Promise<Dataset> {
  const dataset = await Dataset.open(new MemoryStorage());
  const wanted = new Set(Object.values(config.classes).flat());
  const layout = matchLabels(await readLayout(await readDataFolder(path)), [...wanted]);
  const images = layout.images.filter(({ label }) => label === null || wanted.has(label));
  const threads = openImageThreads(shape, availableParallelism());
  const report = await importImages(
    dataset,
    { ...layout, images },
    {
      tools: { ...NODE_IMAGES, cropFace: null },
      see: threads.see,
      onProgress: ({ done, total }) => line.show(`Reading ${done} of ${total} images`),
    },
  ).finally(() => threads.dispose());
  for (const { path: name, kind, detail } of report.problems) {
    if (LISTED.has(kind)) line.keep(`${name}: ${detail}`);
  }
  const reasons = new Map<string, number>();
  for (const { kind } of report.problems) if (kind !== 'several-faces') reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
  for (const [kind, count] of reasons) line.keep(`Not taken, ${kind}: ${count}`);
  const given = dataset.samples.some(({ split }) => split !== null);
  const crossValidated = !given && trainedLayers(config) === 'last' && dataset.samples.length < FEW;
  const fractions = crossValidated ? { train: 1, validation: 0, test: 0 } : DEFAULT_FRACTIONS;
  const options = { fractions, seed: config.seed, keepExisting: true };
  await dataset.updateSamples(splitSamples(dataset.samples, options));
  return dataset;
}

function describe(progress: TrainingProgress): string | null {
  switch (progress.kind) {
    case 'preparing':
      return `Preparing (${progress.stage}) ${progress.done} of ${progress.total}`;
    case 'step': {
      const loss = mean(progress.losses.flat());
      const { step, totalSteps, stepsPerSecond, secondsLeft } = progress;
      return `Step ${step} of ${totalSteps}, loss ${loss.toFixed(3)}, ${stepsPerSecond.toFixed(2)} steps/s, ${Math.round(secondsLeft)} s left`;
    }
    case 'epoch': {
      const { epoch, trainAccuracy, validation } = progress.metrics;
      return `Epoch ${epoch}: training ${percent(trainAccuracy)}, validation ${figures(validation)}${progress.best ? ', best so far' : ''}`;
    }
    case 'checkpoint':
    case 'tuple':
      return null;
  }
}

function figures(metrics: SplitMetrics | null): string {
  if (metrics === null) return 'not measured';
  const { accuracy, macroRecall, n } = metrics;
  return `${percent(accuracy.value)} (${percent(accuracy.low)} to ${percent(accuracy.high)}) of ${n}, mean recall ${percent(macroRecall.value)}`;
}
