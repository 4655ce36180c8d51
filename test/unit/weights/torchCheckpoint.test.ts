import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { bytesSource } from '../../../src/storage/byteSource.js';
import { openTensorFile, type TensorFile } from '../../../src/weights/tensorFile.js';
import { openZip } from '../../../src/storage/zipArchive.js';
import { CHECKPOINT_ZIP } from '../../../src/weights/torchCheckpoint/problems.js';
import { findStateDict } from '../../../src/weights/torchCheckpoint/stateDict.js';
import { StorageReference, TensorReference } from '../../../src/weights/torchCheckpoint/torchObjects.js';
import { OpaqueObject } from '../../../src/weights/torchCheckpoint/unpickler.js';
import { joined } from '../../support/pictures.js';
import { storedZip, type StoredZipOptions } from './storedZip.js';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const fixture = (path: string) => new Uint8Array(readFileSync(new URL(path, FIXTURES)));
const open = (bytes: Uint8Array) => openTensorFile(bytesSource(bytes));

interface Expected {
  readonly shape: number[];
  readonly values: number[];
}

async function errorOf(promise: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof ModelError) return error;
  throw error;
}

async function contentsOf(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const archive = await openZip(bytesSource(bytes), CHECKPOINT_ZIP);
  const contents = new Map<string, Uint8Array>();
  for (const [name, entry] of archive.entries) contents.set(name, await archive.read(entry));
  return contents;
}

/** A checkpoint whose data.pkl is the given pickle and whose storage 0 holds the given bytes. */
function checkpoint(pickle: Uint8Array, storage: Uint8Array, options: StoredZipOptions = {}): Uint8Array {
  return storedZip(
    new Map([
      ['a/data.pkl', pickle],
      ['a/data/0', storage],
    ]),
    options,
  );
}

type Opcodes = readonly (number | string)[];

/** Opcodes as numbers, text as its bytes; lines are joined. */
const assemble = (...lines: Opcodes[]) =>
  new Uint8Array(
    Buffer.concat(
      lines.flat().map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part))),
    ),
  );

/** {'w': tensor} over storage '0': pickled by hand, so that any claim can be made. */
function tensorPickle(claim: {
  type?: string;
  elements?: number;
  offset?: number;
  shape?: number[];
  strides?: number[];
}) {
  const { type = 'FloatStorage', elements = 4, offset = 0, shape = [4], strides = [1] } = claim;
  const int = (value: number) => ['J', value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
  const text = (value: string) => ['X', value.length, 0, 0, 0, value];
  return assemble(
    [0x80, 2, '}', ...text('w'), 'ctorch._utils\n_rebuild_tensor_v2\n', '('],
    ['(', ...text('storage'), `ctorch\n${type}\n`, ...text('0'), ...text('cpu'), ...int(elements), 't', 'Q'],
    [...int(offset), '(', ...shape.flatMap(int), 't', '(', ...strides.flatMap(int), 't'],
    [0x89, '}', 't', 'R', 's', '.'],
  );
}

describe('openTensorFile on a PyTorch checkpoint', () => {
  const expected = JSON.parse(readFileSync(new URL('torch/varied.json', FIXTURES), 'utf8')) as Record<string, Expected>;

  it.each(['torch/varied.pth', 'torch/varied-protocol4.pth'])(
    'reads every type, stride, offset and shared storage of %s',
    async (path) => {
      const file = await open(fixture(path));
      expect([...file.tensors.keys()]).toEqual(Object.keys(expected));
      for (const [name, { shape, values }] of Object.entries(expected)) {
        expect([name, file.tensors.get(name)!.shape]).toEqual([name, shape]);
        expect([name, ...(await file.read(name))]).toEqual([name, ...values.map(Math.fround)]);
      }
    },
  );

  it('lists what is no tensor that it reads, and runs nothing', async () => {
    expect((await open(fixture('torch/varied.pth'))).skipped).toEqual(['complex', 'note']);
  });

  it('reads the published trainer’s checkpoint: module prefixes off, recorder and optimizer left alone', async () => {
    const file = await open(fixture('golden/qcs-tiny-8.pth'));
    expect(file.tensors.size).toBe(221);
    expect([...file.tensors.keys()].some((name) => name.startsWith('module.'))).toBe(false);
    expect(file.tensors.get('ir_back.input_layer.0.weight')).toEqual({ shape: [8, 3, 3, 3], type: 'F32' });
    const values = await file.read('VIT_base.cls_token');
    expect(values[0]).toBeCloseTo(-0.028145834803581238, 12);
  });

  it('reads zip64 archives', async () => {
    const contents = await contentsOf(fixture('golden/dcs-tiny-7.pth'));
    const usual = await open(fixture('golden/dcs-tiny-7.pth'));
    const large = await open(storedZip(contents, { zip64: true }));
    expect(large.tensors).toEqual(usual.tensors);
    expect(await large.read('conv1.weight')).toEqual(await usual.read('conv1.weight'));
  });

  it('reads untyped storages, whose tensors say their type (_rebuild_tensor_v3)', async () => {
    const text = (value: string) => ['X', value.length, 0, 0, 0, value];
    const pickle = assemble(
      [0x80, 2, '}', ...text('w'), 'ctorch._utils\n_rebuild_tensor_v3\n', '('],
      ['(', ...text('storage'), 'ctorch.storage\nUntypedStorage\n', ...text('0'), ...text('cpu'), 'K', 4, 't', 'Q'],
      ['K', 0, 'K', 2, 0x85, 'K', 1, 0x85, 0x89, '}', 'ctorch\nuint16\n', '}', 't', 'R', 's', '.'],
    );
    const file = await open(checkpoint(pickle, Uint8Array.of(1, 0, 0xff, 0xff)));
    expect([...(await file.read('w'))]).toEqual([1, 65535]);
  });
});

describe('openTensorFile refuses', () => {
  it('other formats, each by a sentence of its own', async () => {
    const cases: [string, Uint8Array, string, RegExp][] = [
      ['legacy', fixture('torch/legacy.pth'), 'checkpoint-format', /before 1\.6/],
      ['TorchScript', fixture('torch/script.pt'), 'checkpoint-format', /TorchScript/],
      ['a pickled module', fixture('torch/module.pth'), 'checkpoint-format', /torch\.nn\.modules\.linear\.Linear/],
      ['no parameters', fixture('torch/nothing.pth'), 'checkpoint-format', /No parameters/],
      ['an expanded tensor', fixture('torch/expanded.pth'), 'checkpoint-format', /contiguous/],
      ['a shard index', new TextEncoder().encode('{"weight_map": {"a": "b"}}'), 'checkpoint-format', /shard/],
      ['a plain pickle', assemble([0x80, 4, 'N', '.']), 'checkpoint-format', /plain Python pickle/],
      ['a picture', assemble([0x89, 'PNG\r\n', 0x1a, '\n        ']), 'checkpoint-format', /neither/],
      ['an empty file', new Uint8Array(0), 'model-truncated', /0 bytes/],
      ['another zip', storedZip(new Map([['x.txt', assemble(['x'])]])), 'checkpoint-format', /no PyTorch checkpoint/],
      [
        'compressed',
        checkpoint(tensorPickle({}), new Uint8Array(16), { method: 8 }),
        'checkpoint-format',
        /compressed/,
      ],
      ['encrypted', checkpoint(tensorPickle({}), new Uint8Array(16), { flags: 1 }), 'checkpoint-format', /encrypted/],
    ];
    for (const [what, bytes, code, message] of cases) {
      const error = await errorOf(open(bytes));
      expect([what, error.code]).toEqual([what, code]);
      expect(error.message).toMatch(message);
    }
  });

  it('pickles that only fill the memory or go on for ever', async () => {
    const repeated = (code: number, times: number) => new Uint8Array(times).fill(code);
    const opening = assemble([0x80, 2]);
    // A list of 50,000 small numbers, kept as number 1, from which dictionaries of pairs are made again and again.
    const pair = assemble(['K', 1, 'K', 2, 0x86]);
    const pairs = joined(assemble(['(']), ...Array.from({ length: 50_000 }, () => pair));
    const long = joined(opening, pairs, assemble(['l', 'q', 1, '0']));
    const build = assemble(['ccollections\nOrderedDict\n', 'h', 1, 0x85, 'R', '0']);
    const cases: [string, Uint8Array, RegExp][] = [
      ['empty dictionaries', joined(opening, repeated(0x7d, 5_000_000)), /too many objects/],
      ['numbers on the stack', joined(opening, repeated(0x4e, 5_000_000)), /too much work/],
      ['dictionaries of one long list', joined(long, ...Array.from({ length: 200 }, () => build)), /too much work/],
      ['more bytes than settings need', joined(opening, repeated(0x4e, 8_000_001)), /too large/],
    ];
    for (const [what, pickle, message] of cases) {
      const error = await errorOf(open(checkpoint(pickle, new Uint8Array(4))));
      expect([what, error.code]).toEqual([what, 'checkpoint-format']);
      expect(error.message).toMatch(message);
    }
  }, 120_000);

  it('looks into a dictionary once, however often the checkpoint refers to it', () => {
    let looks = 0;
    class CountingMap extends Map<unknown, unknown> {
      override [Symbol.iterator]() {
        looks += 1;
        return super[Symbol.iterator]();
      }
    }
    const shared = new CountingMap([['a', 1]]);
    const root = new Map<unknown, unknown>(Array.from({ length: 1000 }, (_, index) => [`key ${index}`, shared]));
    expect(() => findStateDict(root)).toThrow(/No parameters/);
    expect(looks).toBe(1);
  });

  it('a configuration that holds itself, or a part again and again, is none', () => {
    const parameters = new Map([['w', new TensorReference(new StorageReference('0', 'F32', 4), 'F32', 0, [1], [1])]]);
    const configOf = (config: unknown) =>
      findStateDict(
        new Map<unknown, unknown>([
          ['state_dict', parameters],
          ['config', config],
        ]),
      ).config;
    const endless = new Map<unknown, unknown>([['a', 1]]);
    endless.set('self', endless);
    const list: unknown[] = [];
    list.push(...Array.from({ length: 50_000 }, () => list));
    let many: unknown = 1;
    for (let level = 0; level < 40; level++) many = [many, many];
    for (const config of [endless, list, many]) expect(configOf(config)).toBeUndefined();
    const sound = new Map<unknown, unknown>([
      ['a', [1, 'x', null, true, new OpaqueObject(null)]],
      ['b', new Map([['c', 2]])],
    ]);
    expect(configOf(sound)).toEqual({ a: [1, 'x', null, true, undefined], b: { c: 2 } });
    expect(configOf(undefined)).toBeUndefined();
  });

  it('shards of distributed training', async () => {
    const pickle = assemble(
      [0x80, 2, '}', 'X', 1, 0, 0, 0, 'w'],
      ['ctorch.distributed._tensor.api\nDTensor\n', ')', 'R', 's', '.'],
    );
    expect((await errorOf(open(checkpoint(pickle, new Uint8Array(4))))).message).toMatch(/shard/);
  });

  it('big-endian values', async () => {
    const contents = await contentsOf(checkpoint(tensorPickle({}), new Uint8Array(16)));
    contents.set('a/byteorder', assemble(['big']));
    expect((await errorOf(open(storedZip(contents)))).message).toMatch(/big-endian/);
  });

  it('tensors that claim what their storage does not hold', async () => {
    const claims = [
      { shape: [5] },
      { offset: 1 },
      { offset: -1 },
      { strides: [2] },
      { strides: [-1] },
      { strides: [1, 1] },
      { shape: [0x7fffffff, 0x7fffffff], strides: [0, 0] },
      { shape: [2, 4], strides: [0, 1] },
      { elements: 5 },
      { elements: -1 },
      { type: 'DoubleStorage' },
      { shape: [-4] },
    ];
    expect((await open(checkpoint(tensorPickle({}), new Uint8Array(16)))).tensors.has('w')).toBe(true);
    for (const claim of claims) {
      const error = await errorOf(open(checkpoint(tensorPickle(claim), new Uint8Array(16))));
      expect([claim, error.code]).toEqual([claim, 'checkpoint-format']);
    }
  });

  it('a missing storage', async () => {
    const contents = await contentsOf(fixture('golden/qcs-tiny-7.pth'));
    const key = [...contents.keys()].find((name) => name.endsWith('data/12'))!;
    contents.delete(key);
    expect((await errorOf(open(storedZip(contents)))).code).toBe('checkpoint-format');
  });

  it('a wrong checksum, when the tensor is read', async () => {
    const bytes = checkpoint(
      tensorPickle({}),
      Uint8Array.from({ length: 16 }, (_, i) => i + 1),
    );
    const at = bytes.findIndex((_, i) => [1, 2, 3, 4, 5, 6].every((value, k) => bytes[i + k] === value));
    bytes[at] ^= 1;
    const file: TensorFile = await open(bytes);
    expect((await errorOf(file.read('w'))).message).toMatch(/checksum/);
  });
});
