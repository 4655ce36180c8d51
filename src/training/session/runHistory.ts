/** The runs that ended here, with their settings and figures: what a table shows, and enough to compare any two image by image. */
import { TrainingError } from '../../errors.js';
import type { Interval } from '../../evaluation/intervals.js';
import { readJson, type FileStorage } from '../../storage/storage.js';
import type { TrainingConfig } from '../config.js';

/** What was said of one measured image. */
export interface PastAnswer {
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

const FILE = 'history.json';
const MOST_RUNS = 50;
const MOST_ANSWERS = 5000;

export class RunHistory {
  constructor(private readonly storage: FileStorage) {}

  /** The newest first. A list that is damaged is begun anew: it holds nothing that the models do not. */
  async list(): Promise<readonly PastRun[]> {
    try {
      const stored = await readJson(this.storage, FILE);
      return Array.isArray(stored) ? (stored as PastRun[]) : [];
    } catch (error) {
      if (error instanceof TrainingError) return [];
      throw error;
    }
  }

  async add(run: PastRun): Promise<void> {
    const kept = run.answers.length > MOST_ANSWERS ? { ...run, answers: [] } : run;
    await this.write([kept, ...(await this.list())].slice(0, MOST_RUNS));
  }

  async edit(edit: RunEdit): Promise<readonly PastRun[]> {
    const runs = await this.list();
    const next =
      edit.kind === 'remove'
        ? runs.filter(({ id }) => id !== edit.id)
        : runs.map((run) => (run.id === edit.id ? { ...run, name: edit.name } : run));
    await this.write(next);
    return next;
  }

  private async write(runs: readonly PastRun[]): Promise<void> {
    await this.storage.write(FILE, new TextEncoder().encode(JSON.stringify(runs)));
  }
}
