import { expect, it } from 'vitest';
import { asQcsError, serializeError } from '../../../src/errors.js';

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it('memory that cannot be had is named, in page and worker, and a number out of range stays what it is', () => {
  const noMemory = thrown(() => new ArrayBuffer(Number.MAX_SAFE_INTEGER));
  expect(asQcsError(noMemory)).toMatchObject({ code: 'out-of-memory', cause: noMemory });
  expect(serializeError(noMemory)).toMatchObject({ kind: 'runtime', code: 'out-of-memory' });
  const outOfRange = thrown(() => 'x'.repeat(-1));
  expect(asQcsError(outOfRange).code).toBe('internal');
  expect(serializeError(outOfRange).code).toBe('internal');
});
