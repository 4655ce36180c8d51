/** What the page and the training worker say to each other. Everything here survives structured cloning. */
import type { Sample } from '../../dataset/sample.js';
import type { ImportProgress, ImportReport } from '../../dataset/importImages.js';
import type { SerializedError } from '../../errors.js';
import type { BackendName, BackendPreference } from '../../gpu/preference.js';
import type { TrainingConfig, TrainingOptions } from '../config.js';
import type { TrainingOutcome, TrainingProgress } from '../progress.js';
import type { NamedBlob } from '../../storage/namedFiles.js';

/** Where the worker finds what it needs: addresses as text. */
export interface TrainingAssets {
  readonly manifest: string;
  /** Addresses of the model's files by their path in the manifest, where they do not lie beside it. */
  readonly files: Readonly<Record<string, string>>;
  readonly detector: string;
  readonly visionBinary: string;
  readonly wasm: string;
  readonly wasmSimd: string;
}

/** The data set as the page shows it. */
export interface DatasetView {
  readonly classes: readonly string[];
  readonly samples: readonly Sample[];
  readonly canUndo: boolean;
  /** False where the browser refuses to store: all is lost with the page. */
  readonly stored: boolean;
}

/** A run that was interrupted and can go on. */
export interface RunOffer {
  readonly config: TrainingConfig;
  readonly step: number;
  readonly epoch: number;
  /** Seconds of training so far. */
  readonly seconds: number;
}

export type DatasetEdit =
  | { readonly kind: 'add-class'; readonly name: string }
  | { readonly kind: 'rename-class'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove-class'; readonly name: string }
  | { readonly kind: 'relabel'; readonly ids: readonly string[]; readonly label: string }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'split'; readonly seed: number; readonly keep: boolean }
  | { readonly kind: 'undo' }
  | { readonly kind: 'clear' };

export interface ImportRequest {
  /** The files of a folder, loose images, or one zip. */
  readonly files: readonly NamedBlob[];
  /** Find and align faces; false takes images whole. */
  readonly align: boolean;
  /** Class of images that lie in no class folder. */
  readonly label: string | null;
}

export interface TrainRequest {
  readonly options: TrainingOptions;
  readonly backend: BackendPreference;
  /** Goes on with the stored run; its own settings count. */
  readonly resume: boolean;
}

/** A finished run, and where its model is kept. */
export interface TrainingResult {
  readonly outcome: TrainingOutcome;
  readonly classes: readonly string[];
  readonly warnings: readonly string[];
  readonly backend: BackendName;
  /** Address of the stored model's manifest, for Recognise; null where nothing can be stored. */
  readonly model: string | null;
  readonly id: string;
  /** Ids of the samples that were measured, in the order of the predictions. */
  readonly tested: readonly string[];
  readonly validated: readonly string[];
}

export type ToWorker =
  | { readonly type: 'open'; readonly call: number; readonly assets: TrainingAssets }
  | { readonly type: 'edit'; readonly call: number; readonly edit: DatasetEdit }
  | { readonly type: 'import'; readonly call: number; readonly request: ImportRequest }
  | {
      readonly type: 'capture';
      readonly call: number;
      readonly frame: ImageBitmap;
      readonly label: string;
      readonly burst: string;
    }
  | { readonly type: 'capture-end'; readonly call: number }
  | { readonly type: 'image'; readonly call: number; readonly id: string }
  | { readonly type: 'export'; readonly call: number }
  | { readonly type: 'train'; readonly call: number; readonly request: TrainRequest }
  | { readonly type: 'model'; readonly call: number }
  | { readonly type: 'discard-run'; readonly call: number }
  | { readonly type: 'control'; readonly action: 'cancel-import' | 'pause' | 'resume' | 'stop' };

/** Replies to a call, by its type. */
export interface Replies {
  open: { readonly view: DatasetView; readonly run: RunOffer | null };
  edit: DatasetView;
  import: { readonly view: DatasetView; readonly report: ImportReport };
  /** `taken`: stored; `same`: near-identical to one that is there; `no-face`: none was found. */
  capture: 'taken' | 'same' | 'no-face';
  'capture-end': DatasetView;
  image: Blob;
  export: Blob;
  train: TrainingResult;
  model: Blob;
  'discard-run': null;
}

export type CallType = keyof Replies;

export type FromWorker =
  | { readonly type: 'reply'; readonly call: number; readonly value: Replies[CallType] }
  | { readonly type: 'failed'; readonly call: number; readonly error: SerializedError }
  | { readonly type: 'import-progress'; readonly progress: ImportProgress }
  | { readonly type: 'training-progress'; readonly progress: TrainingProgress }
  /** Which backend runs and why. */
  | { readonly type: 'backend'; readonly name: BackendName; readonly reason: string }
  /** The device was lost; the run is taken up again from its last checkpoint. */
  | { readonly type: 'recovering'; readonly error: SerializedError; readonly attempt: number };
