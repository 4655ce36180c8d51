/** Kinds of image files, told from their first bytes. */

/** The type of image that the bytes are, from their first ones; null for none that we know. */
export function imageType(bytes: Uint8Array): string | null {
  const starts = (...values: number[]) => values.every((value, index) => bytes[index] === value);
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return 'image/webp';
  if (text(0, 3) === 'GIF') return 'image/gif';
  if (text(0, 2) === 'BM') return 'image/bmp';
  if (text(4, 8) === 'ftypavif') return 'image/avif';
  return null;
}
