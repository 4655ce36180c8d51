/** Half precision, both kinds: IEEE 754 binary16 (float16) and bfloat16, to and from float32. */

/** The largest finite float16; larger magnitudes round to infinity. */
export const FLOAT16_MAX = 65504;

let table: Float32Array | undefined;

/** Float32 values of float16 bit patterns (exact: every float16 is a float32). */
export function float16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  table ??= float16Table();
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]];
  return values;
}

/** Float16 bit patterns nearest to the values, ties to even; beyond the range infinity, NaN stays NaN. */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length);
  const one = new Float32Array(1);
  const word = new Uint32Array(one.buffer);
  for (let i = 0; i < values.length; i++) {
    one[0] = values[i];
    bits[i] = encode(word[0]);
  }
  return bits;
}

/** Float32 values of bfloat16 bit patterns (exact: bfloat16 is the upper half of a float32). */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return new Float32Array(words.buffer);
}

function float16Table(): Float32Array {
  const values = new Float32Array(0x10000);
  const words = new Uint32Array(values.buffer);
  for (let bits = 0; bits < 0x8000; bits++) {
    const exponent = bits >> 10;
    const fraction = bits & 0x3ff;
    // The fraction's bits move up, and the exponent counts from another zero.
    if (exponent === 0) values[bits] = fraction * 2 ** -24;
    else if (exponent === 0x1f) values[bits] = fraction === 0 ? Infinity : NaN;
    else words[bits] = ((exponent + 112) << 23) | (fraction << 13);
    words[bits + 0x8000] = words[bits] | 0x80000000;
  }
  return values;
}

function encode(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  if (exponent === 0xff) return fraction === 0 ? sign | 0x7c00 : sign | 0x7e00;
  const scaled = exponent - 127 + 15;
  if (scaled >= 0x1f) return sign | 0x7c00;
  if (scaled > 0) return sign | roundShift((scaled << 23) | fraction, 13);
  // Below the smallest normal float16 the hidden one becomes part of the fraction; a carry out of it is the right exponent.
  if (scaled < -10) return sign;
  return sign | roundShift(fraction | 0x800000, 14 - scaled);
}

/** value / 2^shift, ties to even. */
function roundShift(value: number, shift: number): number {
  const floor = value >>> shift;
  const rest = value - floor * 2 ** shift;
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && (floor & 1) === 1) ? floor + 1 : floor;
}
