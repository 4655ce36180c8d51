/**
 * The images of a data set, packed a few hundred a file (thousands of small files would be slow to write). A pack is never changed: what is
 * left of one that holds deleted images is copied into a new one.
 */
import { groupBy } from '../base/groupBy.js';
import { TrainingError } from '../errors.js';
import { inFolder, type FileStorage } from '../storage/storage.js';
import type { Sample } from './sample.js';

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

export class Packs {
  private readonly storage: FileStorage;

  /** @param storage of the data set */
  constructor(storage: FileStorage) {
    this.storage = inFolder(storage, 'packs');
  }

  /** Writes images one behind the other. Returns where each begins. */
  async write(pack: string, images: readonly Uint8Array[]): Promise<number[]> {
    const bytes = new Uint8Array(images.reduce((sum, image) => sum + image.byteLength, 0));
    let end = 0;
    const offsets = images.map((image) => {
      const offset = end;
      bytes.set(image, offset);
      end += image.byteLength;
      return offset;
    });
    await this.storage.write(pack, bytes);
    return offsets;
  }

  async names(): Promise<string[]> {
    return this.storage.list('');
  }

  /** How many bytes a pack has, as far as its samples reach; 0 where there is none. */
  async size(pack: string, members: readonly StoredSample[]): Promise<number> {
    const end = Math.max(0, ...members.map(({ image }) => image.offset + image.length));
    const whole = await this.storage.readRange(pack, 0, end);
    return whole?.byteLength ?? 0;
  }

  async remove(pack: string): Promise<void> {
    await this.storage.remove(pack);
  }

  async clear(): Promise<void> {
    await this.storage.remove('');
  }

  /** The encoded bytes of one image. Throws a TrainingError `data-format` when they are gone. */
  async readImage({ image }: StoredSample): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.storage.readRange(image.pack, image.offset, image.length);
    if (bytes === null || bytes.byteLength < image.length) throw missing(image.pack);
    return bytes;
  }

  /** The encoded bytes of many images, pack by pack, each pack read once. The order is that of the packs. */
  async *readImages(
    samples: readonly StoredSample[],
  ): AsyncGenerator<{ sample: StoredSample; bytes: Uint8Array<ArrayBuffer> }> {
    for (const [pack, members] of groupedByPack(samples)) {
      const bytes = await this.storage.read(pack);
      if (bytes === null) throw missing(pack);
      for (const sample of members) {
        const { offset, length } = sample.image;
        yield { sample, bytes: bytes.subarray(offset, offset + length) };
      }
    }
  }

  /** Whether a pack has bytes before, between or after those of its samples, which come in the order in which they lie there. */
  async holdsDeleted(pack: string, members: readonly StoredSample[]): Promise<boolean> {
    let end = 0;
    for (const { image } of members) {
      if (image.offset > end) return true;
      end = Math.max(end, image.offset + image.length);
    }
    const beyond = await this.storage.readRange(pack, end, 1);
    return beyond !== null && beyond.byteLength > 0;
  }

  /** Copies the samples of one pack into a new one that holds nothing else. Null for a pack that is damaged. */
  async copy(members: readonly StoredSample[], pack: string): Promise<StoredSample[] | null> {
    const images: Uint8Array[] = [];
    for await (const { sample, bytes } of this.readImages(members)) {
      if (bytes.byteLength < sample.image.length) return null;
      images.push(bytes);
    }
    const offsets = await this.write(pack, images);
    return members.map((sample, at) => ({ ...sample, image: { ...sample.image, pack, offset: offsets[at] } }));
  }

  /** Copies every pack as it is to those of another data set. */
  async copyAll(to: Packs): Promise<void> {
    for (const name of await this.names()) {
      const bytes = await this.storage.read(name);
      if (bytes !== null) await to.storage.write(name, bytes);
    }
  }

  /** Removes the packs in which none of the samples lies. */
  async keepOnly(samples: readonly StoredSample[]): Promise<void> {
    const used = new Set(samples.map(({ image }) => image.pack));
    for (const name of await this.names()) if (!used.has(name)) await this.remove(name);
  }
}

/** The samples of each pack, in the order in which they lie there. */
export function groupedByPack(samples: readonly StoredSample[]): Map<string, StoredSample[]> {
  const byPack = groupBy(samples, ({ image }) => image.pack);
  for (const members of byPack.values()) members.sort((a, b) => a.image.offset - b.image.offset);
  return byPack;
}

function missing(pack: string): TrainingError {
  return new TrainingError(
    'data-format',
    `Stored images are missing (${pack}). Delete the data set and import it again.`,
  );
}
