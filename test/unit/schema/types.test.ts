import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GENERATED_FILES, typesOf } from '../../../scripts/schema-types.js';
import { CLASS_ORDERS } from '../../../src/expressions.js';
import { PRESETS } from '../../../src/weights/presets.js';
import presets from '../../../schema/presets.json';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the types of schema/', () => {
  it.each(GENERATED_FILES)('$path is what npm run schema-types writes', async (file) => {
    expect(readFileSync(join(ROOT, file.path), 'utf8')).toBe(await typesOf(file));
  });
});

describe('the presets of schema/', () => {
  it('know the class orders that the command line and the Models tab know', () => {
    expect(presets.orders).toEqual(CLASS_ORDERS);
    for (const { classes } of Object.values(PRESETS)) expect(Object.keys(presets.orders)).toContain(classes);
  });
});
