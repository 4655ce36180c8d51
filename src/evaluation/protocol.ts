/** What the page and the evaluation's worker say to each other. Everything here survives structured cloning. */
import type { FerplusRule } from '../dataset/ferplus.js';
import type { Split } from '../dataset/sample.js';
import type { SerializedError } from '../errors.js';
import type { BackendName, BackendPreference } from '../gpu/preference.js';
import type { Manifest } from '../weights/manifest.js';
import type { Corruption } from './corruptions.js';
import type { EvaluationProgress } from './evaluate.js';
import type { PairedComparison } from './mcnemar.js';
import type { EvaluationReport } from './report.js';
import type { NamedBlob } from '../storage/namedFiles.js';

/** Where a model comes from: an address, or a manifest that was dropped with its weights. */
export type ModelSource =
  | { readonly kind: 'url'; readonly manifest: string }
  | { readonly kind: 'files'; readonly files: readonly NamedBlob[] };

/** What is in a data set, before anything is measured. */
export interface DataSurvey {
  readonly layout: 'ferplus' | 'list' | 'folders';
  /** Labelled images by split (or `all` where there are no splits), then by class. */
  readonly counts: Readonly<Partial<Record<Split | 'all', Readonly<Record<string, number>>>>>;
  /** Images that a list names and that are not there. */
  readonly missing: number;
}

export interface RunRequest {
  /** One or two. */
  readonly models: readonly ModelSource[];
  readonly split: Split;
  readonly rule: FerplusRule;
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
}

/** How far a run is, over both models. */
export interface RunProgress {
  /** Index of the model at work. */
  readonly model: number;
  readonly stage: EvaluationProgress['stage'] | 'duplicates' | 'loading';
  readonly corruption?: EvaluationProgress['corruption'];
  readonly strength?: EvaluationProgress['strength'];
  readonly done: number;
  readonly total: number;
}

export type ToWorker =
  /** Part of the files of the next `open`: tens of thousands at once would hold the page up. */
  | { readonly type: 'files'; readonly files: readonly NamedBlob[] }
  | { readonly type: 'open'; readonly call: number; readonly rule: FerplusRule }
  | { readonly type: 'survey'; readonly call: number; readonly rule: FerplusRule }
  | {
      readonly type: 'run';
      readonly call: number;
      readonly request: RunRequest;
      readonly wasm: { readonly plain: string; readonly simd: string };
    }
  | { readonly type: 'image'; readonly call: number; readonly name: string }
  | { readonly type: 'cancel' };

export type FromWorker =
  | { readonly type: 'progress'; readonly progress: RunProgress }
  | { readonly type: 'surveyed'; readonly call: number; readonly survey: DataSurvey }
  | { readonly type: 'finished'; readonly call: number; readonly outcome: RunOutcome }
  | { readonly type: 'image'; readonly call: number; readonly blob: Blob | null }
  | { readonly type: 'failed'; readonly call: number; readonly error: SerializedError }
  | { readonly type: 'cancelled'; readonly call: number };
