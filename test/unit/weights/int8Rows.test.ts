import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { bytesSource } from '../../../src/storage/byteSource.js';
import { quantiseRows } from '../../../src/weights/int8Rows.js';
import { readSafetensors, safetensorsHeader, writeSafetensors } from '../../../src/weights/safetensors.js';
import { openTensorFile } from '../../../src/weights/tensorFile.js';

/** Rows whose sizes lie far apart, one of zeros. */
const ROWS = 60;
const COLUMNS = 100;
const matrix = {
  shape: [ROWS, COLUMNS],
  data: Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => {
    const row = Math.floor(i / COLUMNS);
    return row === 7 ? 0 : Math.sin(i * 12.9898) * 10 ** ((row % 9) - 5);
  }),
};
const arrays = new Map([
  ['matrix', matrix],
  ['filter', { shape: [ROWS, 4, 5, 5], data: matrix.data.slice() }],
  ['token', { shape: [1, ROWS, COLUMNS], data: matrix.data.slice() }],
  ['bias', { shape: [3], data: Float32Array.of(0.1, -0.2, 0.3) }],
]);
const bytes = writeSafetensors(arrays, { dtype: 'int8' });

describe('tensors in 8 bits', () => {
  it('come back within half a step of their row, zeros as zeros, and a byte a value', async () => {
    const read = readSafetensors(bytes);
    expect([...read.keys()].sort()).toEqual([...arrays.keys()].sort());
    expect(bytes.byteLength).toBeLessThan(3 * ROWS * COLUMNS + 3 * 4 * ROWS + 1000);
    for (const name of ['matrix', 'filter', 'token']) {
      const { shape, data } = read.get(name)!;
      expect(shape).toEqual(arrays.get(name)!.shape);
      for (let row = 0; row < ROWS; row++) {
        const of = (values: Float32Array) => values.subarray(row * COLUMNS, (row + 1) * COLUMNS);
        const [now, before] = [of(data), of(matrix.data)];
        const step = Math.max(...before.map(Math.abs)) / 127;
        const furthest = Math.max(...now.map((value, i) => Math.abs(value - before[i])));
        expect(furthest).toBeLessThanOrEqual(step / 2 + step * 1e-4);
        if (row === 7) expect(now.every((value) => value === 0)).toBe(true);
      }
    }
    expect(read.get('bias')!.data).toEqual(arrays.get('bias')!.data);
    const opened = await openTensorFile(bytesSource(bytes));
    expect([...opened.tensors.keys()].sort()).toEqual([...arrays.keys()].sort());
    expect(await opened.read('filter')).toEqual(read.get('filter')!.data);
  });

  it('are the same whole numbers when they are written once more', () => {
    const wholeNumbers = (file: Uint8Array) => {
      const { begin, end, type } = safetensorsHeader(file).entries.get('matrix')!;
      expect(type).toBe('I8');
      return file.subarray(begin, end);
    };
    const again = writeSafetensors(readSafetensors(bytes), { dtype: 'int8' });
    expect(wholeNumbers(again)).toEqual(wholeNumbers(bytes));
  });

  it('use the whole range and no more of it', () => {
    const { values, steps } = quantiseRows(Float32Array.of(-2, 1, 0.004, 0, 0, 0), 2);
    expect([...values]).toEqual([-127, 64, 0, 0, 0, 0]);
    expect(steps[0]).toBeCloseTo(2 / 127, 7);
  });

  it('are refused where the steps do not fit the rows', async () => {
    const header = {
      'x.int8_steps': { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
      x: { dtype: 'I8', shape: [2, 3], data_offsets: [12, 18] },
    };
    const json = new TextEncoder().encode(JSON.stringify(header).padEnd(160));
    const broken = new Uint8Array(8 + json.length + 18);
    broken.set([json.length]);
    broken.set(json, 8);
    expect(() => readSafetensors(broken)).toThrow(/one step for each row/);
    const opened = await openTensorFile(bytesSource(broken));
    await expect(opened.read('x')).rejects.toThrow(ModelError);
  });
});
