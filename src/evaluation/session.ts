/** The worker's work: a data set that was opened, and runs of models over it. */
import { argmax } from '../base/softmax.js';
import { decodeInBrowser } from '../dataset/browserImages.js';
import type { FerplusRule } from '../dataset/ferplus.js';
import type { Split } from '../dataset/sample.js';
import type { RuntimeError } from '../errors.js';
import { EXPRESSIONS } from '../expressions.js';
import { startBackend, type StartedBackend } from '../gpu/backend.js';
import { fetchKernels, startClassifier, type StartedClassifier } from '../plan/startClassifier.js';
import { startFaster } from '../plan/startFaster.js';
import type { KernelSource } from '../plan/wasm/module.js';
import { loadModel, type LoadedModel } from '../weights/loadModel.js';
import { duplicatesOfEarlierSplits } from './duplicates.js';
import { evaluate, type Evaluation } from './evaluate.js';
import { parseGroupFile } from './groupFile.js';
import { comparePaired } from './mcnemar.js';
import { DEFAULT_BATCH } from './predict.js';
import { openFiles } from '../storage/zip.js';
import { loadModelFiles } from './modelFiles.js';
import type { Served } from '../worker/serve.js';
import type {
  DataSurvey,
  EngineUrls,
  EvaluationApi,
  ModelOutcome,
  ModelSource,
  PhotosReport,
  RunOutcome,
  RunProgress,
  RunRequest,
} from './protocol.js';
import { AlignedPhotos, lookLikePhotos } from './photos.js';
import { readSamples, samplesOfSplit, type EvaluationSample, type SampleSet } from './samples.js';
import type { NamedBlob, NamedBytes } from '../storage/namedFiles.js';
import type { Manifest } from '../weights/manifest.js';
import type { NamedArrays } from '../weights/namedArray.js';

/** What a run computes with. */
interface Engine {
  backend: StartedBackend;
  readonly kernels: KernelSource;
  readonly wasm: EngineUrls['wasm'];
  /** Whether the first model has chosen between the GPU and WebAssembly: the others run where it did. */
  isChosen: boolean;
  /** Of the last model. */
  reason: string;
}

export class EvaluationSession implements Served<EvaluationApi> {
  /** Of the next data set. */
  private readonly arriving: NamedBlob[] = [];
  private files: readonly NamedBytes[] = [];
  /** Hashing all images takes seconds: once a data set and split. */
  private duplicates = new Map<string, ReadonlySet<string>>();
  private photos = new AlignedPhotos();

  take(files: readonly NamedBlob[]): void {
    this.arriving.push(...files);
  }

  async open(rule: FerplusRule): Promise<DataSurvey> {
    this.files = await openFiles(this.arriving.splice(0));
    this.duplicates = new Map();
    this.photos = new AlignedPhotos();
    return this.survey(rule);
  }

  async survey(rule: FerplusRule): Promise<DataSurvey> {
    const set = await readSamples(this.files, rule, EXPRESSIONS);
    return { ...countSamples(set), photos: await lookLikePhotos(set.samples) };
  }

  async run(
    request: RunRequest,
    { wasm, kernels, detector }: EngineUrls,
    onProgress: (progress: RunProgress) => void,
    signal: AbortSignal,
  ): Promise<RunOutcome> {
    const { split, rule, corruptionImages } = request;
    const backend = await startBackend(request.backend, { wasmUrls: wasm, lazy: true });
    const engine: Engine = {
      backend,
      kernels: fetchKernels(kernels),
      wasm,
      isChosen: false,
      reason: backend.reason,
    };
    let lost: RuntimeError | null = null;
    backend.onLost((error) => (lost = error));
    try {
      const outcomes: { readonly outcome: ModelOutcome; readonly evaluation: Evaluation }[] = [];
      let layout: DataSurvey['layout'] = 'folders';
      let photos: PhotosReport | null = null;
      for (const [model, source] of request.models.entries()) {
        const loaded = await load(
          source,
          (done, total) => onProgress({ model, stage: 'loading', done, total }),
          signal,
        );
        const set = await readSamples(this.files, rule, loaded.manifest.classes);
        layout = set.layout;
        const report = (progress: Omit<RunProgress, 'model'>) => onProgress({ model, ...progress });
        let samples = samplesOfSplit(set, split);
        if (request.align) {
          const onFaces = (done: number, total: number) => {
            signal.throwIfAborted();
            report({ stage: 'faces', done, total });
          };
          const finder = { detector, kernels };
          const aligned = await this.photos.align(samples, split, loaded.manifest.input, finder, onFaces);
          samples = labelledAs(samples, aligned.samples);
          photos = { withoutFace: aligned.withoutFace, withSeveral: aligned.withSeveral };
        }
        const evaluation = await this.measure(request, engine, loaded, { set, samples }, report, signal);
        outcomes.push({ outcome: describe(loaded, evaluation), evaluation });
      }
      const [first, second] = outcomes;
      return {
        request: { split, rule, corruptionImages },
        layout,
        backend: engine.backend.name,
        backendReason: engine.reason,
        models: outcomes.map(({ outcome }) => outcome),
        photos,
        comparison:
          second === undefined ? null : comparePaired(first.evaluation.predictions, second.evaluation.predictions),
      };
    } catch (error) {
      // What a lost GPU makes fail afterwards says nothing of the cause.
      throw lost ?? error;
    } finally {
      engine.backend.stop();
    }
  }

  async image(name: string): Promise<Blob | null> {
    const file = this.files.find(({ path }) => path === name);
    return file === undefined ? null : new Blob([await file.bytes()]);
  }

  private async measure(
    { split, corruptions, corruptionImages, groups }: RunRequest,
    engine: Engine,
    { manifest, arrays }: LoadedModel,
    { set, samples }: { readonly set: SampleSet; readonly samples: readonly EvaluationSample[] },
    report: (progress: Omit<RunProgress, 'model'>) => void,
    signal: AbortSignal,
  ): Promise<Evaluation> {
    const duplicates =
      this.duplicates.get(split) ??
      (await duplicatesOfEarlierSplits(set, split, (done, total) => {
        signal.throwIfAborted();
        report({ stage: 'duplicates', done, total });
      }));
    this.duplicates.set(split, duplicates);
    const { classifier, reason } = await start(engine, manifest, arrays);
    engine.reason = reason;
    try {
      const { size } = manifest.input;
      await classifier.logits(new Float32Array(size * size * classifier.inputChannels), 1);
      const model = { manifest, logits: (crops: Float32Array, count: number) => classifier.logits(crops, count) };
      return await evaluate(model, samples, duplicates, decodeInBrowser, {
        corruptions,
        corruptionImages,
        ...(groups === null ? {} : { groups: parseGroupFile(groups, samples) }),
        details: true,
        signal,
        onProgress: report,
      });
    } finally {
      classifier.dispose();
    }
  }
}

/** Faces that were found for one model, with the labels as another one calls them. */
function labelledAs(
  samples: readonly EvaluationSample[],
  faces: readonly EvaluationSample[],
): readonly EvaluationSample[] {
  const bytes = new Map(faces.map((face) => [face.name, () => face.bytes()]));
  return samples.flatMap((sample) => {
    const own = bytes.get(sample.name);
    return own === undefined ? [] : [{ ...sample, bytes: own }];
  });
}

async function start(engine: Engine, manifest: Manifest, arrays: NamedArrays): Promise<StartedClassifier> {
  const { kernels, wasm } = engine;
  if (engine.isChosen) return startClassifier(engine.backend, kernels, manifest, arrays);
  const { backend, started } = await startFaster(engine.backend, manifest, arrays, {
    toWebAssembly: () => startBackend('wasm', { wasmUrls: wasm, lazy: true }),
    kernels,
    faces: DEFAULT_BATCH,
  });
  engine.backend = backend;
  engine.isChosen = true;
  return started;
}

function describe({ manifest }: LoadedModel, { classes, report, predictions, unreadable }: Evaluation): ModelOutcome {
  const { id, version, temperature } = manifest;
  return {
    model: { id, version, classes: manifest.classes, temperature },
    classes,
    report,
    answers: predictions.map(({ name, label, probabilities }) => {
      const predicted = argmax(probabilities);
      return { name, label, predicted, confidence: probabilities[predicted] };
    }),
    unreadable,
  };
}

function countSamples({ layout, samples, missing }: SampleSet): Omit<DataSurvey, 'photos'> {
  const counts = new Map<Split | 'all', Map<string, number>>();
  for (const { split, label } of samples) {
    const byClass = counts.get(split ?? 'all') ?? new Map<string, number>();
    counts.set(split ?? 'all', byClass.set(label, (byClass.get(label) ?? 0) + 1));
  }
  const plain = [...counts].map(([split, byClass]) => [split, Object.fromEntries(byClass)]);
  return { layout, counts: Object.fromEntries(plain) as DataSurvey['counts'], missing: missing.length };
}

async function load(
  source: ModelSource,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<LoadedModel> {
  if (source.kind === 'url') return loadModel(source.manifest, { signal, onProgress });
  return loadModelFiles(source.files);
}
