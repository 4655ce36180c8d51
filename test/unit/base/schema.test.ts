import { describe, expect, it } from 'vitest';
import { defaultsOf, readBySchema, type Schema } from '../../../src/base/schema.js';

const NAME: Schema = { title: 'a name', type: 'string', pattern: '^[a-z]+$' };
const SHAPE: Schema = {
  oneOf: [
    { type: 'object', properties: { kind: { const: 'round' } }, required: ['kind'], additionalProperties: false },
    {
      type: 'object',
      properties: { kind: { const: 'long' }, length: { type: 'number', exclusiveMinimum: 0, maximum: 9 } },
      required: ['kind', 'length'],
      additionalProperties: false,
    },
  ],
};

function read(schema: Schema, value: unknown, complete = false): unknown {
  const fail = (path: string, problem: string): never => {
    throw new Error(`${path}: ${problem}`);
  };
  return readBySchema(schema, value, { definitions: { Name: NAME, Shape: SHAPE }, fail, complete });
}

describe('readBySchema', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      name: { $ref: '#/$defs/Name' },
      count: { type: 'integer', minimum: 1, default: 2 },
      share: { type: ['number', 'null'], minimum: 0, exclusiveMaximum: 1, default: null },
      shape: { $ref: 'other.schema.json#/$defs/Shape' },
      sizes: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
      labels: {
        type: 'object',
        additionalProperties: { type: 'array', items: NAME, minItems: 1, uniqueItems: true },
        minProperties: 1,
      },
      on: { type: 'boolean' },
      text: { type: 'string', minLength: 1 },
      free: { type: 'object' },
    },
    required: ['name'],
    additionalProperties: false,
  };

  it('gives sound data back, undefined fields left out', () => {
    const sound = {
      name: 'a',
      count: 3,
      share: 0.5,
      shape: { kind: 'long', length: 9 },
      sizes: [1, -2.5],
      labels: { x: ['b'] },
      on: false,
      text: 'Any.',
      free: { deep: [{}] },
    };
    expect(read(schema, sound)).toEqual(sound);
    const read1 = read(schema, { name: 'a', text: undefined });
    expect(Object.keys(read1 as object)).toEqual(['name']);
    expect(read(schema, { name: 'a', share: null })).toEqual({ name: 'a', share: null });
  });

  it('fills in defaults only when asked', () => {
    expect(defaultsOf(schema)).toEqual({ count: 2, share: null });
    expect(read(schema, { name: 'a' }, true)).toEqual({ name: 'a', count: 2, share: null });
    expect(read(schema, { name: 'a' })).toEqual({ name: 'a' });
  });

  it('names the field and what would be right', () => {
    const cases: [object, string][] = [
      [{}, 'name: is missing'],
      [{ name: 'A' }, 'name: is "A", which is not a name'],
      [{ name: 1 }, 'name: is no text'],
      [{ count: 0 }, 'count: is no whole number from 1 on'],
      [{ count: 1.5 }, 'count: is no whole number from 1 on'],
      [{ count: '1' }, 'count: is no whole number from 1 on'],
      [{ share: 1 }, 'share: is no number from 0 to below 1'],
      [{ share: Number.NaN }, 'share: is no number from 0 to below 1'],
      [{ shape: { kind: 'flat' } }, 'shape.kind: must be one of round, long, and is "flat"'],
      [{ shape: { kind: 'long', length: 0 } }, 'shape.length: is no number above 0 to 9'],
      [{ shape: { kind: 'long', length: 10 } }, 'shape.length: is no number above 0 to 9'],
      [{ shape: { kind: 'long' } }, 'shape.length: is missing'],
      [{ shape: { kind: 'round', length: 1 } }, 'shape.length: is no known field'],
      [{ shape: 'round' }, 'shape: is no object'],
      [{ sizes: [1] }, 'sizes: is no list of 2'],
      [{ sizes: [1, 2, 3] }, 'sizes: is no list of 2'],
      [{ sizes: [1, 'x'] }, 'sizes[1]: is no number'],
      [{ sizes: { 0: 1, 1: 2, length: 2 } }, 'sizes: is no list'],
      [{ labels: {} }, 'labels: needs at least 1 entries'],
      [{ labels: { x: [] } }, 'labels.x: is no list of 1 or more'],
      [{ labels: { x: ['b', 'b'] } }, 'labels.x: names one twice'],
      [{ on: 1 }, 'on: is neither true nor false'],
      [{ text: '' }, 'text: is no text'],
      [{ free: [] }, 'free: is no object'],
      [{ other: 1 }, 'other: is no known field'],
    ];
    for (const [fields, message] of cases) {
      const value = message.startsWith('name') ? fields : { name: 'a', ...fields };
      expect(() => read(schema, value), message).toThrow(message);
    }
    expect(() => read(schema, null)).toThrow(': is no object');
  });

  it('is not deceived by names that every object has', () => {
    expect(() => read(schema, JSON.parse('{ "name": "a", "__proto__": {} }'))).toThrow('__proto__: is no known field');
    expect(() => read(schema, { name: 'a', toString: 1 })).toThrow('toString: is no known field');
    const labels = read(schema, { name: 'a', labels: JSON.parse('{ "__proto__": ["b"] }') as object }) as object;
    expect(JSON.stringify(labels)).toBe('{"name":"a","labels":{"__proto__":["b"]}}');
  });

  it('knows no schema that is not there', () => {
    expect(() => read({ $ref: '#/$defs/Nothing' }, 1)).toThrow(RangeError);
  });
});
