import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { formatManifest, parseManifest, validateManifest } from '../../../src/weights/manifestSchema.js';
import fineTuningJson from '../../../schema/fine-tuning.schema.json';
import manifestJson from '../../../schema/manifest.schema.json';
import { BEYOND_BOUNDS, changedManifest, tinyModel, withMuscles } from './fixtures.js';

const { manifest } = await tinyModel();

const changed = (path: string, value: unknown): unknown => changedManifest(manifest, path, value);

function errorOf(value: unknown): ModelError {
  try {
    validateManifest(value);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

/** The fields of a schema that could hold any number, text or list. */
function unbounded(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const fields = schema as Readonly<Record<string, unknown>>;
  const has = (...keys: string[]) => keys.some((key) => key in fields);
  const types = [fields['type'] ?? []].flat();
  const open =
    (types.some((type) => type === 'number' || type === 'integer') &&
      !(has('minimum', 'exclusiveMinimum') && has('maximum', 'exclusiveMaximum'))) ||
    (types.includes('array') && !has('maxItems')) ||
    (types.includes('string') && !has('maxLength') && !/\{\d+(,\d+)?\}\$$/.test(String(fields['pattern'])));
  const inner = Object.entries(fields).flatMap(([key, part]) => unbounded(part, `${path}/${key}`));
  return [...(open ? [path] : []), ...inner];
}

describe('validateManifest', () => {
  it('gives a sound manifest back as it is, and through its file', () => {
    expect(validateManifest(manifest)).toEqual(manifest);
    expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
  });

  it('leaves absent fields absent', () => {
    expect(Object.hasOwn(validateManifest(changed('training', undefined)), 'training')).toBe(false);
  });

  it('names the network that it does not know: model-architecture', () => {
    const cases: [string, unknown][] = [
      ['architecture.family', 'vit'],
      ['architecture.backbone', 'resnet50'],
      ['architecture.backbone', 'resnet18'],
      ['architecture.attention', 'X'],
      ['architecture.csaResidual', 'none'],
      ['architecture.heads', 7],
      ['architecture.heads', undefined],
      ['architecture.depth', 0],
      ['architecture.embedding', 1.5],
      ['architecture.embedding', undefined],
      ['architecture.stages', [{ channels: 8, units: 2 }]],
      ['architecture.dropout', { base: 0, cross: 1 }],
      ['architecture.outputsPerClass', [1, 0]],
      ['architecture.outputsPerClass', [1.5, 1]],
      ['architecture.surprise', 1],
      ['architecture', null],
    ];
    for (const [path, value] of cases) {
      expect([path, value, errorOf(changed(path, value)).code]).toEqual([path, value, 'model-architecture']);
    }
  });

  it('names every other contradiction: model-format', () => {
    const file = manifest.files[0];
    const cases: [string, unknown][] = [
      ['format', 2],
      ['format', '1'],
      ['format', undefined],
      ['id', '../x'],
      ['id', ''],
      ['version', 1],
      ['classes', ['neutral']],
      ['classes', ['neutral', 'neutral']],
      ['classes', ['neutral', 3]],
      ['classes', { 0: 'neutral', length: 1 }],
      ['architecture.outputsPerClass', [1]],
      ['input.colour', 'bgr'],
      ['input.resize', 'nearest'],
      ['input.stride', 3],
      ['input.size', 56],
      ['input.centreCrop', 224],
      ['input.mean', [0, 0]],
      ['input.std', [1, 0, 1]],
      ['input.template.nose', [1]],
      ['input.template', undefined],
      ['input.surprise', 1],
      ['temperature', 0],
      ['temperature', '1'],
      ['reading', { shares: { scale: [1], bias: [0, 0] } }],
      ['reading', { shares: { scale: [1, 0], bias: [0, 0] } }],
      ['reading', { balance: [0, 0, 0] }],
      ['reading', { plausible: { coverage: 0.9, threshold: 1 } }],
      ['reading', { quality: { blurred: { from: 1, slope: 1 }, unclear: 1 } }],
      ['reading', { surprise: 1 }],
      ['int8', {}],
      ['int8', { ranges: {} }],
      ['int8', { ranges: { 'head.weight': [0] } }],
      ['int8', { ranges: { 'head.weight': [1, 0] } }],
      ['int8', { ranges: { 'head.weight': [0, 1e9] } }],
      ['files', []],
      ['files', [{ ...file, part: 'training' }]],
      ['files', [file, file]],
      ['files', [{ ...file, sha256: 'abc' }]],
      ['files', [{ ...file, bytes: 0 }]],
      ['files', [{ ...file, dtype: 'int4' }]],
      ['files', [{ ...file, part: 'other' }]],
      ['licence', undefined],
      ['notice', 3],
      ['training', 'x'],
      ['surprise', 1],
    ];
    for (const [path, value] of cases) {
      expect([path, value, errorOf(changed(path, value)).code]).toEqual([path, value, 'model-format']);
    }
    for (const value of [null, [], 'x', 1]) expect(errorOf(value).code).toBe('model-format');
  });

  it('refuses numbers, texts and lists beyond their bounds, and names the field', () => {
    for (const [path, value] of BEYOND_BOUNDS) {
      const error = errorOf(changed(path, value));
      expect([path, error.code]).toEqual([
        path,
        path.startsWith('architecture') ? 'model-architecture' : 'model-format',
      ]);
      expect(error.message).toContain(path);
      expect(error.message.length).toBeLessThan(400);
    }
  });

  it('has a floor and a ceiling for every number, and a ceiling for every text and list', () => {
    const boundless = [...unbounded(manifestJson, 'manifest'), ...unbounded(fineTuningJson, 'fine-tuning')];
    expect(boundless.sort()).toEqual([
      // Names, which another list checks.
      'manifest/$defs/Backbone',
      'manifest/$defs/Family',
    ]);
  });

  it('never lets a file path lead out of the model’s folder or to another host', () => {
    const file = manifest.files[0];
    for (const path of [
      '/weights',
      '../weights',
      'a/../../b',
      'https://example.org/w',
      '//example.org/w',
      'a\\b',
      'a//b',
    ]) {
      expect([path, errorOf(changed('files', [{ ...file, path }])).code]).toEqual([path, 'model-format']);
    }
    expect(validateManifest(changed('files', [{ ...file, path: 'parts/w-1.safetensors' }])).files).toHaveLength(1);
  });

  it('says which field is wrong and what would be right', () => {
    const { message } = errorOf(changed('input.colour', 'bgr'));
    expect(message).toContain('input.colour');
    expect(message).toContain('luma, rgb');
  });
});

describe('parseManifest', () => {
  it('gives a manifest or a typed error, whichever byte is damaged', () => {
    const bytes = formatManifest(manifest);
    for (let at = 0; at < bytes.length; at++) {
      for (const damaged of [
        bytes.subarray(0, at),
        bytes.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte)),
      ]) {
        try {
          parseManifest(damaged);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
      }
    }
    expect(() => parseManifest(bytes.subarray(0, -3))).toThrow(ModelError);
  });

  it('takes a head of muscles with its file, and what has two sides with both', () => {
    const described = withMuscles(manifest);
    expect(validateManifest(described)).toEqual(described);
    const outputs = (...names: string[]) => names.map((name) => ({ name, correlation: 0.8 }));
    for (const [path, value] of [
      ['muscles', undefined],
      ['files', manifest.files],
      ['muscles.outputs', outputs('mouthSmileLeft')],
      ['muscles.outputs', outputs('jawOpen', 'jawOpen')],
      ['muscles.outputs', []],
      ['muscles.hidden', 1e9],
    ] as const) {
      expect(errorOf(changedManifest(described, path, value)).code, path).toBe('model-format');
    }
  });

  it('refuses what is no JSON', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 0xfe), new TextEncoder().encode('<!doctype html>')]) {
      expect(() => parseManifest(bytes)).toThrow(ModelError);
    }
  });
});
