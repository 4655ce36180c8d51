import { readFileSync } from 'node:fs';
import { ByteBuffer } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import { addTensorMetadata } from '../../../scripts/detectorMetadata.js';

const model = readFileSync('node_modules/@mediapipe/face_detection/face_detection_short_range.tflite');
const result = addTensorMetadata(model, { mean: 127.5, std: 127.5 }, ['regressors', 'classificators']);

/** Where a table's field is; 0 when it has none. */
function field(buffer: ByteBuffer, table: number, index: number): number {
  const offset = buffer.__offset(table, 4 + 2 * index);
  return offset === 0 ? 0 : table + offset;
}

describe('addTensorMetadata', () => {
  it('keeps the model’s bytes as they are, aligned to 16 bytes', () => {
    const start = Buffer.from(result).indexOf(model);
    expect(start).toBeGreaterThan(0);
    expect(start % 16).toBe(0);
    expect(result.length).toBeLessThan(model.length + 1000);
  });

  it('adds one named buffer with the normalisation, behind the old ones', () => {
    const buffer = new ByteBuffer(result);
    const old = new ByteBuffer(model);
    const root = buffer.readInt32(0);
    const oldRoot = old.readInt32(0);
    expect(Buffer.from(result.subarray(4, 8)).toString()).toBe('TFL3');
    const vector = (of: ByteBuffer, table: number, index: number) => of.__vector(field(of, table, index));
    const count = (of: ByteBuffer, table: number, index: number) => of.__vector_len(field(of, table, index));
    expect(count(buffer, root, 4)).toBe(count(old, oldRoot, 4) + 1);
    expect(count(buffer, root, 2)).toBe(count(old, oldRoot, 2));

    const last = count(buffer, root, 6) - 1;
    const entry = buffer.__indirect(vector(buffer, root, 6) + 4 * last);
    expect(buffer.__string(field(buffer, entry, 0))).toBe('TFLITE_METADATA');
    const index = buffer.readInt32(field(buffer, entry, 1));
    expect(index).toBe(count(old, oldRoot, 4));

    const holder = buffer.__indirect(vector(buffer, root, 4) + 4 * index);
    const start = vector(buffer, holder, 0);
    const metadata = new ByteBuffer(result.slice(start, start + count(buffer, holder, 0)));
    expect(Buffer.from(metadata.bytes().subarray(4, 8)).toString()).toBe('M001');
    const subgraph = metadata.__indirect(vector(metadata, metadata.readInt32(0), 3));
    const input = metadata.__indirect(vector(metadata, subgraph, 2));
    const unit = metadata.__indirect(vector(metadata, input, 4));
    const options = metadata.__indirect(field(metadata, unit, 1));
    expect(metadata.readFloat32(vector(metadata, options, 0))).toBe(127.5);
    expect(metadata.readFloat32(vector(metadata, options, 1))).toBe(127.5);
    expect(count(metadata, subgraph, 3)).toBe(2);
  });
});
