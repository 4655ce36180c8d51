/** Sessions that a person chose to keep, in the browser's private files. */
import { TrainingError } from '../errors.js';
import { inFolder, readJson, type FileStorage } from '../storage/storage.js';
import { SESSION_FORMAT } from './formats/json.js';
import type { Session } from './session.js';

/** Where they lie among all that is kept. */
const SESSIONS_FOLDER = 'sessions';
const VERSION = 1;

export interface KeptSession {
  readonly id: string;
  readonly title: string;
  readonly date: string;
  readonly bytes: number;
}

export class SessionStore {
  private readonly files: FileStorage;

  constructor(storage: FileStorage) {
    this.files = inFolder(storage, SESSIONS_FOLDER);
  }

  /** Keeps a session with its pictures. One that was kept before is written anew. @throws RuntimeError `storage-full`, `storage-refused` */
  async keep(session: Session, id: string = crypto.randomUUID()): Promise<string> {
    const text = JSON.stringify({ format: SESSION_FORMAT, version: VERSION, ...session, names: [...session.names] });
    await this.files.write(`${id}.json`, new TextEncoder().encode(text));
    return id;
  }

  /** Newest first. Files that are none are left out. */
  async list(): Promise<KeptSession[]> {
    const kept: KeptSession[] = [];
    for (const name of await this.files.list('')) {
      const id = name.replace(/\.json$/, '');
      try {
        const { title, date } = await this.open(id);
        kept.push({ id, title, date, bytes: (await this.files.read(name))?.byteLength ?? 0 });
      } catch {
        // Damaged, or of a later version.
      }
    }
    return kept.toSorted((first, second) => (first.date < second.date ? 1 : -1));
  }

  /** @throws TrainingError `data-damaged` */
  async open(id: string): Promise<Session> {
    const value = (await readJson(this.files, `${id}.json`)) as
      | (Omit<Session, 'names'> & {
          readonly format: string;
          readonly version: number;
          readonly names: [number, string][];
        })
      | null;
    if (value?.format !== SESSION_FORMAT || value.version !== VERSION) {
      throw new TrainingError(
        'data-damaged',
        'This session cannot be read here. Delete it, or open it with the version that kept it.',
      );
    }
    const { kind, title, date, analysis, markers, names, notes, pictures } = value;
    return { kind, title, date, analysis, markers, names: new Map(names), notes, pictures };
  }

  delete(id: string): Promise<void> {
    return this.files.remove(`${id}.json`);
  }
}
