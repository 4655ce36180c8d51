/** Readers of model files. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { bytesSource } from '../../../../src/storage/byteSource.js';
import { MemoryStorage } from '../../../../src/storage/memoryStorage.js';
import { ModelStore } from '../../../../src/models/modelStore.js';
import { ModelError } from '../../../../src/errors.js';
import { readRunConfiguration } from '../../../../src/network/checkpoint/runConfiguration.js';
import type { Manifest } from '../../../../src/weights/manifest.js';
import { formatManifest, parseManifest } from '../../../../src/weights/manifestSchema.js';
import type { NamedArray } from '../../../../src/weights/namedArray.js';
import { readSafetensors, writeSafetensors } from '../../../../src/weights/safetensors.js';
import { openTensorFile } from '../../../../src/weights/tensorFile.js';
import { torchBuilder } from '../../../../src/weights/torchCheckpoint/torchObjects.js';
import { unpickle } from '../../../../src/weights/torchCheckpoint/unpickler.js';
import { torchCheckpointParts } from '../../../../src/weights/torchCheckpoint/write.js';
import { joined } from '../../pictures.js';
import { type Parser, USUAL_MEMORY } from '../contract.js';
import { ascii, classNames, plain, text } from './values.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const triple = (value: fc.Arbitrary<number>) => fc.tuple(value, value, value);

const architecture = fc.oneof(
  fc
    .record({
      heads: fc.integer({ min: 1, max: 16 }),
      width: fc.integer({ min: 1, max: 64 }),
      rest: fc.record(
        {
          stem: fc.integer({ min: 1, max: 4096 }),
          crossDepth: fc.integer({ min: 1, max: 64 }),
          csaResidual: fc.constantFrom('normalised', 'raw'),
          attention: fc.constantFrom('SD', 'S', 'D', 'dot'),
          residual: fc.boolean(),
          batchNorm: fc.constantFrom('joint', 'per-branch'),
          dropout: fc.record({ base: fc.constantFrom(0, 0.5), cross: fc.constantFrom(0, 0.25) }),
        },
        { requiredKeys: [] },
      ),
      depth: fc.integer({ min: 1, max: 64 }),
      family: fc.constantFrom('qcs', 'dcs', 'base'),
      backbone: fc.constantFrom('mobilefacenet', 'ir50', 'ghostfacenet'),
    })
    .map(({ heads, width, rest, depth, family, backbone }) => ({
      family,
      backbone,
      heads,
      embedding: heads * width,
      depth,
      ...rest,
    })),
  fc.record({ family: fc.constantFrom('arm', 'resnet18'), backbone: fc.constant('resnet18') }),
);

const input = fc
  .record({
    resizeTo: fc.integer({ min: 32, max: 512 }),
    cut: share,
    stride: fc.constantFrom(1 as const, 2 as const),
    mean: triple(share),
    std: triple(fc.double({ min: 0.001, max: 100, noNaN: true })),
    colour: fc.constantFrom('luma', 'rgb'),
    resize: fc.constantFrom('half-pixel', 'pillow-bilinear'),
    nose: fc.tuple(share, share),
  })
  .map(({ resizeTo, cut, stride, nose, ...rest }) => {
    const centreCrop = Math.max(1, Math.round(resizeTo * cut));
    const template = { rightEye: [0.3, 0.4], leftEye: [0.7, 0.4], nose, mouth: [0.5, 0.8] };
    return { ...rest, resizeTo, centreCrop, stride, size: Math.ceil(centreCrop / stride), template };
  });

const files = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9_-]{1,12}(\/[a-z0-9_-]{1,12})?\.safetensors$/), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((paths) =>
    fc.tuple(
      ...paths.map((path, index) =>
        fc.record({
          path: fc.constant(path),
          bytes: fc.integer({ min: 1, max: 2 ** 30 }),
          sha256: fc.constantFrom('0'.repeat(64), '0123456789abcdef'.repeat(4)),
          dtype: fc.constantFrom('float16', 'float32'),
          part: index === 0 ? fc.constant('base') : fc.constantFrom('base', 'training'),
        }),
      ),
    ),
  );

const id = fc.stringMatching(/^[\w-][\w.-]{0,15}$/);
const free = fc.dictionary(ascii(10), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });

const anyManifest = fc
  .record(
    {
      format: fc.constant(1),
      id,
      version: fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme-ascii' }),
      architecture,
      classes: classNames,
      input,
      temperature: fc.double({ min: 0.01, max: 100, noNaN: true }),
      files,
      training: free,
      metrics: free,
      licence: fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }),
      notice: fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }),
    },
    {
      requiredKeys: ['format', 'id', 'version', 'architecture', 'classes', 'input', 'temperature', 'files', 'licence'],
    },
  )
  .map((value) => plain(value) as Manifest);

const MANIFEST_WORDS = [
  '"depth":1e9,',
  '"resizeTo":40000,',
  '"format":2,',
  '"classes":[],',
  '"files":',
  'null',
  '[[[[',
];

const manifest: Parser<Manifest> = {
  name: 'manifest',
  sound: anyManifest.map((value) => ({ bytes: text(JSON.stringify(value)), value })),
  read: parseManifest,
  words: MANIFEST_WORDS,
  memory: USUAL_MEMORY,
};

/** A run's configuration as pytorch/ puts it into a checkpoint, here as JSON. */
const configurationOfARun: Parser<unknown> = {
  name: 'run-configuration',
  sound: fc.record({ id, classes: classNames, architecture, input }).map((value) => {
    const configuration = plain(value);
    return { bytes: text(JSON.stringify(configuration)), value: plain(readRunConfiguration(configuration)) };
  }),
  read: (bytes) => plain(readRunConfiguration(parsed(bytes))),
  words: MANIFEST_WORDS,
  memory: USUAL_MEMORY,
};

/** The bytes come out of a pickle in the page: what is no JSON is for no reader of ours. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ModelError('checkpoint-format', 'no JSON', { cause });
  }
}

const tensor: fc.Arbitrary<NamedArray> = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = fc.float32Array({ minLength: count, maxLength: count, noNaN: true });
  return data.map((values) => ({ shape, data: values }));
});

/** Tensors by name, as pairs: two maps of one content are equal whatever buffers they look into. */
export type Tensors = readonly (readonly [
  string,
  { readonly shape: readonly number[]; readonly data: readonly number[] },
])[];

export function listed(arrays: ReadonlyMap<string, NamedArray>): Tensors {
  return [...arrays]
    .map(([name, { shape, data }]) => [name, { shape: [...shape], data: [...data] }] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

export function tensors(name: fc.Arbitrary<string>): fc.Arbitrary<ReadonlyMap<string, NamedArray>> {
  return fc
    .uniqueArray(fc.tuple(name, tensor), { minLength: 1, maxLength: 6, selector: ([key]) => key })
    .map((pairs) => new Map(pairs));
}

const safetensors: Parser<Tensors> = {
  name: 'safetensors',
  sound: tensors(fc.string({ unit: 'grapheme', maxLength: 20 }).filter((name) => name !== '__metadata__')).map(
    (arrays) => ({ bytes: writeSafetensors(arrays), value: listed(arrays) }),
  ),
  read: (bytes) => listed(readSafetensors(bytes)),
  words: ['"__metadata__":{"a":"b"},', '"dtype":"F64",', '"shape":[4294967296,4294967296],', '"data_offsets":[0,9]'],
  memory: USUAL_MEMORY,
};

export const parameterNames = fc.stringMatching(/^[a-z]{1,6}(\.[a-z0-9]{1,6}){1,3}$/);

const torch: Parser<Tensors> = {
  name: 'torch',
  sound: tensors(parameterNames).map((arrays) => {
    const bytes = joined(...torchCheckpointParts(arrays));
    return { bytes, value: listed(arrays) };
  }),
  read: async (bytes) => {
    const file = await openTensorFile(bytesSource(bytes));
    const arrays = new Map<string, NamedArray>();
    for (const [name, { shape }] of file.tensors) arrays.set(name, { shape, data: await file.read(name) });
    return listed(arrays);
  },
  words: ['PK\u0003\u0004', 'PK\u0001\u0002', 'archive/data.pkl', 'archive/data/0'],
  memory: USUAL_MEMORY,
};

/** The pickle alone: behind the archive's checksum no damage would ever reach its reader. */
const pickle: Parser<number> = {
  name: 'pickle',
  sound: fc
    .tuple(tensors(parameterNames), fc.constantFrom(undefined, 'state_dict', 'model'))
    .map(([arrays, key]) => ({
      arrays,
      file: joined(...torchCheckpointParts(arrays, key === undefined ? {} : { key })),
    }))
    .map(({ arrays, file }) => ({ bytes: pickleOf(file), value: arrays.size })),
  read: (bytes) => tensorsIn(unpickle(bytes, torchBuilder)),
  words: [
    '\u0080\u0002',
    'ccollections\nOrderedDict\n',
    'cos\nsystem\n',
    'ctorch._utils\n_rebuild_tensor_v2\n',
    '}q\u0000',
    '(((((',
    'h\u0000',
  ],
  memory: USUAL_MEMORY,
};

/** The first entry is stored plainly behind a local header of 30 bytes, its name and its padding. */
function pickleOf(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(file.buffer, file.byteOffset);
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  return Uint8Array.from(file.subarray(start, start + view.getUint32(18, true)));
}

function tensorsIn(value: unknown): number {
  if (!(value instanceof Map)) return 0;
  const [first] = value.values();
  return value.size === 1 && first instanceof Map ? first.size : value.size;
}

const SEPARATOR = '\n----\n';

/** A manifest and its weights, as a person drops them: kept whole or not at all. */
const modelFolder: Parser<readonly string[]> = {
  name: 'model-folder',
  sound: fc.tuple(anyManifest, tensors(parameterNames)).map(([description, arrays]) => {
    const weights = writeSafetensors(arrays);
    const digest = createHash('sha256').update(weights).digest('hex');
    const [file] = description.files;
    const sound = { ...description, files: [{ ...file, bytes: weights.byteLength, sha256: digest }] };
    return { bytes: joined(formatManifest(sound), text(SEPARATOR), weights), value: [description.id] };
  }),
  read: async (bytes) => {
    const at = Buffer.from(bytes).indexOf(SEPARATOR);
    const end = at < 0 ? bytes.length : at;
    const description = bytes.slice(0, end);
    const weights = bytes.slice(end + SEPARATOR.length);
    const storage = new MemoryStorage();
    try {
      const names = parseManifest(description).files.map(({ path }) => path);
      const offered = new Map([['manifest.json', description], ...names.map((name) => [name, weights] as const)]);
      const { id } = await new ModelStore(storage).add(offered);
      const kept = await new ModelStore(storage).list();
      if (kept.length !== 1 || kept[0].id !== id) throw new Error('It is not among the models that are kept.');
      return kept.map((model) => model.id);
    } catch (error) {
      if ((await storage.list('')).length > 0) throw new Error('A part was kept.', { cause: error });
      throw error;
    }
  },
  words: MANIFEST_WORDS,
  memory: USUAL_MEMORY,
};

export const MODEL_PARSERS = [manifest, configurationOfARun, safetensors, torch, pickle, modelFolder] as const;
