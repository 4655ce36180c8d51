/**
 * A data set in storage: images packed a few hundred a file (thousands of small files would be slow to write), and one index that names classes,
 * samples and where each image lies. Packs are never changed, and the index is swapped whole, so that a crash loses at most the images that
 * were not yet flushed. Deleted images leave the disk when the data set is next opened.
 */
import { QcsError, TrainingError } from '../errors.js';
import { formatHash, HashIndex, parseHash, type ImageHash } from './imageHash.js';
import { renameVotes, type Sample } from './sample.js';
import { readJson, writeJson, type FileStorage } from '../storage/storage.js';

/** Where an image lies, and what is known of its bytes. */
export interface StoredImage {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
  /** MIME type of the encoded bytes. */
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the bytes that were imported. */
  readonly digest: string;
  /** Difference hash, see imageHash.ts. */
  readonly hash: string;
}

export interface StoredSample extends Sample {
  readonly image: StoredImage;
}

/** An encoded image on its way in. */
export interface NewImage {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly digest: string;
  readonly hash: ImageHash;
}

export interface DatasetContent {
  readonly classes: readonly string[];
  readonly samples: readonly StoredSample[];
}

/** A content to go back to. */
interface Step {
  readonly content: DatasetContent;
  readonly name: string | null;
}

interface Index extends DatasetContent {
  readonly format: 1;
  readonly nextId: number;
  readonly nextPack: number;
}

const INDEX = 'index.json';
const PACKS = 'packs';
const FLUSH_BYTES = 4 * 2 ** 20;
const FLUSH_IMAGES = 256;
const UNDO_STEPS = 50;
const EMPTY: Index = { format: 1, classes: [], samples: [], nextId: 1, nextPack: 1 };

export class Dataset {
  private pending: { sample: Sample; image: NewImage }[] = [];
  private pendingBytes = 0;
  private hashes = new HashIndex();
  private digests = new Map<string, string>();
  private readonly history: Step[] = [];

  private constructor(
    private readonly storage: FileStorage,
    private index: Index,
  ) {
    this.rebuildLookups();
  }

  /** Opens the data set in a storage; an empty one where there is none. Throws a TrainingError `data-format` for an index of another format. */
  static async open(storage: FileStorage): Promise<Dataset> {
    const index = (await readJson(storage, INDEX)) as Partial<Index> | null;
    if (index !== null && index.format !== 1) {
      throw new TrainingError(
        'data-format',
        'The stored data set has another format. Export it with the version that made it.',
      );
    }
    const dataset = new Dataset(storage, index === null ? EMPTY : (index as Index));
    await dataset.removeUnused();
    return dataset;
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
    const pack = `${this.index.nextPack}.pack`;
    const bytes = new Uint8Array(this.pendingBytes);
    const added: StoredSample[] = [];
    let offset = 0;
    for (const { sample, image } of this.pending) {
      bytes.set(image.bytes, offset);
      const { type, width, height, digest } = image;
      const length = image.bytes.byteLength;
      added.push({
        ...sample,
        image: { pack, offset, length, type, width, height, digest, hash: formatHash(image.hash) },
      });
      offset += length;
    }
    const path = `${PACKS}/${pack}`;
    await this.storage.write(path, bytes);
    const classes = [...new Set([...this.classes, ...added.map(({ label }) => label)])];
    const next = { ...this.index, classes, samples: [...this.samples, ...added], nextPack: this.index.nextPack + 1 };
    try {
      await writeJson(this.storage, INDEX, next);
    } catch (error) {
      // On a full disk the space is wanted back.
      await this.storage.remove(path);
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
    const byId = new Map(changed.map((sample) => [sample.id, sample]));
    const samples = this.samples.map((sample) => {
      const update = byId.get(sample.id);
      return update === undefined ? sample : { ...sample, ...update };
    });
    await this.replace({ classes: this.classes, samples });
  }

  /** Removes everything, also the history. */
  async clear(): Promise<void> {
    this.history.length = 0;
    await this.storage.remove(PACKS);
    this.index = { ...EMPTY, nextId: this.index.nextId, nextPack: this.index.nextPack };
    this.discardPending();
    await writeJson(this.storage, INDEX, this.index);
  }

  /** The encoded bytes of one image. Throws a TrainingError `data-format` when they are gone. */
  async readImage({ image }: StoredSample): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.storage.readRange(`${PACKS}/${image.pack}`, image.offset, image.length);
    if (bytes === null || bytes.byteLength < image.length) throw missing(image.pack);
    return bytes;
  }

  /** The encoded bytes of many images, pack by pack, each pack read once. The order is that of the packs. */
  async *readImages(
    samples: readonly StoredSample[],
  ): AsyncGenerator<{ sample: StoredSample; bytes: Uint8Array<ArrayBuffer> }> {
    for (const [pack, members] of groupedByPack(samples)) {
      const bytes = await this.storage.read(`${PACKS}/${pack}`);
      if (bytes === null) throw missing(pack);
      for (const sample of members) {
        const { offset, length } = sample.image;
        yield { sample, bytes: bytes.subarray(offset, offset + length) };
      }
    }
  }

  private shows({ classes, samples }: DatasetContent): boolean {
    return classes === this.classes && samples === this.samples;
  }

  private async replace(content: DatasetContent): Promise<void> {
    const next = { ...this.index, ...content };
    await writeJson(this.storage, INDEX, next);
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
        if (await this.holdsDeleted(pack, members)) await this.repack(members);
      } catch (error) {
        // A full disk or a lost pack is no reason not to open: the next time may do it.
        if (!(error instanceof QcsError)) throw error;
      }
    }
    const used = new Set(this.samples.map(({ image }) => image.pack));
    for (const name of await this.storage.list(PACKS)) {
      if (!used.has(name)) await this.storage.remove(`${PACKS}/${name}`);
    }
  }

  /** Whether a pack has bytes before, between or after those of its samples. */
  private async holdsDeleted(pack: string, members: readonly StoredSample[]): Promise<boolean> {
    let end = 0;
    for (const { image } of members) {
      if (image.offset > end) return true;
      end = Math.max(end, image.offset + image.length);
    }
    const beyond = await this.storage.readRange(`${PACKS}/${pack}`, end, 1);
    return beyond !== null && beyond.byteLength > 0;
  }

  /** Moves the samples of one pack into a new one that holds nothing else. A pack that is damaged stays as it is. */
  private async repack(members: readonly StoredSample[]): Promise<void> {
    const pack = `${this.index.nextPack}.pack`;
    const packed = new Uint8Array(members.reduce((sum, { image }) => sum + image.length, 0));
    const moved = new Map<string, StoredSample>();
    let offset = 0;
    for await (const { sample, bytes } of this.readImages(members)) {
      if (bytes.byteLength < sample.image.length) return;
      packed.set(bytes, offset);
      moved.set(sample.id, { ...sample, image: { ...sample.image, pack, offset } });
      offset += bytes.byteLength;
    }
    await this.storage.write(`${PACKS}/${pack}`, packed);
    this.index = { ...this.index, nextPack: this.index.nextPack + 1 };
    await this.replace({
      classes: this.classes,
      samples: this.samples.map((sample) => moved.get(sample.id) ?? sample),
    });
  }
}

/** The samples of each pack, in the order in which they lie there. */
function groupedByPack(samples: readonly StoredSample[]): Map<string, StoredSample[]> {
  const byPack = new Map<string, StoredSample[]>();
  for (const sample of samples) {
    const members = byPack.get(sample.image.pack);
    if (members === undefined) byPack.set(sample.image.pack, [sample]);
    else members.push(sample);
  }
  for (const members of byPack.values()) members.sort((a, b) => a.image.offset - b.image.offset);
  return byPack;
}

function missing(pack: string): TrainingError {
  return new TrainingError(
    'data-format',
    `Stored images are missing (${pack}). Delete the data set and import it again.`,
  );
}
