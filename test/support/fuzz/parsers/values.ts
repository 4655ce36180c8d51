/** What the generators of several formats have in common. */
import * as fc from 'fast-check';

/** The value as it comes back from JSON: without undefined fields and negative zeros. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

export function text(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

export function ascii(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength });
}

/** Names of any script, as labels and lists have them: with something in them, nothing at their ends. */
export const names = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom('constructor', '__proto__', '=1+1', "'a"),
  )
  .map((name) => name.replaceAll(/^[\s\uFEFF]+|[\s\uFEFF]+$/g, ''))
  .filter((name) => name !== '' && !name.includes('\0'));

export const classNames = fc.uniqueArray(names, { minLength: 2, maxLength: 8 });
