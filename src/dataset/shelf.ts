/**
 * The data sets that are kept, by name. There is no list of them that could be damaged: each is a folder, and what lies in it counts. Each has the
 * run that was interrupted on it beside its images. The first one lies where the only one used to lie.
 */
import { QcsError, TrainingError } from '../errors.js';
import { copyDataset } from './dataset.js';
import { inFolder, readJson, type FileStorage } from '../storage/storage.js';

export interface DatasetEntry {
  /** Never used twice, so that a run can name the data set that it used. */
  readonly id: string;
  readonly name: string;
}

export type ShelfEdit =
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'create'; readonly name: string }
  | { readonly kind: 'rename'; readonly id: string; readonly name: string }
  | { readonly kind: 'duplicate'; readonly id: string; readonly name: string }
  | { readonly kind: 'remove'; readonly id: string };

export interface ShelfView {
  /** At least one. */
  readonly entries: readonly DatasetEntry[];
  /** Id of the one that is open. */
  readonly current: string;
}

const FIRST = 'first';
const FIRST_NAME = 'My faces';
const FOLDER = 'datasets';
const NAME = 'name.json';
const CHOICE = 'chosen.json';
/** Stands in a folder from the wish to delete it to its end: what a crash left of it is deleted later, and nothing else ever is. */
const DELETED = 'deleted';
const IMAGES = 'dataset';
/** Of a data set, the parts that take room. */
const PARTS = [IMAGES, 'run'] as const;
const UNFINISHED = ' (unfinished copy)';

export class DatasetShelf {
  constructor(private readonly storage: FileStorage) {}

  /** Where a data set has its images (`dataset`) and its interrupted run (`run`). */
  home(id: string): FileStorage {
    return id === FIRST ? this.storage : this.folder(id);
  }

  images(id: string): FileStorage {
    return inFolder(this.home(id), IMAGES);
  }

  /** By age, the one that was opened last as the current one. */
  async view(): Promise<ShelfView> {
    const ids = await this.ids();
    const entries = await Promise.all(ids.map(async (id) => ({ id, name: await this.nameOf(id) })));
    const chosen = await this.text(this.choices, CHOICE, 'id');
    return { entries, current: chosen !== null && ids.includes(chosen) ? chosen : ids[0] };
  }

  /**
   * @throws TrainingError `data-format` for a data set that is not there; RuntimeError `storage-full` or `storage-refused`: a copy that was begun is
   * deleted then, everything else is as it was
   */
  async edit(edit: ShelfEdit): Promise<ShelfView> {
    switch (edit.kind) {
      case 'open':
        await this.choose((await this.known(edit.id)).id);
        break;
      case 'create':
        await this.choose(await this.create(edit.name));
        break;
      case 'rename':
        await this.write((await this.known(edit.id)).id, edit.name);
        break;
      case 'duplicate':
        await this.choose(await this.copy((await this.known(edit.id)).id, edit.name));
        break;
      case 'remove':
        await this.remove(edit.id);
        break;
    }
    return this.view();
  }

  /** Finishes deletions that a crash broke off. */
  async sweep(): Promise<void> {
    for (const id of await this.folders()) if (await this.isDeleted(id)) await this.empty(id);
  }

  private async create(name: string): Promise<string> {
    const id = `set-${Date.now().toString(36)}-${Math.floor(Math.random() * 36 ** 4).toString(36)}`;
    await this.write(id, name);
    return id;
  }

  /** A copy that never ended is refused as damaged, and shows by its name what it is. */
  private async copy(from: string, name: string): Promise<string> {
    const id = await this.create(`${name}${UNFINISHED}`);
    try {
      await copyDataset(this.images(from), this.images(id));
      await this.write(id, name);
    } catch (error) {
      await this.remove(id).catch(() => undefined);
      throw error;
    }
    return id;
  }

  private async remove(id: string): Promise<void> {
    try {
      await this.folder(id).write(DELETED, new Uint8Array([1]));
    } catch (error) {
      // On a full disk there is no room for the mark, and all the more reason to delete.
      if (!(error instanceof QcsError)) throw error;
    }
    await this.empty(id);
  }

  private async empty(id: string): Promise<void> {
    for (const part of PARTS) await this.home(id).remove(part);
    // The mark goes last, and with it the folder.
    await this.folder(id).remove(NAME);
    await this.folder(id).remove('');
  }

  private async ids(): Promise<readonly string[]> {
    const others: string[] = [];
    for (const id of await this.folders()) if (id !== FIRST && !(await this.isDeleted(id))) others.push(id);
    const hasFirst =
      !(await this.isDeleted(FIRST)) &&
      ((await this.storage.list(IMAGES)).length > 0 || (await this.folder(FIRST).read(NAME)) !== null);
    return hasFirst || others.length === 0 ? [FIRST, ...others] : others;
  }

  private async folders(): Promise<readonly string[]> {
    return (await this.storage.list(FOLDER)).filter((name) => name !== CHOICE);
  }

  private async isDeleted(id: string): Promise<boolean> {
    return (await this.folder(id).read(DELETED)) !== null;
  }

  private async known(id: string): Promise<DatasetEntry> {
    const entry = (await this.view()).entries.find((other) => other.id === id);
    if (entry !== undefined) return entry;
    throw new TrainingError('data-format', 'This data set is not here any more: it was deleted. Choose another one.');
  }

  private async nameOf(id: string): Promise<string> {
    return (await this.text(this.folder(id), NAME, 'name')) ?? (id === FIRST ? FIRST_NAME : id);
  }

  private async write(id: string, name: string): Promise<void> {
    await this.folder(id).write(NAME, json({ name }));
  }

  private async choose(id: string): Promise<void> {
    await this.choices.write(CHOICE, json({ id }));
  }

  /** A name or a choice that is damaged is no reason to refuse the images. */
  private async text(storage: FileStorage, path: string, field: string): Promise<string | null> {
    try {
      const value = ((await readJson(storage, path)) as Readonly<Record<string, unknown>> | null)?.[field];
      return typeof value === 'string' ? value : null;
    } catch (error) {
      if (error instanceof TrainingError) return null;
      throw error;
    }
  }

  private get choices(): FileStorage {
    return inFolder(this.storage, FOLDER);
  }

  private folder(id: string): FileStorage {
    return inFolder(this.storage, `${FOLDER}/${id}`);
  }
}

function json(value: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
