/**
 * Zip archives as torch.save writes them: stored entries, zip64 where needed (PKWARE's APPNOTE, sections 4.3 and 4.4). Only the central
 * directory is held; entries are read one by one and checked against their CRC-32.
 */
import type { ByteSource } from './byteSource.js';
import { crc32 } from '../base/crc32.js';
import { cutShort, damaged, refused } from '../weights/torchCheckpoint/problems.js';

export interface ZipEntry {
  readonly name: string;
  /** False for compressed entries, which torch.save never writes and `read` refuses. */
  readonly stored: boolean;
  readonly size: number;
  readonly crc: number;
  readonly headerOffset: number;
}

export interface ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The verified content of an entry. Throws ModelError `checkpoint-format`. */
  read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>>;
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

interface Directory {
  readonly offset: number;
  readonly bytes: number;
  readonly count: number;
}

/** @throws ModelError `model-truncated` when the directory at the end is missing, `checkpoint-format` when it contradicts itself. */
export async function openZip(source: ByteSource): Promise<ZipArchive> {
  const { offset, bytes, count } = await findDirectory(source);
  if (offset + bytes > source.size) throw damaged('its directory lies outside the file');
  const entries = parseDirectory(await source.read(offset, bytes), count, source.size);
  return { entries, read: (entry) => readEntry(source, entry) };
}

async function findDirectory(source: ByteSource): Promise<Directory> {
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
    return large ? findLargeDirectory(source, tailOffset + at) : { offset, bytes, count };
  }
  throw cutShort('the directory at its end is missing');
}

async function findLargeDirectory(source: ByteSource, endOffset: number): Promise<Directory> {
  const locatorOffset = endOffset - END64_LOCATOR_BYTES;
  if (locatorOffset < 0) throw damaged('its zip64 locator is missing');
  const locator = viewOf(await source.read(locatorOffset, END64_LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== END64_LOCATOR_SIGNATURE) throw damaged('its zip64 locator is missing');
  const recordOffset = size64(locator, 8);
  if (recordOffset + END64_BYTES > source.size) throw damaged('its zip64 record lies outside the file');
  const record = viewOf(await source.read(recordOffset, END64_BYTES));
  if (record.getUint32(0, true) !== END64_SIGNATURE) throw damaged('its zip64 record is missing');
  return { count: size64(record, 32), bytes: size64(record, 40), offset: size64(record, 48) };
}

function parseDirectory(bytes: Uint8Array, count: number, fileBytes: number): ReadonlyMap<string, ZipEntry> {
  const view = viewOf(bytes);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > bytes.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw damaged('its directory is incomplete');
    }
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const end = at + ENTRY_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (end > bytes.byteLength) throw damaged('its directory is incomplete');
    const entry = parseEntry(bytes.subarray(at, end), nameBytes, extraBytes);
    if (entries.has(entry.name)) throw damaged(`it holds ${JSON.stringify(entry.name)} twice`);
    if (entry.headerOffset + LOCAL_BYTES + entry.size > fileBytes) {
      throw damaged(`${JSON.stringify(entry.name)} lies outside the file`);
    }
    entries.set(entry.name, entry);
    at = end;
  }
  return entries;
}

function parseEntry(bytes: Uint8Array, nameBytes: number, extraBytes: number): ZipEntry {
  const view = viewOf(bytes);
  const name = new TextDecoder().decode(bytes.subarray(ENTRY_BYTES, ENTRY_BYTES + nameBytes));
  if ((view.getUint16(8, true) & ENCRYPTED) !== 0) throw refused('This checkpoint is encrypted.', 'Decrypt it first.');
  const stored = view.getUint16(10, true) === 0;
  const large = new LargeFields(bytes.subarray(ENTRY_BYTES + nameBytes, ENTRY_BYTES + nameBytes + extraBytes));
  const size = large.resolve(view.getUint32(24, true));
  const storedSize = large.resolve(view.getUint32(20, true));
  const headerOffset = large.resolve(view.getUint32(42, true));
  if (stored && size !== storedSize) throw damaged(`the sizes of ${JSON.stringify(name)} contradict each other`);
  return { name, stored, size, crc: view.getUint32(16, true), headerOffset };
}

/** The 64-bit sizes that an entry's extra data carries, in the order of the 32-bit fields that are full. */
class LargeFields {
  readonly #view: DataView;
  #at = 0;
  readonly #end: number = 0;

  constructor(extra: Uint8Array) {
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
    if (this.#at + 8 > this.#end) throw damaged('a 64-bit size is missing');
    this.#at += 8;
    return size64(this.#view, this.#at - 8);
  }
}

async function readEntry(source: ByteSource, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  if (!entry.stored) {
    throw refused(
      'This checkpoint is a compressed zip file.',
      'Save it with torch.save, which stores its parts uncompressed.',
    );
  }
  const label = JSON.stringify(entry.name);
  const header = viewOf(await source.read(entry.headerOffset, LOCAL_BYTES));
  if (header.getUint32(0, true) !== LOCAL_SIGNATURE) throw damaged(`${label} is not where the directory says`);
  const nameBytes = header.getUint16(26, true);
  const begin = entry.headerOffset + LOCAL_BYTES + nameBytes + header.getUint16(28, true);
  if (begin + entry.size > source.size) throw damaged(`${label} lies outside the file`);
  const name = new TextDecoder().decode(await source.read(entry.headerOffset + LOCAL_BYTES, nameBytes));
  if (name !== entry.name) throw damaged(`${label} is not where the directory says`);
  const content = await source.read(begin, entry.size);
  if (crc32(content) !== entry.crc) throw damaged(`the checksum of ${label} is wrong`);
  return content;
}

function size64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('a size in it is impossible');
  return Number(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
