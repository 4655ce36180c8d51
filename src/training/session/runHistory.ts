/** The runs that ended here, with their settings and figures: what a table shows, and enough to compare any two image by image. */
import type { StoredSample } from '../../dataset/packs.js';
import type { DatasetEntry } from '../../dataset/shelf.js';
import { TrainingError } from '../../errors.js';
import type { BackendName } from '../../gpu/preference.js';
import type { Interval } from '../../evaluation/intervals.js';
import { readJson, type FileStorage } from '../../storage/storage.js';
import type { TrainingConfig } from '../config.js';
import { classLabeller } from '../data/samples.js';
import type { TrainingResult } from './protocol.js';

/** What was said of one measured image. */
export interface PastAnswer {
  /** Of its bytes, so that runs on copies of one data set can be compared; of runs before there were several, its id in the only one. */
  readonly id: string;
  /** Indices into the run's classes. */
  readonly label: number;
  readonly predicted: number;
}

export interface PastRun {
  /** Of its model. */
  readonly id: string;
  readonly name: string;
  /** When it ended, ISO 8601. */
  readonly at: string;
  readonly config: TrainingConfig;
  /** The data set that it used, with its name of then; missing in runs before there were several. */
  readonly dataset?: DatasetEntry;
  /** What it computed on; missing in earlier runs, as are its steps. */
  readonly backend?: BackendName;
  readonly steps?: number;
  readonly seconds: number;
  /** Images measured; 0 where none was held out. */
  readonly n: number;
  /** Of a cross-validation; null where a test split was measured. */
  readonly folds: number | null;
  readonly accuracy: Interval | null;
  readonly macroRecall: Interval | null;
  /** Accuracy of the model that it began with, on the same images. */
  readonly before: Interval | null;
  /** Address of the model; null where nothing is kept. */
  readonly model: string | null;
  /** Empty for runs of very many images. */
  readonly answers: readonly PastAnswer[];
}

export type RunEdit =
  | { readonly kind: 'rename'; readonly id: string; readonly name: string }
  | { readonly kind: 'remove'; readonly id: string };

export const RUNS_FOLDER = 'runs';
const FILE = 'history.json';
/** Written behind the list, so that one of the two is whole. */
const COPY = 'history.copy.json';
/** What could not be read, in case somebody can. */
const ASIDE = 'history.damaged.json';
const MOST_RUNS = 50;
const MOST_ANSWERS = 5000;

export class RunHistory {
  constructor(private readonly storage: FileStorage) {}

  /** The newest first; that of the copy where the list is damaged, and none where both are. */
  async list(): Promise<readonly PastRun[]> {
    return (await this.read(FILE)) ?? (await this.read(COPY)) ?? [];
  }

  async add(run: PastRun): Promise<void> {
    const kept = run.answers.length > MOST_ANSWERS ? { ...run, answers: [] } : run;
    await this.write([kept, ...(await this.list())].slice(0, MOST_RUNS));
  }

  async edit(edit: RunEdit): Promise<void> {
    const runs = await this.list();
    await this.write(
      edit.kind === 'remove'
        ? runs.filter(({ id }) => id !== edit.id)
        : runs.map((run) => (run.id === edit.id ? { ...run, name: edit.name } : run)),
    );
  }

  /** Null for one that is not there or damaged. */
  private async read(path: string): Promise<readonly PastRun[] | null> {
    try {
      const stored = await readJson(this.storage, path);
      return Array.isArray(stored) ? (stored as PastRun[]) : null;
    } catch (error) {
      if (error instanceof TrainingError) return null;
      throw error;
    }
  }

  private async write(runs: readonly PastRun[]): Promise<void> {
    const damaged = (await this.read(FILE)) === null && (await this.read(COPY)) === null;
    const old = damaged ? await this.storage.read(FILE) : null;
    if (old !== null) await this.storage.write(ASIDE, old);
    const bytes = new TextEncoder().encode(JSON.stringify(runs));
    await this.storage.write(FILE, bytes);
    await this.storage.write(COPY, bytes);
  }
}

/** What is kept of a run that ended. */
export function pastRun(
  { id, outcome, model, tested, backend }: TrainingResult,
  config: TrainingConfig,
  samples: readonly StoredSample[],
  dataset: DatasetEntry,
): PastRun {
  const { after, before, folds, seconds, steps } = outcome;
  const label = classLabeller(config);
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const answers = tested.flatMap((sampleId, at) => {
    const sample = byId.get(sampleId);
    const own = sample === undefined ? null : label(sample);
    if (sample === undefined || own === null || after === null) return [];
    return [{ id: sample.image.digest, label: own.label, predicted: after.predicted[at] }];
  });
  return {
    id,
    name: id,
    at: new Date().toISOString(),
    config,
    dataset,
    backend,
    steps,
    seconds,
    n: after?.n ?? 0,
    folds,
    accuracy: after?.accuracy ?? null,
    macroRecall: after?.macroRecall ?? null,
    before: before?.accuracy ?? null,
    model,
    answers,
  };
}
