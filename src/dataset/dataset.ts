/**
 * A data set in storage: its images in packs (packs.ts), and one index that names classes, samples and where each image lies
 * (datasetIndex.ts). Packs are never changed, and the index is swapped whole, so that a crash loses at most the images that were not yet flushed. Deleted images leave the disk
 * when the data set is next opened.
 */
import { QcsError } from '../errors.js';
import { copyIndex, type DatasetContent, EMPTY_INDEX, type Index, IndexFiles } from './datasetIndex.js';
import { formatHash, HashIndex, parseHash, type ImageHash } from './imageHash.js';
import { groupedByPack, Packs, type StoredSample } from './packs.js';
import { renameVotes, type Sample } from './sample.js';
import type { FileStorage } from '../storage/storage.js';

/** An encoded image on its way in. */
export interface NewImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly digest: string;
  readonly hash: ImageHash;
}

/** A content to go back to. */
interface Step {
  readonly content: DatasetContent;
  readonly name: string | null;
}

const FLUSH_BYTES = 4 * 2 ** 20;
const FLUSH_IMAGES = 256;
const UNDO_STEPS = 50;

export class Dataset {
  private pending: { sample: Sample; image: NewImage }[] = [];
  private pendingBytes = 0;
  private hashes = new HashIndex();
  private digests = new Map<string, string>();
  private readonly history: Step[] = [];

  private constructor(
    private readonly packs: Packs,
    private readonly files: IndexFiles,
    private index: Index,
  ) {
    this.rebuildLookups();
  }

  /**
   * Opens the data set in a storage; an empty one where there is none.
   * @throws TrainingError `data-damaged` for a list that is damaged or lost, `data-format` for one of another format; nothing is deleted then
   */
  static async open(storage: FileStorage): Promise<Dataset> {
    const packs = new Packs(storage);
    const files = new IndexFiles(storage, packs);
    const dataset = new Dataset(packs, files, (await files.read()) ?? EMPTY_INDEX);
    await dataset.removeUnused();
    return dataset;
  }

  /**
   * Makes a data set whose list is damaged or lost ready to be opened again: every state of the list has a copy.
   * @returns how many images of the copy are not there any more
   * @throws TrainingError `data-damaged` where the copy is damaged or lost too
   */
  static async rebuild(storage: FileStorage): Promise<number> {
    return new IndexFiles(storage, new Packs(storage)).rebuild();
  }

  get classes(): readonly string[] {
    return this.index.classes;
  }

  /** In the order they came in. Images that are not flushed yet are not among them. */
  get samples(): readonly StoredSample[] {
    return this.index.samples;
  }

  get canUndo(): boolean {
    return this.history.some(({ content }) => !this.shows(content));
  }

  /** The id of a sample with the same bytes or a near-identical picture, or null. */
  duplicateOf(digest: string, hash: ImageHash): string | null {
    return this.digests.get(digest) ?? this.hashes.find(hash);
  }

  /** Takes an image in; it is stored with the next flush, which happens by itself every few megabytes. Returns the sample's id. */
  async add(sample: Omit<Sample, 'id'>, image: NewImage): Promise<string> {
    const id = `s${this.index.nextId}`;
    this.index = { ...this.index, nextId: this.index.nextId + 1 };
    this.pending.push({ sample: { ...sample, id }, image });
    this.pendingBytes += image.bytes.byteLength;
    this.digests.set(image.digest, id);
    this.hashes.add(id, image.hash);
    if (this.pendingBytes >= FLUSH_BYTES || this.pending.length >= FLUSH_IMAGES) await this.flush();
    return id;
  }

  /** Stores all images taken in since the last flush. Throws a RuntimeError `storage-full` or `storage-refused`; they then stay pending. */
  async flush(): Promise<void> {
    if (this.pending.length === 0) return;
    const pack = this.nextPack;
    await this.files.begin({ ...EMPTY_INDEX, nextId: this.index.nextId });
    const offsets = await this.packs.write(
      pack,
      this.pending.map(({ image }) => image.bytes),
    );
    const added = this.pending.map(({ sample, image }, at): StoredSample => {
      const { bytes, type, width, height, digest, hash } = image;
      const place = { pack, offset: offsets[at], length: bytes.byteLength };
      return { ...sample, image: { ...place, type, width, height, digest, hash: formatHash(hash) } };
    });
    const classes = [...new Set([...this.classes, ...added.map(({ label }) => label)])];
    const next = { ...this.index, classes, samples: [...this.samples, ...added], nextPack: this.index.nextPack + 1 };
    try {
      await this.files.write(next);
    } catch (error) {
      // On a full disk the space is wanted back.
      await this.packs.remove(pack);
      throw error;
    }
    this.index = next;
    this.pending = [];
    this.pendingBytes = 0;
  }

  /** Forgets the images that could not be flushed. */
  discardPending(): void {
    this.pending = [];
    this.pendingBytes = 0;
    this.rebuildLookups();
  }

  /**
   * Remembers the present content as the state that the next {@link undo} goes back to.
   * @param name of a step that goes on for several calls, to be undone as one
   */
  mark(name: string | null = null): void {
    if (name !== null && this.history.at(-1)?.name === name) return;
    this.history.push({ content: { classes: this.classes, samples: this.samples }, name });
    if (this.history.length > UNDO_STEPS) this.history.shift();
  }

  /** Goes back to the state before the last edit, import or burst that changed anything. Returns false where there is none. */
  async undo(): Promise<boolean> {
    if (this.pending.length > 0) {
      // The step that is undone is the one that these images belong to, also where none of them was stored yet.
      this.discardPending();
      const before = this.history.at(-1)?.content;
      if (before !== undefined && !this.shows(before)) await this.replace(before);
      this.history.pop();
      return true;
    }
    const at = this.history.findLastIndex(({ content }) => !this.shows(content));
    if (at >= 0) await this.replace(this.history[at].content);
    this.history.length = Math.max(at, 0);
    return at >= 0;
  }

  /** Adds the classes that are not there yet; not a step of its own to undo. */
  async includeClasses(names: readonly string[]): Promise<void> {
    const classes = [...new Set([...this.classes, ...names])];
    if (classes.length > this.classes.length) await this.replace({ classes, samples: this.samples });
  }

  async addClass(name: string): Promise<void> {
    if (this.classes.includes(name)) return;
    this.mark();
    await this.replace({ classes: [...this.classes, name], samples: this.samples });
  }

  /** Gives a class another name; an existing name merges the two. */
  async renameClass(from: string, to: string): Promise<void> {
    this.mark();
    const rename = (name: string) => (name === from ? to : name);
    const samples = this.samples.map((sample) => {
      const label = rename(sample.label);
      return sample.votes === undefined
        ? { ...sample, label }
        : { ...sample, label, votes: renameVotes(sample.votes, rename) };
    });
    await this.replace({ classes: [...new Set(this.classes.map(rename))], samples });
  }

  /** Removes a class with all its samples. */
  async removeClass(name: string): Promise<void> {
    this.mark();
    await this.replace({
      classes: this.classes.filter((other) => other !== name),
      samples: this.samples.filter(({ label }) => label !== name),
    });
  }

  /** Moves samples to another class by hand: their votes no longer count. */
  async relabel(ids: ReadonlySet<string>, label: string): Promise<void> {
    this.mark();
    const samples = this.samples.map((sample) => {
      if (!ids.has(sample.id)) return sample;
      const { votes: _votes, ...rest } = sample;
      return { ...rest, label };
    });
    await this.replace({ classes: [...new Set([...this.classes, label])], samples });
  }

  async removeSamples(ids: ReadonlySet<string>): Promise<void> {
    this.mark();
    await this.replace({ classes: this.classes, samples: this.samples.filter(({ id }) => !ids.has(id)) });
  }

  /** Puts the samples (after a split, for example) in place of those with the same ids. */
  async updateSamples(changed: readonly Sample[]): Promise<void> {
    this.mark();
    await this.replace({ classes: this.classes, samples: withChanges(this.samples, changed) });
  }

  /** Removes everything, also the history. */
  async clear(): Promise<void> {
    this.history.length = 0;
    await this.packs.clear();
    this.index = { ...EMPTY_INDEX, nextId: this.index.nextId, nextPack: this.index.nextPack };
    this.discardPending();
    await this.files.write(this.index);
  }

  /** The encoded bytes of one image. Throws a TrainingError `data-format` when they are gone. */
  async readImage(sample: StoredSample): Promise<Uint8Array<ArrayBuffer>> {
    return this.packs.readImage(sample);
  }

  /** The encoded bytes of many images, pack by pack, each pack read once. The order is that of the packs. */
  readImages(samples: readonly StoredSample[]): ReturnType<Packs['readImages']> {
    return this.packs.readImages(samples);
  }

  private get nextPack(): string {
    return `${this.index.nextPack}.pack`;
  }

  private shows({ classes, samples }: DatasetContent): boolean {
    return classes === this.classes && samples === this.samples;
  }

  private async replace(content: DatasetContent): Promise<void> {
    const next = { ...this.index, ...content };
    await this.files.write(next);
    this.index = next;
    this.rebuildLookups();
  }

  private rebuildLookups(): void {
    this.hashes = new HashIndex();
    this.digests = new Map();
    for (const { id, image } of this.samples) {
      this.digests.set(image.digest, id);
      this.hashes.add(id, parseHash(image.hash));
    }
    for (const { sample, image } of this.pending) {
      this.digests.set(image.digest, sample.id);
      this.hashes.add(sample.id, image.hash);
    }
  }

  /** What no sample names any more leaves the disk when the data set is opened: until then undo may want it. */
  private async removeUnused(): Promise<void> {
    for (const [pack, members] of groupedByPack(this.samples)) {
      try {
        if (await this.packs.holdsDeleted(pack, members)) await this.repack(members);
      } catch (error) {
        // A full disk or a lost pack is no reason not to open: the next time may do it.
        if (!(error instanceof QcsError)) throw error;
      }
    }
    await this.packs.keepOnly(this.samples);
  }

  /** Moves the samples of one pack into a new one that holds nothing else. A pack that is damaged stays as it is. */
  private async repack(members: readonly StoredSample[]): Promise<void> {
    const moved = await this.packs.copy(members, this.nextPack);
    if (moved === null) return;
    this.index = { ...this.index, nextPack: this.index.nextPack + 1 };
    await this.replace({ classes: this.classes, samples: withChanges(this.samples, moved) });
  }
}

/**
 * Copies a data set into an empty storage: packs first, the list of images last.
 * @throws RuntimeError `storage-full` or `storage-refused`
 */
export async function copyDataset(from: FileStorage, to: FileStorage): Promise<void> {
  await new Packs(from).copyAll(new Packs(to));
  await copyIndex(from, to);
}

/** The samples, with changed ones in place of those with the same ids. */
function withChanges(samples: readonly StoredSample[], changed: readonly Sample[]): StoredSample[] {
  const byId = new Map(changed.map((sample) => [sample.id, sample]));
  return samples.map((sample) => {
    const update = byId.get(sample.id);
    return update === undefined ? sample : { ...sample, ...update };
  });
}
