/**
 * The journal in which Chromium notes the names of private files (LevelDB's log: blocks of 32 kB, each note with a header of its checksum, length and
 * type). What a torn note at its end costs, and how `src/storage/journal.ts` gets past it, is told there.
 */
import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const LENGTH_AT = 4;
const TYPE_AT = 6;
/** Whole, first, middle and last part of a note. */
const TYPES = [1, 2, 3, 4];
const TORN_LENGTH = 300;
const TORN_PART = 20;

/** The journals of all origins in a browser's profile. */
export function journalsOf(profile: string): readonly string[] {
  return readdirSync(profile, { recursive: true, encoding: 'utf8' })
    .filter((path) => /File ?System[\\/].*[\\/]Paths[\\/]\d+\.log$/.test(path))
    .map((path) => join(profile, path))
    .filter((path) => statSync(path).size > 0);
}

/** Whether the last note is not there to its end. */
export function isTorn(journal: Uint8Array): boolean {
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength);
  let at = Math.floor(journal.byteLength / BLOCK_BYTES) * BLOCK_BYTES;
  while (at + HEADER_BYTES <= journal.byteLength) {
    // Behind a note that was torn earlier nothing in the block can be read.
    if (!TYPES.includes(view.getUint8(at + TYPE_AT))) return false;
    at += HEADER_BYTES + view.getUint16(at + LENGTH_AT, true);
  }
  return at !== journal.byteLength;
}

/** Begins a note and does not end it, as a browser does that is killed between two writes. */
export function tearJournal(path: string): void {
  // A note that does not fit into its block is parted, which this one is not.
  if ((statSync(path).size % BLOCK_BYTES) + HEADER_BYTES + TORN_LENGTH > BLOCK_BYTES) return;
  const note = Buffer.alloc(HEADER_BYTES + TORN_PART);
  note.writeUInt16LE(TORN_LENGTH, LENGTH_AT);
  [note[TYPE_AT]] = TYPES;
  appendFileSync(path, note);
}
