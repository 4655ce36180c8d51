import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from '../../../src/weights/halfPrecision.js';

const encode = (...values: number[]) => [...float32ToFloat16(Float32Array.from(values))];
const decode = (...bits: number[]) => [...float16ToFloat32(Uint16Array.from(bits))];

describe('float16', () => {
  it('encodes the values that the standard gives as examples', () => {
    expect(encode(0, -0, 1, -2, 65504, 2 ** -14, 2 ** -24, Infinity, -Infinity)).toEqual([
      0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x7c00, 0xfc00,
    ]);
    expect(encode(1 / 3)).toEqual([0x3555]);
  });

  it('rounds to the nearest value, ties to even, and beyond the range to infinity', () => {
    expect(encode(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20)).toEqual([0x3c00, 0x3c02, 0x3c01]);
    expect(encode(65519.99, 65520, 1e9)).toEqual([0x7bff, 0x7c00, 0x7c00]);
    expect(encode(2 ** -25, 2 ** -25 * 1.001, 3 * 2 ** -25, 1e-30)).toEqual([0, 1, 2, 0]);
    expect(encode(2 ** -14 - 2 ** -26)).toEqual([0x0400]);
  });

  it('gives every one of the 65536 bit patterns back', () => {
    const bits = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
    const values = float16ToFloat32(bits);
    const again = float32ToFloat16(values);
    for (let i = 0; i < 0x10000; i++) {
      if (Number.isNaN(values[i])) expect((again[i] & 0x7c00) === 0x7c00 && (again[i] & 0x3ff) !== 0).toBe(true);
      else if (again[i] !== i) expect.fail(`pattern ${i} came back as ${again[i]}`);
    }
  });

  it('decodes subnormals, infinities and NaN', () => {
    expect(decode(0x0001, 0x83ff, 0x7c00, 0xfc00, 0x7e00)).toEqual([
      2 ** -24,
      -1023 * 2 ** -24,
      Infinity,
      -Infinity,
      NaN,
    ]);
  });
});

describe('bfloat16', () => {
  it('is the upper half of a float32', () => {
    expect([...bfloat16ToFloat32(Uint16Array.from([0x3f80, 0xc000, 0x4049, 0x7f80]))]).toEqual([
      1,
      -2,
      3.140625,
      Infinity,
    ]);
  });
});
