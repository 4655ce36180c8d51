import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/base/sha256.js';

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 131 + 7) & 0xff);
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('sha256', () => {
  it('agrees with WebCrypto-independent digests at every padding boundary, with and without WebCrypto', async () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 5000]) {
      const bytes = bytesOf(length);
      expect(await sha256(bytes)).toBe(expected(bytes));
      vi.stubGlobal('crypto', {});
      expect(await sha256(bytes)).toBe(expected(bytes));
      vi.unstubAllGlobals();
    }
  });

  it('digests a view into a larger buffer alone', async () => {
    const bytes = bytesOf(300).subarray(13, 170);
    vi.stubGlobal('crypto', {});
    expect(await sha256(bytes)).toBe(expected(bytes));
    vi.unstubAllGlobals();
  });
});
