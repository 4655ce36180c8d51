/** Writes small zip archives of stored entries, to build damaged and unusual checkpoints from. */
import { crc32 } from '../../../src/base/crc32.js';

export interface StoredZipOptions {
  /** Writes every size and offset as 64-bit, as torch does beyond 4 GB. */
  readonly zip64?: boolean;
  readonly method?: number;
  readonly flags?: number;
}

const FULL = 0xffffffff;

export function storedZip(
  contents: ReadonlyMap<string, Uint8Array>,
  { zip64 = false, method = 0, flags = 0 }: StoredZipOptions = {},
): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const directory: number[] = [];
  const u16 = (target: number[], value: number) => target.push(value & 0xff, (value >>> 8) & 0xff);
  const u32 = (target: number[], value: number) => {
    u16(target, value & 0xffff);
    u16(target, value >>> 16);
  };
  const u64 = (target: number[], value: number) => {
    u32(target, value % 2 ** 32);
    u32(target, Math.floor(value / 2 ** 32));
  };
  for (const [name, content] of contents) {
    const offset = bytes.length;
    const encoded = new TextEncoder().encode(name);
    const crc = crc32(content);
    u32(bytes, 0x04034b50);
    for (const value of [45, flags, method, 0, 0]) u16(bytes, value);
    for (const value of [crc, content.length, content.length]) u32(bytes, value);
    for (const value of [encoded.length, 0]) u16(bytes, value);
    bytes.push(...encoded);
    for (const byte of content) bytes.push(byte);

    u32(directory, 0x02014b50);
    for (const value of [45, 45, flags, method, 0, 0]) u16(directory, value);
    const size = zip64 ? FULL : content.length;
    for (const value of [crc, size, size]) u32(directory, value);
    for (const value of [encoded.length, zip64 ? 28 : 0, 0, 0, 0]) u16(directory, value);
    for (const value of [0, zip64 ? FULL : offset]) u32(directory, value);
    directory.push(...encoded);
    if (zip64) {
      for (const value of [1, 24]) u16(directory, value);
      for (const value of [content.length, content.length, offset]) u64(directory, value);
    }
  }
  const start = bytes.length;
  for (const byte of directory) bytes.push(byte);
  if (zip64) {
    const record = bytes.length;
    u32(bytes, 0x06064b50);
    u64(bytes, 44);
    for (const value of [45, 45]) u16(bytes, value);
    for (const value of [0, 0]) u32(bytes, value);
    for (const value of [contents.size, contents.size, directory.length, start]) u64(bytes, value);
    u32(bytes, 0x07064b50);
    u32(bytes, 0);
    u64(bytes, record);
    u32(bytes, 1);
  }
  u32(bytes, 0x06054b50);
  for (const value of [0, 0, zip64 ? 0xffff : contents.size, zip64 ? 0xffff : contents.size]) u16(bytes, value);
  for (const value of [zip64 ? FULL : directory.length, zip64 ? FULL : start]) u32(bytes, value);
  u16(bytes, 0);
  return Uint8Array.from(bytes);
}
