import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VISION } from '../../../scripts/shippedBinaries.js';
import { withoutScriptLoading } from '../../../scripts/visionBundle.js';

const original = readFileSync(join(import.meta.dirname, '../../..', VISION, '../vision_bundle.mjs'), 'utf8');

describe('MediaPipe’s tasks as they ship', () => {
  test('load no script by its address, and are the same otherwise', () => {
    const shipped = withoutScriptLoading(original);
    expect(shipped).not.toMatch(/importScripts|createElement\("script"\)|await import\(/);
    const kept = shipped.indexOf('{throw new Error("MediaPipe was started without its loader.")}');
    expect(shipped.slice(0, kept)).toBe(original.slice(0, kept));
    expect(original.endsWith(shipped.slice(kept).replace(/^\{[^}]*\}/, ''))).toBe(true);
  });

  test('are refused in a build where the part is another', () => {
    expect(() => withoutScriptLoading(original.replaceAll('importScripts', 'importThem'))).toThrow(
      'found 0 times instead of once',
    );
  });
});
