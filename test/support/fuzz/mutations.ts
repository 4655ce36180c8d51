/** Ways to damage a file: its bytes, the numbers in it, words that its format knows. */
import * as fc from 'fast-check';

/** Changes bytes that belong to it; gives back those or others. */
export type Mutation = (bytes: Uint8Array) => Uint8Array;

const INTERESTING_BYTES = [0, 1, 0x7f, 0x80, 0xfe, 0xff, 0x22, 0x2c, 0x5c, 0x0a, 0x7b, 0x5b];
const INTERESTING_NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
/** What may stand where text has a number. */
const LITERALS = [
  '0',
  '-1',
  '1e9',
  '1e308',
  '1e999',
  '1e-300',
  '0.5',
  '9007199254740993',
  'NaN',
  'null',
  '""',
  '[]',
  '{}',
];
/** What every object has, and what no text should. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '\u202e',
  '\ufeff',
  '\0',
  '../..',
  '=1+1',
  '<img src=x onerror=alert(1)>',
];

/** Where in a file, as a part of its length: shrinks towards the start. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const few = fc.integer({ min: 1, max: 16 });

/** @param words of the format, put in anywhere */
export function mutation(words: readonly string[]): fc.Arbitrary<Mutation> {
  const encoder = new TextEncoder();
  const phrases = [...words, ...NAMES].map((word) => encoder.encode(word));
  return fc.oneof(
    fc.tuple(place, fc.integer({ min: 0, max: 7 })).map(([at, bit]) => flipBit(at, bit)),
    fc.tuple(place, fc.constantFrom(...INTERESTING_BYTES)).map(([at, value]) => overwrite(at, Uint8Array.of(value))),
    fc
      .tuple(place, fc.constantFrom(...INTERESTING_NUMBERS), fc.constantFrom(2, 4, 8), fc.boolean())
      .map(overwriteNumber),
    fc.tuple(place, fc.constantFrom(...LITERALS)).map(([at, literal]) => replaceNumber(at, literal)),
    fc.tuple(place, fc.constantFrom(...phrases)).map(([at, phrase]) => insert(at, phrase)),
    fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([at, bytes]) => insert(at, bytes)),
    fc.tuple(place, few).map(([at, length]) => remove(at, length)),
    fc.tuple(place, place, few).map(([from, to, length]) => copy(from, to, length * 4)),
    place.map((at) => (bytes: Uint8Array) => bytes.slice(0, position(bytes, at))),
    fc.tuple(place, place).map(([from, to]) => swapLines(from, to)),
  );
}

function position(bytes: Uint8Array, at: number): number {
  return Math.floor(at * bytes.length);
}

function flipBit(at: number, bit: number): Mutation {
  return (bytes) => {
    if (bytes.length > 0) bytes[position(bytes, at)] ^= 1 << bit;
    return bytes;
  };
}

function overwrite(at: number, put: Uint8Array): Mutation {
  return (bytes) => {
    const start = position(bytes, at);
    bytes.set(put.subarray(0, bytes.length - start), start);
    return bytes;
  };
}

function overwriteNumber([at, value, width, little]: [number, number, number, boolean]): Mutation {
  const view = new DataView(new ArrayBuffer(8));
  if (width === 8) view.setBigUint64(0, BigInt(value), little);
  else if (width === 4) view.setUint32(0, value, little);
  else view.setUint16(0, value & 0xffff, little);
  return overwrite(at, new Uint8Array(view.buffer, 0, width));
}

/** One of the numbers that stand there as text. */
function replaceNumber(at: number, literal: string): Mutation {
  return (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    const numbers = [...text.matchAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi)];
    if (numbers.length === 0) return bytes;
    const { index, 0: found } = numbers[Math.floor(at * numbers.length)];
    const changed = text.slice(0, index) + literal + text.slice(index + found.length);
    return Uint8Array.from(Buffer.from(changed, 'latin1'));
  };
}

function insert(at: number, put: Uint8Array): Mutation {
  return (bytes) => spliced(bytes, position(bytes, at), 0, put);
}

function remove(at: number, length: number): Mutation {
  return (bytes) => spliced(bytes, position(bytes, at), length, new Uint8Array(0));
}

function copy(from: number, to: number, length: number): Mutation {
  return (bytes) => {
    const start = position(bytes, from);
    return spliced(bytes, position(bytes, to), 0, bytes.slice(start, start + length));
  };
}

function swapLines(from: number, to: number): Mutation {
  return (bytes) => {
    const lines = Buffer.from(bytes).toString('latin1').split('\n');
    const [one, other] = [Math.floor(from * lines.length), Math.floor(to * lines.length)];
    [lines[one], lines[other]] = [lines[other], lines[one]];
    return Uint8Array.from(Buffer.from(lines.join('\n'), 'latin1'));
  };
}

function spliced(bytes: Uint8Array, at: number, removed: number, put: Uint8Array): Uint8Array {
  const after = bytes.subarray(at + removed);
  const result = new Uint8Array(at + put.length + after.length);
  result.set(bytes.subarray(0, at));
  result.set(put, at);
  result.set(after, at + put.length);
  return result;
}
