import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { bytesSource } from '../../../src/storage/byteSource.js';
import type { NamedArray } from '../../../src/weights/namedArray.js';
import {
  readSafetensors,
  safetensorsHeader,
  safetensorsHeaderFrom,
  writeSafetensors,
} from '../../../src/weights/safetensors.js';

const GOLDEN = new URL('../../fixtures/qcs-mobile-starter.golden.safetensors', import.meta.url);

function file(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
  return 'no error';
}

const one = (dtype: string, shape: number[], data: ArrayBufferView) =>
  readSafetensors(
    file(
      { x: { dtype, shape, data_offsets: [0, data.byteLength] } },
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ),
  ).get('x')!;

describe('readSafetensors', () => {
  it('reads every element type as float32', () => {
    const cases: [string, ArrayBufferView, number[]][] = [
      ['F32', Float32Array.of(1.5, -2), [1.5, -2]],
      ['F64', Float64Array.of(1.5, -2), [1.5, -2]],
      ['F16', Uint16Array.of(0x3e00, 0xc000), [1.5, -2]],
      ['BF16', Uint16Array.of(0x3fc0, 0xc000), [1.5, -2]],
      ['I64', BigInt64Array.of(5n, -7n), [5, -7]],
      ['U64', BigUint64Array.of(5n, 7n), [5, 7]],
      ['I32', Int32Array.of(5, -7), [5, -7]],
      ['U32', Uint32Array.of(5, 4294967295), [5, 4294967296]],
      ['I16', Int16Array.of(5, -7), [5, -7]],
      ['U16', Uint16Array.of(5, 65535), [5, 65535]],
      ['I8', Int8Array.of(5, -7), [5, -7]],
      ['U8', Uint8Array.of(5, 255), [5, 255]],
      ['BOOL', Uint8Array.of(0, 1), [0, 1]],
    ];
    for (const [dtype, data, expected] of cases) {
      expect([dtype, ...one(dtype, [2, 1], data).data]).toEqual([dtype, ...expected]);
      expect(one(dtype, [2, 1], data).shape).toEqual([2, 1]);
    }
  });

  it('reads a file that another program wrote', () => {
    const arrays = readSafetensors(readFileSync(GOLDEN));
    expect([...arrays.keys()].sort()).toEqual([
      'crops',
      'logits',
      'quadruplet_cross_logits',
      'resized_first',
      'tokens_first',
    ]);
    expect(arrays.get('crops')!.shape).toEqual([16, 48, 48]);
    expect(Math.max(...arrays.get('crops')!.data)).toBeGreaterThan(200);
    expect(arrays.get('logits')!.data.every((value) => Number.isFinite(value))).toBe(true);
  });

  it('reads the header piece by piece as it reads it whole', async () => {
    const bytes = readFileSync(GOLDEN);
    expect(await safetensorsHeaderFrom(bytesSource(bytes))).toEqual(safetensorsHeader(bytes));
  });

  it('keeps scalars, empty tensors and tensors with hostile names', () => {
    const arrays = new Map<string, NamedArray>([
      ['__proto__', { shape: [], data: Float32Array.of(3) }],
      ['empty', { shape: [0, 4], data: new Float32Array(0) }],
    ]);
    expect(readSafetensors(writeSafetensors(arrays))).toEqual(arrays);
  });

  it('refuses every contradiction by its code', () => {
    const f32 = (begin: number, end: number, shape = [1]) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });
    const four = new Uint8Array(4);
    const eight = new Uint8Array(8);
    const cases: [string, Uint8Array, string][] = [
      ['empty file', new Uint8Array(0), 'model-truncated'],
      ['ends in the length', new Uint8Array(7), 'model-truncated'],
      ['header length 0', new Uint8Array(8), 'model-format'],
      ['header length 2^63', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b), 'model-format'],
      ['ends in the header', file({ x: f32(0, 4) }, four).subarray(0, 20), 'model-truncated'],
      ['ends in the data', file({ x: f32(0, 4) }, four).subarray(0, -1), 'model-truncated'],
      ['more data than tensors', file({ x: f32(0, 4) }, eight), 'model-format'],
      ['gap', file({ x: f32(4, 8) }, eight), 'model-format'],
      ['overlap', file({ x: f32(0, 4), y: f32(0, 4) }, eight), 'model-format'],
      ['shape and offsets differ', file({ x: f32(0, 8) }, eight), 'model-format'],
      ['huge shape', file({ x: f32(0, 8, [2 ** 40, 2 ** 40]) }, eight), 'model-format'],
      ['negative offset', file({ x: f32(-4, 0) }, four), 'model-format'],
      ['negative size', file({ x: f32(0, 4, [-1, -1]) }, four), 'model-format'],
      ['end before begin', file({ x: f32(4, 0) }, four), 'model-format'],
      ['unknown type', file({ x: { dtype: 'F8', shape: [4], data_offsets: [0, 4] } }, four), 'model-format'],
      [
        'inherited type name',
        file({ x: { dtype: 'toString', shape: [4], data_offsets: [0, 4] } }, four),
        'model-format',
      ],
      ['no offsets', file({ x: { dtype: 'F32', shape: [1] } }, four), 'model-format'],
      ['list for header', file([1, 2]), 'model-format'],
      ['no JSON', file('{"x":'), 'model-format'],
      ['null entry', file({ x: null }), 'model-format'],
      ['metadata of numbers', file({ __metadata__: { a: 1 } }), 'model-format'],
    ];
    for (const [what, bytes, code] of cases) expect([what, codeOf(() => readSafetensors(bytes))]).toEqual([what, code]);
  });

  it('survives any truncation and thousands of flipped bytes with a typed error or a result', () => {
    const sound = writeSafetensors(
      new Map([
        ['a.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
        ['b', { shape: [4], data: Float32Array.of(7, 8, 9, 10) }],
      ]),
      { dtype: 'float16', metadata: { origin: 'test' } },
    );
    for (let length = 0; length < sound.length; length++) {
      expect(codeOf(() => readSafetensors(sound.subarray(0, length)))).toMatch(/^model-/);
    }
    for (let i = 0; i < sound.length; i++) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const damaged = sound.slice();
        damaged[i] ^= bit;
        expect(codeOf(() => readSafetensors(damaged))).toMatch(/^(model-format|model-truncated|no error)$/);
      }
    }
  });
});

describe('writeSafetensors', () => {
  const arrays = new Map<string, NamedArray>([
    ['half', { shape: [3], data: Float32Array.of(0.1, 1, -65504) }],
    ['wide', { shape: [1, 2], data: Float32Array.of(1e6, 0.1) }],
  ]);

  it('gives float32 back exactly, with the metadata', () => {
    const bytes = writeSafetensors(arrays, { metadata: { id: 'x' } });
    expect(readSafetensors(bytes)).toEqual(arrays);
    expect(safetensorsHeader(bytes).metadata).toEqual({ id: 'x' });
  });

  it('writes float16 and keeps float32 for small tensors and where float16 would overflow', () => {
    const large = (...start: number[]) => Float32Array.from({ length: 6000 }, (_, index) => start[index] ?? 0);
    const wanted = new Map<string, NamedArray>([
      ['small', { shape: [2], data: Float32Array.of(0.1, 1) }],
      ['half', { shape: [6000], data: large(0.1, 1, -65504) }],
      ['wide', { shape: [60, 100], data: large(1e6, 0.1) }],
    ]);
    const bytes = writeSafetensors(wanted, { dtype: 'float16' });
    const { entries } = safetensorsHeader(bytes);
    expect(['small', 'half', 'wide'].map((name) => entries.get(name)!.type)).toEqual(['F32', 'F16', 'F32']);
    const read = readSafetensors(bytes);
    expect(read.get('small')).toEqual(wanted.get('small'));
    expect(read.get('half')!.data[0]).toBeCloseTo(0.1, 4);
    expect([...read.get('half')!.data.subarray(1, 4)]).toEqual([1, -65504, 0]);
    expect(read.get('wide')!.data[0]).toBe(1e6);
  });

  it('refuses values that do not fill their shape', () => {
    expect(codeOf(() => writeSafetensors(new Map([['x', { shape: [3], data: Float32Array.of(1) }]])))).toBe(
      'model-format',
    );
  });
});
