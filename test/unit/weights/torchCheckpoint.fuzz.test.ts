/** Damaged checkpoints: a typed error or a right result, never a hang, a crash or more memory than twice the file. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { ModelError } from '../../../src/errors.js';
import { type ByteSource, bytesSource } from '../../../src/storage/byteSource.js';
import { openTensorFile } from '../../../src/weights/tensorFile.js';
import { torchBuilder } from '../../../src/weights/torchCheckpoint/torchObjects.js';
import { unpickle } from '../../../src/weights/torchCheckpoint/unpickler.js';
import { openZip } from '../../../src/storage/zipArchive.js';
import { CHECKPOINT_ZIP } from '../../../src/weights/torchCheckpoint/problems.js';

const TRUNCATIONS = 1000;
const FLIPS = 2000;
const PICKLE_DAMAGES = 3000;

const bytes = new Uint8Array(readFileSync(new URL('../../fixtures/golden/qcs-tiny-8.pth', import.meta.url)));
let reference: Map<string, Float32Array>;
let pickle: Uint8Array;

beforeAll(async () => {
  reference = await readAll(bytesSource(bytes));
  const archive = await openZip(bytesSource(bytes), CHECKPOINT_ZIP);
  pickle = await archive.read([...archive.entries.values()].find(({ name }) => name.endsWith('/data.pkl'))!);
});

async function readAll(source: ByteSource): Promise<Map<string, Float32Array>> {
  const file = await openTensorFile(source);
  const values = new Map<string, Float32Array>();
  for (const name of file.tensors.keys()) values.set(name, await file.read(name));
  return values;
}

/** Counts what is read: every buffer that the reader holds comes from here. */
function counted(source: ByteSource): ByteSource & { total: number } {
  return {
    total: 0,
    size: source.size,
    read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > source.size) throw new Error(`read of ${offset}+${length}`);
      this.total += length;
      return source.read(offset, length);
    },
  };
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** Reads damaged bytes; gives false for a typed error. Fails on any other error and on a wrong result. */
async function survives(damaged: Uint8Array, what: string): Promise<boolean> {
  const source = counted(bytesSource(damaged));
  try {
    const values = await readAll(source);
    for (const [name, value] of values) {
      const right = reference.get(name);
      if (right === undefined || !same(value, right)) expect.fail(`${what}: ${name} came back wrong`);
    }
    return true;
  } catch (error) {
    if (!(error instanceof ModelError)) throw new Error(what, { cause: error });
    return false;
  } finally {
    expect(source.total).toBeLessThanOrEqual(2 * damaged.byteLength);
  }
}

describe('a damaged checkpoint', () => {
  it('cut at any of a thousand lengths is refused', async () => {
    const random = new Random(1);
    for (let i = 0; i < TRUNCATIONS; i++) {
      const length = Math.floor(random.next() * bytes.length);
      expect([length, await survives(bytes.subarray(0, length), `cut at ${length}`)]).toEqual([length, false]);
    }
  });

  it('with flipped bytes, most of them in its structure, is refused or read right', async () => {
    const random = new Random(2);
    const directory = bytes.length - 30_000;
    let readRight = 0;
    for (let i = 0; i < FLIPS; i++) {
      const damaged = bytes.slice();
      const where = i % 3 === 0 ? 0 : i % 3 === 1 ? directory : -1;
      const at = where < 0 ? Math.floor(random.next() * bytes.length) : where + Math.floor(random.next() * 30_000);
      damaged[at] ^= 1 + Math.floor(random.next() * 255);
      if (await survives(damaged, `byte ${at} is ${damaged[at]}`)) readRight++;
    }
    expect(readRight).toBeGreaterThan(0);
    expect(readRight).toBeLessThan(FLIPS);
  }, 240_000);
});

describe('a damaged pickle behind a right checksum', () => {
  const outcome = (damaged: Uint8Array): string => {
    try {
      unpickle(damaged, torchBuilder);
      return 'value';
    } catch (error) {
      if (error instanceof ModelError) return error.code;
      throw error;
    }
  };

  it('gives a value or a typed error, wherever it is cut or changed', () => {
    const random = new Random(3);
    for (let i = 0; i < PICKLE_DAMAGES; i++) {
      const at = Math.floor(random.next() * pickle.length);
      if (i % 3 === 0) {
        expect(outcome(pickle.subarray(0, at))).toBe('checkpoint-format');
        continue;
      }
      const damaged = pickle.slice();
      for (let k = 0; k <= i % 4; k++) damaged[(at + k * 7) % pickle.length] = Math.floor(random.next() * 256);
      expect(outcome(damaged)).toMatch(/^(value|checkpoint-format)$/);
    }
  });

  it('made of random operations ends with a typed error or a value', () => {
    const random = new Random(4);
    const codes = [...new TextEncoder().encode('(.012NJKMGTUXBC]lae}dsu)tcRobQqrhj')];
    codes.push(0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x8a, 0x8b, 0x8c, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96);
    for (let i = 0; i < PICKLE_DAMAGES; i++) {
      const made = Uint8Array.from({ length: 3 + (i % 60) }, () =>
        random.next() < 0.8 ? codes[Math.floor(random.next() * codes.length)] : Math.floor(random.next() * 256),
      );
      expect(outcome(made)).toMatch(/^(value|checkpoint-format)$/);
    }
  });
});
