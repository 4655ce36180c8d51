import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/sha256.js';
import { startNodeBackend } from '../../../src/gpu/node.js';
import { type BackboneRecord, BACKBONES } from '../../../src/network/backbones/index.js';
import { Context } from '../../../src/network/context.js';
import { Definition } from '../../../src/network/definition.js';
import { initialArrays } from '../../../src/network/initialise.js';
import { createParameters } from '../../../src/network/parameters.js';
import { BACKBONE_ENTRIES, FAMILIES } from '../../../src/weights/architectures.js';

/** What the PyTorch twin says of itself; written by pytorch/write_backbones.py. */
interface Described {
  readonly gives: string;
  readonly sized: boolean;
  readonly input: Readonly<Record<string, unknown>>;
  readonly channels: number | readonly number[];
  readonly tensors: number;
  readonly parameters: string;
}

const path = new URL('../../fixtures/backbones.json', import.meta.url);
const table = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Described>>;
const records = Object.entries<BackboneRecord>(BACKBONES);

function built(record: BackboneRecord) {
  const definition = new Definition('base');
  return { maps: record.build(definition, record.prefix, {}), definition };
}

beforeAll(async () => {
  await startNodeBackend('wasm');
});

const ROOT = new URL('../../../', import.meta.url);
/** One of them is a family as well. */
const NAMES = Object.keys(BACKBONES).filter((name) => !(name in FAMILIES));

/** Sources that hold a backbone's name as a text or a key; tests, and what writes files for tests, may name any. */
function filesThatName(name: string): string[] {
  const sources = ['src', 'cli', 'pytorch'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  return sources
    .filter((file) => /\.(?:ts|py)$/.test(file) && !/^pytorch\/(?:tests\/|write_)/.test(file))
    .filter((file) => new RegExp(`(['"\`])${name}\\1|\\b${name}:`).test(readFileSync(new URL(file, ROOT), 'utf8')));
}

describe('the registry of backbones', () => {
  it.each(NAMES)('nothing but its own file and the registry asks for %s by name', (name) => {
    const registry = ['src/network/backbones/index.ts', 'src/weights/architectures.ts'];
    const own = [`pytorch/qcs_fer/backbones/${name}.py`, `src/network/backbones/${name}.ts`];
    const found = filesThatName(name);
    expect(found).toContain('src/weights/architectures.ts');
    expect(found.filter((file) => ![...registry, ...own].includes(file))).toEqual([]);
  });

  it('refuses channels that a backbone cannot have', () => {
    const define = new Definition('base');
    const odd = [5, 8, 8].map((channels) => ({ channels, units: 1 }));
    const refused: unknown = expect.objectContaining({ code: 'model-architecture' });
    expect(() => BACKBONES.ghostfacenet.build(define, 'backbone', { stages: odd })).toThrow(refused);
    expect(() => BACKBONES.ghostfacenet.build(define, 'backbone', { stem: 7 })).toThrow(refused);
    expect(() => BACKBONES.ir50.build(define, 'ir_back', { stages: odd.slice(1) })).toThrow(refused);
  });

  it('has those of the PyTorch twin, and of the manifest', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(BACKBONES).sort());
    expect(Object.keys(BACKBONE_ENTRIES).sort()).toEqual(Object.keys(BACKBONES).sort());
  });

  it.each(records)('%s: parameters, maps and input are the PyTorch twin’s', async (name, record) => {
    const { maps, definition } = built(record);
    const lines = definition.parameters.map((spec) => `${spec.name} [${spec.shape.join()}]\n`).sort();
    const entry = BACKBONE_ENTRIES[name as keyof typeof BACKBONE_ENTRIES];
    const parameters = await sha256(new TextEncoder().encode(lines.join('')));
    const { mean, std, ...input } = table[name].input;
    expect([mean, std]).toEqual([
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ]);
    expect({
      gives: record.gives,
      sized: entry.sized,
      input: record.input,
      channels: maps.channels,
      tensors: lines.length,
      parameters,
    }).toEqual({ ...table[name], input });
  });

  it.each(records)('%s gives maps of the channels and sides that it says', (_, record) => {
    const { maps, definition } = built(record);
    const side = 64;
    const parameters = createParameters(initialArrays(definition.parameters, 1), definition.parameters);
    const context = new Context(parameters, { mode: 'evaluation' });
    const images = tf.zeros<tf.Rank.R4>([2, side, side, 3]);
    if ('features' in maps) {
      const cells = side / maps.stride;
      expect(maps.features(context, images).shape).toEqual([2, cells, cells, maps.channels]);
    } else if (record.gives === 'levels') {
      const levels = maps.levels(context, images);
      expect(levels.map(({ shape }) => shape[3])).toEqual(maps.channels);
      const width = 8;
      const define = new Definition('base');
      const pyramid = record.layout.pyramid(define, maps, width);
      for (const [key, tensor] of createParameters(initialArrays(define.parameters, 1), define.parameters)) {
        parameters.set(key, tensor);
      }
      expect(pyramid(context, images).shape).toEqual([2, 3 * (side / 16) ** 2, width]);
    }
    expect(definition.parameters.map(({ name }) => name)).toContain(`${maps.input}.weight`);
  });

  it.each(records)('%s takes images of the size that its record says', (_, { input }) => {
    expect(input.size).toBe(Math.ceil(input.centreCrop / input.stride));
    expect(input.centreCrop).toBeLessThanOrEqual(input.resizeTo);
  });

  it.each(records)('%s is recognised by its own names, and by none of the others', (name, record) => {
    const shapes = new Map(built(record).definition.parameters.map((spec) => [spec.name, spec]));
    for (const [other, candidate] of records) {
      expect(candidate.recognize(shapes) !== null, other).toBe(other === name);
    }
  });
});
