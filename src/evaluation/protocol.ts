/** What the page asks of the evaluation's worker. */
import type { FerplusRule } from '../dataset/ferplus.js';
import type { Split } from '../dataset/sample.js';
import type { WasmUrls } from '../gpu/wasm.js';
import type { BackendName, BackendPreference } from '../gpu/preference.js';
import type { KernelUrls } from '../plan/wasm/module.js';
import type { Manifest } from '../weights/manifest.js';
import type { AlignedSamples } from './align.js';
import type { Corruption } from './corruptions.js';
import type { EvaluationProgress } from './evaluate.js';
import type { PairedComparison } from './mcnemar.js';
import type { EvaluationReport } from './report.js';
import type { SampleSet } from './samples.js';
import type { NamedBlob } from '../storage/namedFiles.js';

/** Where a model comes from: an address, or a manifest that was dropped with its weights. */
export type ModelSource =
  | { readonly kind: 'url'; readonly manifest: string | URL }
  | { readonly kind: 'files'; readonly files: readonly NamedBlob[] };

/** Whether people voted on the images, so that there are rules by which votes become labels. */
export function isVoted(layout: DataSurvey['layout']): boolean {
  return layout === 'ferplus' || layout === 'crema-d';
}

/** What is in a data set, before anything is measured. */
export interface DataSurvey {
  readonly layout: SampleSet['layout'];
  /** Labelled images by split (or `all` where there are no splits), then by class. */
  readonly counts: Readonly<Partial<Record<Split | 'all', Readonly<Record<string, number>>>>>;
  /** Images that a list names and that are not there. */
  readonly missing: number;
  /** Whether the images look like whole photos, not like faces that were cut out. */
  readonly photos: boolean;
}

export interface RunRequest {
  /** One or two. */
  readonly models: readonly ModelSource[];
  readonly split: Split;
  readonly rule: FerplusRule;
  /** Find the largest face of every image and cut it out, as on the way into a data set. */
  readonly align: boolean;
  readonly corruptions: readonly Corruption[];
  readonly corruptionImages: number;
  /** Text of a group file. */
  readonly groups: string | null;
  readonly backend: BackendPreference;
}

/** One image as the tab lists it. */
export interface Answer {
  readonly name: string;
  /** Indices into the evaluation's classes. */
  readonly label: number;
  readonly predicted: number;
  /** Probability of the predicted class. */
  readonly confidence: number;
}

export interface ModelOutcome {
  readonly model: Pick<Manifest, 'id' | 'version' | 'classes' | 'temperature'>;
  readonly classes: readonly string[];
  /** With details. */
  readonly report: EvaluationReport;
  readonly answers: readonly Answer[];
  readonly unreadable: readonly string[];
}

export interface RunOutcome {
  readonly request: Pick<RunRequest, 'split' | 'rule' | 'corruptionImages'>;
  readonly layout: DataSurvey['layout'];
  readonly backend: BackendName;
  readonly backendReason: string;
  readonly models: readonly ModelOutcome[];
  /** Of the first and the second model; null for one. */
  readonly comparison: PairedComparison | null;
  /** Null where images were taken whole. */
  readonly photos: PhotosReport | null;
}

/** What finding the faces came to; by the names of the images. */
export type PhotosReport = Pick<AlignedSamples, 'withoutFace' | 'withSeveral'>;

/** How far a run is, over both models. */
export interface RunProgress {
  /** Index of the model at work. */
  readonly model: number;
  readonly stage: EvaluationProgress['stage'] | 'duplicates' | 'loading' | 'faces';
  readonly corruption?: EvaluationProgress['corruption'];
  readonly strength?: EvaluationProgress['strength'];
  readonly done: number;
  readonly total: number;
}

/** Where the engine's files are. */
export interface EngineUrls {
  readonly wasm: WasmUrls;
  readonly kernels: KernelUrls;
  readonly detector: URL;
}

/** What the worker does, with one data set at a time. */
export interface EvaluationApi {
  /** Takes part of the files of the next data set: tens of thousands in one message would hold the page up. */
  readonly take: (files: readonly NamedBlob[]) => Promise<void>;
  /** Opens the data set that was taken: the files of a folder, or one zip. @throws TrainingError `data-empty` or `data-format`. */
  readonly open: (rule: FerplusRule) => Promise<DataSurvey>;
  /** Counts the data set under another label rule. Throws as {@link open}. */
  readonly survey: (rule: FerplusRule) => Promise<DataSurvey>;
  /**
   * Measures one or two models on the data set that is open.
   * @throws ModelError, RuntimeError or TrainingError of the parts; an aborted signal rejects with its reason
   */
  readonly run: (
    request: RunRequest,
    urls: EngineUrls,
    onProgress: (progress: RunProgress) => void,
    signal: AbortSignal,
  ) => Promise<RunOutcome>;
  /** The encoded image, or null when the data set has none of that name. */
  readonly image: (name: string) => Promise<Blob | null>;
}
