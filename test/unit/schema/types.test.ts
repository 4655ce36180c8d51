import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import presetFile from '../../../schema/presets.json' with { type: 'json' };
import { GENERATED_FILES, typesOf } from '../../../scripts/schema-types.js';
import { CLASS_ORDERS } from '../../../src/expressions.js';
import { PRESETS } from '../../../src/weights/presets.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the types of schema/', () => {
  it.each(GENERATED_FILES)('$path is what npm run schema-types writes', async (file) => {
    expect(readFileSync(join(ROOT, file.path), 'utf8')).toBe(await typesOf(file));
  });
});

describe('the presets of schema/', () => {
  it('are those that the types name, and their class orders are known', () => {
    const orders = ['rafdb', 'ferplus', 'affectnet7', 'affectnet8'];
    const names = ['qcs', 'dcs'].flatMap((family) => orders.map((order) => `${family}-${order}`));
    expect(Object.keys(PRESETS).toSorted()).toEqual([...names, 'arm-affectnet7', 'arm-rafdb'].toSorted());
    expect(Object.keys(CLASS_ORDERS)).toEqual(
      expect.arrayContaining(Object.values(PRESETS).map(({ classes }) => classes)),
    );
  });

  it('tell pytorch/ the class orders that are known here', () => {
    expect(presetFile.orders).toEqual(CLASS_ORDERS);
  });
});
