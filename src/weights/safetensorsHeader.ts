/** The header of a safetensors file: which tensor lies where. Every claim is checked against the file's real size. */
import { MAXIMUM_SAFETENSORS_HEADER_BYTES } from '../base/limits.js';
import { ModelError } from '../errors.js';
import { ELEMENT_BYTES, type ElementType, isElementType } from './elementType.js';

/** Bytes before the header: its length as a little-endian 64-bit integer. */
export const LENGTH_BYTES = 8;

export interface SafetensorsEntry {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The header's length in bytes, from the file's first eight bytes.
 * @throws ModelError `model-truncated` for a file that ends within the header, `model-format` for one that is no safetensors file.
 */
export function safetensorsHeaderLength(start: Uint8Array, fileBytes: number): number {
  if (fileBytes < LENGTH_BYTES || start.byteLength < LENGTH_BYTES) throw truncated('it ends within its first bytes');
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (length < 2n || length > BigInt(MAXIMUM_SAFETENSORS_HEADER_BYTES))
    throw malformed('its header length is impossible');
  if (Number(length) > fileBytes - LENGTH_BYTES) throw truncated('it ends within its header');
  return Number(length);
}

/**
 * Parses the header's JSON. Tensors must fill the rest of the file without a gap or an overlap, as the format demands.
 * @throws ModelError `model-format` for any contradiction, `model-truncated` when data is missing at the end.
 */
export function parseSafetensorsHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const header = parseObject(json);
  const dataStart = LENGTH_BYTES + json.byteLength;
  const entries = new Map<string, SafetensorsEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = parseMetadata(value);
    else entries.set(name, parseEntry(name, value, dataStart));
  }
  checkCoverage(entries, dataStart, fileBytes);
  return { entries, metadata };
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  if (json[0] !== 0x7b) throw malformed('its header does not start with "{"');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw malformed('its header is not JSON', cause);
  }
  if (!isRecord(parsed)) throw malformed('its header is no JSON object');
  return parsed;
}

function parseMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value)) throw malformed('its metadata is no object');
  const metadata: Record<string, string> = {};
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw malformed(`its metadata field ${quote(key)} is no text`);
    Object.defineProperty(metadata, key, { value: text, enumerable: true });
  }
  return metadata;
}

function parseEntry(name: string, value: unknown, dataStart: number): SafetensorsEntry {
  if (!isRecord(value)) throw malformed(`the entry of ${quote(name)} is no object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isElementType(dtype)) {
    throw malformed(`${quote(name)} has the unknown type ${quote(String(dtype))}`);
  }
  if (!isSizes(shape)) throw malformed(`the shape of ${quote(name)} is no list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2)
    throw malformed(`the offsets of ${quote(name)} are no pair of numbers`);
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, ELEMENT_BYTES[dtype]);
  if (end < begin || end - begin !== bytes) throw malformed(`the offsets of ${quote(name)} do not fit its shape`);
  return { type: dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function checkCoverage(entries: ReadonlyMap<string, SafetensorsEntry>, dataStart: number, fileBytes: number): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = dataStart;
  for (const [name, entry] of inOrder) {
    if (entry.begin < position) throw malformed(`${quote(name)} overlaps the tensor before it`);
    if (entry.begin > position) throw malformed(`there is a gap before ${quote(name)}`);
    if (entry.end > fileBytes) throw truncated(`${quote(name)} ends ${entry.end - fileBytes} bytes beyond the file`);
    position = entry.end;
  }
  if (position !== fileBytes) throw malformed(`${fileBytes - position} bytes after its last tensor belong to nothing`);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);
}

function malformed(what: string, cause?: unknown): ModelError {
  return new ModelError('model-format', `This is not a sound safetensors file: ${what}. Export or convert it again.`, {
    cause,
  });
}

function truncated(what: string): ModelError {
  return new ModelError('model-truncated', `The safetensors file is cut short: ${what}. Download or copy it again.`);
}
