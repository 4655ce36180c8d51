/** What the page asks of the training worker. */
import type { Sample } from '../../dataset/sample.js';
import type { ShelfEdit, ShelfView } from '../../dataset/shelf.js';
import type { Take } from '../../dataset/takes.js';
import type { ImportProgress, ImportReport } from '../../dataset/importImages.js';
import type { QcsError } from '../../errors.js';
import type { WasmUrls } from '../../gpu/wasm.js';
import type { KernelUrls } from '../../plan/wasm/module.js';
import type { BackendName, BackendPreference } from '../../gpu/preference.js';
import type { FaceConditions } from '../../reading/conditions.js';
import type { TrainingConfig, TrainingOptions } from '../config.js';
import type { TrainingOutcome, TrainingProgress } from '../progress.js';
import type { NamedBlob } from '../../storage/namedFiles.js';
import type { Assessment } from '../../evaluation/crossValidation/assess.js';
import type { AssessmentProgress } from './assessment.js';
import type { ClassLook } from './looks.js';
import type { PastRun, RunEdit } from './runHistory.js';

/** Where the worker finds what it needs. */
export interface TrainingAssets {
  readonly manifest: URL;
  /** Addresses of the model's files by their path in the manifest, where they do not lie beside it. */
  readonly files: Readonly<Record<string, URL>>;
  readonly detector: URL;
  readonly wasm: WasmUrls;
  readonly kernels: KernelUrls;
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

export interface OpenedTraining {
  readonly view: DatasetView;
  readonly run: RunOffer | null;
  /** Images that a rebuilt list names, and that are gone. */
  readonly missing: number;
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

/** How long a run would take, from its first steps. */
export interface RunEstimate {
  readonly secondsAStep: number;
  /** Of the whole run. */
  readonly steps: number;
  /** Steps that were timed; the first, in which kernels are made, is none of them. */
  readonly timed: number;
}

/** `taken`: stored; `same`: near-identical to one that is there; `no-face`: none was found. */
export type CaptureOutcome = 'taken' | 'same' | 'no-face';

export interface CaptureReply {
  readonly outcome: CaptureOutcome;
  /** Under which conditions the face was seen; null without a face. */
  readonly conditions: FaceConditions | null;
}

/** What the worker does: one data set at a time, at most one run at a time. */
export interface TrainingApi {
  /**
   * Opens once; later calls tell how things stand.
   * @param rebuild puts the copy of a damaged list of images in its place first
   * @throws RuntimeError `storage-busy` when another tab has it open; TrainingError `data-damaged` for a list that can be rebuilt
   */
  readonly open: (assets: TrainingAssets, rebuild: boolean) => Promise<OpenedTraining>;
  /** The data sets by name, also where the chosen one cannot be opened. @throws RuntimeError `storage-busy` */
  readonly shelf: () => Promise<ShelfView>;
  /**
   * After it, {@link open} opens the data set that is then the current one.
   * @throws TrainingError `data-format` for one that is not there; RuntimeError `internal` while a run is on, `storage-full`, `storage-refused`
   */
  readonly editShelf: (edit: ShelfEdit) => Promise<ShelfView>;
  readonly edit: (edit: DatasetEdit) => Promise<DatasetView>;
  /** An aborted signal ends it early: what was taken until then stays. */
  readonly import: (
    request: ImportRequest,
    onProgress: (progress: ImportProgress) => void,
    signal: AbortSignal,
  ) => Promise<{ readonly view: DatasetView; readonly report: ImportReport }>;
  /** One frame of the camera; closes it. */
  readonly capture: (frame: ImageBitmap, label: string, take: Take) => Promise<CaptureReply>;
  /** Stores what a take brought. */
  readonly endCapture: () => Promise<DatasetView>;
  /** Looks at the images of every class, by its name. @throws ModelError, RuntimeError; `internal` while a run is on */
  readonly look: () => Promise<Readonly<Record<string, ClassLook>>>;
  /**
   * What the images of these classes can say by cross-validation; null where nothing can be left out.
   * @throws TrainingError `config-invalid`; ModelError, RuntimeError (`internal` while a run is on); an aborted signal rejects with its reason
   */
  readonly assess: (
    options: TrainingOptions,
    onProgress: (progress: AssessmentProgress) => void,
    signal: AbortSignal,
  ) => Promise<Assessment | null>;
  readonly image: (id: string) => Promise<Blob>;
  readonly export: () => Promise<Blob>;
  /**
   * Runs to the end.
   * @param onBackend told which backend runs and why
   * @param onRecovering told that the device was lost; the run is taken up again from its last checkpoint
   */
  readonly train: (
    request: TrainRequest,
    onProgress: (progress: TrainingProgress) => void,
    onBackend: (name: BackendName, reason: string) => void,
    onRecovering: (error: QcsError, attempt: number) => void,
  ) => Promise<TrainingResult>;
  /**
   * Times the first steps of a run that is then given up: nothing of it is kept. `stop` ends it early.
   * @throws as {@link train}; RuntimeError `disposed` when it was stopped, `internal` for a run without steps
   */
  readonly time: (request: TrainRequest) => Promise<RunEstimate>;
  /** The runs that ended here, the newest first. */
  readonly runs: () => Promise<readonly PastRun[]>;
  readonly editRuns: (edit: RunEdit) => Promise<readonly PastRun[]>;
  /** Of the run, where there is one. */
  readonly control: (action: 'pause' | 'resume' | 'stop') => Promise<void>;
  /** The last trained model as a zip. */
  readonly model: () => Promise<Blob>;
  readonly discardRun: () => Promise<void>;
}
