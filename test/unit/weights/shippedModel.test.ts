import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLASS_ORDERS } from '../../../src/expressions.js';
import { loadModelFromFiles } from '../../../src/weights/loadModel.js';

const FOLDER = new URL('../../../public/models/qcs-mobile/', import.meta.url);
const bytes = (name: string) => new Uint8Array(readFileSync(new URL(name, FOLDER)));

describe('the shipped model', () => {
  it('passes the validator and its hashes, and keeps what only training needs apart', async () => {
    const { manifest, arrays } = await loadModelFromFiles(bytes('manifest.json'), bytes, ['base', 'training']);
    const base = await loadModelFromFiles(bytes('manifest.json'), bytes, ['base']);
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

  it('recognises with the same tensors in 8 bits, half of the bytes and within half a step', async () => {
    const { manifest, arrays } = await loadModelFromFiles(bytes('manifest.json'), bytes);
    const exact = await loadModelFromFiles(bytes('manifest.json'), bytes, ['base']);
    const size = (part: string) => manifest.files.find((file) => file.part === part)!.bytes;
    expect(size('compact')).toBeLessThan(0.54 * size('base'));
    expect([...arrays.keys()].sort()).toEqual([...exact.arrays.keys()].sort());
    for (const [name, { shape, data }] of arrays) {
      const before = exact.arrays.get(name)!;
      expect([name, shape]).toEqual([name, before.shape]);
      const largest = before.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const furthest = data.reduce((most, value, i) => Math.max(most, Math.abs(value - before.data[i])), 0);
      expect(furthest, name).toBeLessThanOrEqual(0.501 * (largest / 127));
    }
  });
});
