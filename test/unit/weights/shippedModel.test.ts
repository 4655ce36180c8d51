import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLASS_ORDERS } from '../../../src/expressions.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';

const FOLDER = new URL('../../../public/models/qcs-mobile/', import.meta.url);
const bytes = (name: string) => new Uint8Array(readFileSync(new URL(name, FOLDER)));

describe('the shipped model', () => {
  it('passes the validator and its hashes, and keeps what only training needs apart', async () => {
    const { manifest, arrays } = await loadModelFromFiles(bytes('manifest.json'), bytes, ['base', 'training']);
    const base = await loadModelFromFiles(bytes('manifest.json'), bytes);
    expect([...manifest.classes].sort()).toEqual([...CLASS_ORDERS.ferplus].sort());
    const isTraining = (name: string) => /^(VIT_cross|cross_attention_\d)\./.test(name);
    expect([...base.arrays.keys()].some(isTraining)).toBe(false);
    expect([...arrays.keys()].filter((name) => !base.arrays.has(name)).every(isTraining)).toBe(true);
    expect(arrays.get('VIT_base.head.linear.weight')!.shape).toEqual([
      manifest.classes.length,
      manifest.architecture.embedding,
    ]);
    for (const { data } of arrays.values()) expect(data.every((value) => Number.isFinite(value))).toBe(true);
  });
});
