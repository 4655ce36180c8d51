/**
 * The list of a data set on disk: classes, samples, and where each image lies. Every state is written twice, one file after the other, so that
 * one of the two is whole whatever happens to the machine meanwhile.
 */
import { QcsError, TrainingError } from '../errors.js';
import { readJson, type FileStorage } from '../storage/storage.js';
import { groupedByPack, type Packs, type StoredSample } from './packs.js';

export interface DatasetContent {
  readonly classes: readonly string[];
  readonly samples: readonly StoredSample[];
}

export interface Index extends DatasetContent {
  readonly format: 1;
  readonly nextId: number;
  readonly nextPack: number;
}

export const EMPTY_INDEX: Index = { format: 1, classes: [], samples: [], nextId: 1, nextPack: 1 };

const INDEX = 'index.json';
const COPY = 'index.copy.json';

/** Copies the list and its copy as they are, the list last. */
export async function copyIndex(from: FileStorage, to: FileStorage): Promise<void> {
  for (const name of [COPY, INDEX]) {
    const bytes = await from.read(name);
    if (bytes !== null) await to.write(name, bytes);
  }
}

export class IndexFiles {
  private hasBegun = false;

  constructor(
    private readonly storage: FileStorage,
    private readonly packs: Packs,
  ) {}

  /**
   * Null where nothing was ever stored.
   * @throws TrainingError `data-damaged` for a list that is damaged or gone from beside its packs, `data-format` for one of another format
   */
  async read(): Promise<Index | null> {
    let index: Index | null;
    try {
      index = await this.readFile(INDEX);
    } catch (cause) {
      throw cause instanceof TrainingError && cause.code === 'data-damaged' ? damaged(cause) : cause;
    }
    if (index === null && ((await this.packs.names()).length > 0 || (await this.storage.read(COPY)) !== null)) {
      throw damaged();
    }
    this.hasBegun = index !== null;
    return index;
  }

  /** Throws a RuntimeError `storage-full` or `storage-refused`; the list is then as it was. */
  async write(index: Index): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(index));
    await this.storage.write(INDEX, bytes);
    this.hasBegun = true;
    try {
      await this.storage.write(COPY, bytes);
    } catch (error) {
      // The list itself is stored; an older copy is better than none.
      if (!(error instanceof QcsError)) throw error;
    }
  }

  /** Before the first pack: packs without a list are then ones whose list was lost. */
  async begin(index: Index): Promise<void> {
    if (!this.hasBegun) await this.write(index);
  }

  /**
   * Puts the copy in place of a list that is damaged or gone, without the images that are not there.
   * @returns how many those are
   * @throws TrainingError `data-damaged` where the copy is not whole either
   */
  async rebuild(): Promise<number> {
    let copy: Index | null;
    try {
      copy = await this.readFile(COPY);
    } catch (cause) {
      throw lost(cause);
    }
    if (copy === null) {
      // The first list of all was being written: there was nothing to lose yet.
      if ((await this.packs.names()).length > 0) throw lost();
      copy = EMPTY_INDEX;
    }
    const samples = new Set<StoredSample>();
    for (const [pack, members] of groupedByPack(copy.samples)) {
      const size = await this.packs.size(pack, members);
      for (const member of members) if (member.image.offset + member.image.length <= size) samples.add(member);
    }
    const kept = copy.samples.filter((sample) => samples.has(sample));
    const numbers = (await this.packs.names()).map((name) => Number.parseInt(name, 10) || 0);
    const nextPack = Math.max(copy.nextPack, ...numbers.map((number) => number + 1));
    await this.write({ ...copy, samples: kept, nextPack });
    return copy.samples.length - kept.length;
  }

  private async readFile(path: string): Promise<Index | null> {
    let index: Partial<Index> | null;
    try {
      index = (await readJson(this.storage, path)) as Partial<Index> | null;
    } catch (cause) {
      throw cause instanceof TrainingError ? damaged(cause) : cause;
    }
    if (index === null) return null;
    if (!isIndex(index)) throw damaged();
    if (index.format === 1) return index;
    throw new TrainingError(
      'data-format',
      'The stored data set has another format. Export it with the version that made it.',
    );
  }
}

function damaged(cause?: unknown): TrainingError {
  return new TrainingError(
    'data-damaged',
    'The list of the stored data set is damaged. Nothing was deleted: it can be rebuilt from its copy and the stored images.',
    { cause },
  );
}

function lost(cause?: unknown): TrainingError {
  return new TrainingError(
    'data-damaged',
    'The list of the stored data set and its copy are both damaged. Nothing was deleted; to begin anew, clear this site’s data in the browser.',
    { cause },
  );
}

/** Whether a parsed index has all that opening and cleaning rely on. Another format is not looked into. */
function isIndex(index: Partial<Index>): index is Index {
  if (typeof index !== 'object' || index.format === undefined) return false;
  if (index.format !== 1) return true;
  const { classes, samples, nextId, nextPack } = index;
  const isText = (value: unknown) => typeof value === 'string';
  return (
    Number.isSafeInteger(nextId) &&
    Number.isSafeInteger(nextPack) &&
    Array.isArray(classes) &&
    classes.every(isText) &&
    Array.isArray(samples) &&
    samples.every(isStoredSample)
  );
}

function isStoredSample(sample: Partial<StoredSample> | null): boolean {
  const { id, label, image } = sample ?? {};
  return (
    typeof id === 'string' &&
    typeof label === 'string' &&
    typeof image?.pack === 'string' &&
    typeof image.digest === 'string' &&
    typeof image.hash === 'string' &&
    Number.isSafeInteger(image.offset) &&
    Number.isSafeInteger(image.length)
  );
}
