/** Picture files made to order: headers that claim anything, EXIF orientations. */
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

/** A TIFF block with one entry, the orientation, in either byte order. */
export function exifBlock(orientation: number, little = true): Uint8Array {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 1, little);
  view.setUint16(10, 0x0112, little);
  view.setUint16(12, 3, little);
  view.setUint32(14, 1, little);
  view.setUint16(18, orientation, little);
  return new Uint8Array(view.buffer);
}

/** The JPEG with an EXIF segment behind its first marker. */
export function withExif(file: Uint8Array, orientation: number, little = true): Uint8Array<ArrayBuffer> {
  const block = exifBlock(orientation, little);
  const segment = new Uint8Array(10 + block.length);
  new DataView(segment.buffer).setUint16(0, 0xffe1);
  new DataView(segment.buffer).setUint16(2, 8 + block.length);
  segment.set(new TextEncoder().encode('Exif'), 4);
  segment.set(block, 10);
  return joined(file.subarray(0, 2), segment, file.subarray(2));
}

/** A JPEG of flat blocks, 16 pixels each, from grey values row by row: survives compression. */
export function blockJpeg(rows: readonly (readonly number[])[]): Uint8Array {
  const [height, width] = [rows.length * 16, rows[0].length * 16];
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.fill(rows[Math.floor(y / 16)][Math.floor(x / 16)], (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return jpeg.encode({ data, width, height }, 95).data;
}

/** A small valid PNG with the size in its header overwritten; the header's checksum is right, so that nobody stops there. */
export function pngThatClaims(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(PNG.sync.write(new PNG({ width: 2, height: 2 })));
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  view.setUint32(29, crc32(bytes.subarray(12, 29)));
  return bytes;
}

/** CRC-32 as PNG and zip use it, written for the tests alone: bit by bit. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
