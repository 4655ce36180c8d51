/**
 * Reads zip archives, zip64 where needed (PKWARE's APPNOTE, sections 4.3 and 4.4). Only the central directory is held; entries are read one by
 * one and checked against their CRC-32.
 */
import { MAXIMUM_ZIP_ENTRIES } from '../base/limits.js';
import { crc32 } from '../base/crc32.js';
import type { ByteSource } from './byteSource.js';

export interface ZipEntry {
  readonly name: string;
  /** 0: stored; 8: deflated. */
  readonly method: number;
  readonly storedSize: number;
  readonly size: number;
  readonly crc: number;
  readonly headerOffset: number;
}

export interface ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The verified content of an entry. Throws what the archive's {@link ZipKind} makes of it. */
  read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>>;
}

/** What is read as a zip here: the errors in its own words, and how entries that are not stored plainly are unpacked. */
export interface ZipKind {
  damaged(what: string, cause?: unknown): Error;
  /** The end of the file is missing. */
  cutShort(what: string): Error;
  /** A sound archive of a kind that is not read. */
  refused(why: 'encrypted' | 'compressed'): Error;
  /** Unpacks deflated bytes to at most `size`; without it they are refused. */
  inflate?(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer>;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const ZIP64_FIELD = 0x0001;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;
const ENCRYPTED = 0x0001;
const STORED = 0;
const DEFLATED = 8;

interface Directory {
  readonly offset: number;
  readonly bytes: number;
  readonly count: number;
}

/** Reads the directory of an archive. Throws the errors of its kind: damaged, cut short, encrypted, or with one name twice. */
export async function openZip(source: ByteSource, kind: ZipKind): Promise<ZipArchive> {
  const { offset, bytes, count } = await findDirectory(source, kind);
  if (offset + bytes > source.size) throw kind.damaged('its directory lies outside the file');
  if (count > MAXIMUM_ZIP_ENTRIES) throw kind.damaged(`it holds more than ${MAXIMUM_ZIP_ENTRIES} files`);
  const entries = parseDirectory(await source.read(offset, bytes), count, source.size, kind);
  return { entries, read: (entry) => readEntry(source, entry, kind) };
}

async function findDirectory(source: ByteSource, kind: ZipKind): Promise<Directory> {
  const tailBytes = Math.min(source.size, END_BYTES + LONGEST_COMMENT);
  const tailOffset = source.size - tailBytes;
  const tail = viewOf(await source.read(tailOffset, tailBytes));
  for (let at = tailBytes - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE || at + END_BYTES + tail.getUint16(at + 20, true) !== tailBytes)
      continue;
    const count = tail.getUint16(at + 10, true);
    const bytes = tail.getUint32(at + 12, true);
    const offset = tail.getUint32(at + 16, true);
    const large = count === FULL_16 || bytes === FULL_32 || offset === FULL_32;
    return large ? findLargeDirectory(source, tailOffset + at, kind) : { offset, bytes, count };
  }
  throw kind.cutShort('the directory at its end is missing');
}

async function findLargeDirectory(source: ByteSource, endOffset: number, kind: ZipKind): Promise<Directory> {
  const locatorOffset = endOffset - END64_LOCATOR_BYTES;
  if (locatorOffset < 0) throw kind.damaged('its zip64 locator is missing');
  const locator = viewOf(await source.read(locatorOffset, END64_LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== END64_LOCATOR_SIGNATURE) throw kind.damaged('its zip64 locator is missing');
  const recordOffset = size64(locator, 8, kind);
  if (recordOffset + END64_BYTES > source.size) throw kind.damaged('its zip64 record lies outside the file');
  const record = viewOf(await source.read(recordOffset, END64_BYTES));
  if (record.getUint32(0, true) !== END64_SIGNATURE) throw kind.damaged('its zip64 record is missing');
  return { count: size64(record, 32, kind), bytes: size64(record, 40, kind), offset: size64(record, 48, kind) };
}

function parseDirectory(
  bytes: Uint8Array,
  count: number,
  fileBytes: number,
  kind: ZipKind,
): ReadonlyMap<string, ZipEntry> {
  const view = viewOf(bytes);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > bytes.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw kind.damaged('its directory is incomplete');
    }
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const end = at + ENTRY_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (end > bytes.byteLength) throw kind.damaged('its directory is incomplete');
    const entry = parseEntry(bytes.subarray(at, end), nameBytes, extraBytes, kind);
    if (entries.has(entry.name)) throw kind.damaged(`it holds ${JSON.stringify(entry.name)} twice`);
    if (entry.headerOffset + LOCAL_BYTES + entry.storedSize > fileBytes) {
      throw kind.damaged(`${JSON.stringify(entry.name)} lies outside the file`);
    }
    entries.set(entry.name, entry);
    at = end;
  }
  return entries;
}

function parseEntry(bytes: Uint8Array, nameBytes: number, extraBytes: number, kind: ZipKind): ZipEntry {
  const view = viewOf(bytes);
  const name = decodeName(bytes.subarray(ENTRY_BYTES, ENTRY_BYTES + nameBytes));
  if ((view.getUint16(8, true) & ENCRYPTED) !== 0) throw kind.refused('encrypted');
  const method = view.getUint16(10, true);
  const large = new LargeFields(bytes.subarray(ENTRY_BYTES + nameBytes, ENTRY_BYTES + nameBytes + extraBytes), kind);
  const size = large.resolve(view.getUint32(24, true));
  const storedSize = large.resolve(view.getUint32(20, true));
  const headerOffset = large.resolve(view.getUint32(42, true));
  if (method === STORED && size !== storedSize) {
    throw kind.damaged(`the sizes of ${JSON.stringify(name)} contradict each other`);
  }
  return { name, method, storedSize, size, crc: view.getUint32(16, true), headerOffset };
}

/** UTF-8, which most programs write, flagged or not; in the code pages of old ones every byte is a letter, so that names stay apart. */
function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** The 64-bit sizes that an entry's extra data carries, in the order of the 32-bit fields that are full. */
class LargeFields {
  readonly #view: DataView;
  #at = 0;
  readonly #end: number = 0;
  readonly #kind: ZipKind;

  constructor(extra: Uint8Array, kind: ZipKind) {
    this.#kind = kind;
    this.#view = viewOf(extra);
    for (let at = 0; at + 4 <= extra.byteLength;) {
      const bytes = this.#view.getUint16(at + 2, true);
      if (this.#view.getUint16(at, true) === ZIP64_FIELD) {
        this.#at = at + 4;
        this.#end = Math.min(at + 4 + bytes, extra.byteLength);
        break;
      }
      at += 4 + bytes;
    }
  }

  resolve(value: number): number {
    if (value !== FULL_32) return value;
    if (this.#at + 8 > this.#end) throw this.#kind.damaged('a 64-bit size is missing');
    this.#at += 8;
    return size64(this.#view, this.#at - 8, this.#kind);
  }
}

async function readEntry(source: ByteSource, entry: ZipEntry, kind: ZipKind): Promise<Uint8Array<ArrayBuffer>> {
  const { method, headerOffset, storedSize, size } = entry;
  if (method !== STORED && (method !== DEFLATED || kind.inflate === undefined)) throw kind.refused('compressed');
  const label = JSON.stringify(entry.name);
  const header = viewOf(await source.read(headerOffset, LOCAL_BYTES));
  if (header.getUint32(0, true) !== LOCAL_SIGNATURE) throw kind.damaged(`${label} is not where the directory says`);
  const nameBytes = header.getUint16(26, true);
  const begin = headerOffset + LOCAL_BYTES + nameBytes + header.getUint16(28, true);
  if (begin + storedSize > source.size) throw kind.damaged(`${label} lies outside the file`);
  const name = decodeName(await source.read(headerOffset + LOCAL_BYTES, nameBytes));
  if (name !== entry.name) throw kind.damaged(`${label} is not where the directory says`);
  const packed = await source.read(begin, storedSize);
  let content = packed;
  try {
    if (method === DEFLATED) content = kind.inflate!(packed, size);
  } catch (cause) {
    throw kind.damaged(`${label} cannot be unpacked`, cause);
  }
  if (content.byteLength !== size || crc32(content) !== entry.crc) {
    throw kind.damaged(`the checksum of ${label} is wrong`);
  }
  return content;
}

function size64(view: DataView, at: number, kind: ZipKind): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw kind.damaged('a size in it is impossible');
  return Number(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
