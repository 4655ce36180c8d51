/**
 * Finding near-identical pictures: a difference hash of 16 x 16 bits (is a cell brighter than its right neighbour?) survives new encodings and
 * small changes of size, while two moments of one face differ in dozens of bits.
 */
import { luma, type PixelImage } from '../faces/image.js';

const SIDE = 16;
const WORDS = (SIDE * SIDE) / 32;
/** Pictures whose hashes differ in at most this many of the 256 bits count as one picture. Must stay below `WORDS`: see {@link HashIndex}. */
export const NEAR_DUPLICATE_BITS = 7;

/** Eight 32-bit words. */
export type ImageHash = Uint32Array;

/** The hash of a picture, from its luma averaged over 17 x 16 cells. */
export function imageHash(image: PixelImage): ImageHash {
  const cells = averageCells(image, SIDE + 1, SIDE);
  const hash = new Uint32Array(WORDS);
  for (let y = 0, bit = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, bit++) {
      const at = y * (SIDE + 1) + x;
      if (cells[at] > cells[at + 1]) hash[bit >>> 5] |= 1 << (bit & 31);
    }
  }
  return hash;
}

/** How many bits differ. */
export function hashDistance(first: ImageHash, second: ImageHash): number {
  let distance = 0;
  for (let word = 0; word < WORDS; word++) distance += popCount(first[word] ^ second[word]);
  return distance;
}

export function formatHash(hash: ImageHash): string {
  return Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('');
}

export function parseHash(text: string): ImageHash {
  return Uint32Array.from({ length: WORDS }, (_, word) => Number.parseInt(text.slice(word * 8, word * 8 + 8), 16));
}

/**
 * Looks up near-identical hashes without comparing all pairs: hashes that differ in fewer bits than there are words agree in at least one whole
 * word, so that only hashes sharing a word are compared.
 */
export class HashIndex {
  private readonly byWord = new Map<number, { id: string; hash: ImageHash }[]>();

  add(id: string, hash: ImageHash): void {
    for (let word = 0; word < WORDS; word++) {
      const key = bucket(word, hash);
      const entries = this.byWord.get(key);
      if (entries === undefined) this.byWord.set(key, [{ id, hash }]);
      else entries.push({ id, hash });
    }
  }

  /** The id of a near-identical picture, or null. */
  find(hash: ImageHash): string | null {
    for (let word = 0; word < WORDS; word++) {
      for (const entry of this.byWord.get(bucket(word, hash)) ?? []) {
        if (hashDistance(hash, entry.hash) <= NEAR_DUPLICATE_BITS) return entry.id;
      }
    }
    return null;
  }
}

function bucket(word: number, hash: ImageHash): number {
  return word * 2 ** 32 + hash[word];
}

function averageCells(image: PixelImage, columns: number, rows: number): Float64Array {
  const { width, height, data } = image;
  const sums = new Float64Array(columns * rows);
  const weights = new Float64Array(columns * rows);
  const across = overlaps(width, columns);
  const down = overlaps(height, rows);
  for (const vertical of down) {
    for (const horizontal of across) {
      const at = (vertical.pixel * width + horizontal.pixel) * 4;
      const share = vertical.share * horizontal.share;
      const cell = vertical.cell * columns + horizontal.cell;
      sums[cell] += luma(data[at], data[at + 1], data[at + 2]) * share;
      weights[cell] += share;
    }
  }
  return sums.map((sum, cell) => sum / weights[cell]);
}

/** Which cells each pixel lies in, and with what share of it. */
function overlaps(pixels: number, cells: number): { pixel: number; cell: number; share: number }[] {
  const list: { pixel: number; cell: number; share: number }[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const start = (cell * pixels) / cells;
    const end = ((cell + 1) * pixels) / cells;
    for (let pixel = Math.floor(start); pixel < Math.min(Math.ceil(end), pixels); pixel++) {
      const share = Math.min(end, pixel + 1) - Math.max(start, pixel);
      if (share > 0) list.push({ pixel, cell, share });
    }
  }
  return list;
}

function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
