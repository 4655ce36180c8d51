/** Readers of lists, votes and configurations. */
import * as fc from 'fast-check';
import { formatCsv, parseCsv } from '../../../../src/base/csv.js';
import { FERPLUS_CLASSES, parseFerplus, type FerplusRow } from '../../../../src/dataset/ferplus.js';
import { formatImageList, parseImageList, type ListedImage } from '../../../../src/dataset/imageList.js';
import { readLayout } from '../../../../src/dataset/layout.js';
import { completeConfig, parseConfig, type TrainingConfig } from '../../../../src/training/config.js';
import { parseGroupFile } from '../../../../src/evaluation/groupFile.js';
import { type Parser, USUAL_MEMORY } from '../contract.js';
import { classNames, names, plain, text } from './values.js';

const read = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const QUOTES = ['"', '""', '\r\n', ',', '\n\n', '\uFEFF'];

const csv: Parser<readonly (readonly string[])[]> = {
  name: 'csv',
  sound: fc
    .tuple(
      fc.array(
        fc
          .array(fc.string({ unit: 'grapheme', maxLength: 8 }), { minLength: 2, maxLength: 5 })
          .filter(([first]) => !first.startsWith('\uFEFF')),
        { maxLength: 8 },
      ),
      fc.constantFrom('\n' as const, '\r\n' as const),
      fc.boolean(),
    )
    .map(([rows, lineEnd, mark]) => ({ bytes: text((mark ? '\uFEFF' : '') + formatCsv(rows, lineEnd)), value: rows })),
  read: (bytes) => parseCsv(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).map(({ fields }) => fields),
  words: QUOTES,
  memory: USUAL_MEMORY,
};

const listedImage: fc.Arbitrary<ListedImage> = fc.record({
  path: names,
  label: names,
  split: fc.constantFrom('train' as const, 'validation' as const, 'test' as const, null),
  group: fc.option(names),
});

const labels: Parser<readonly ListedImage[]> = {
  name: 'labels.csv',
  sound: fc
    .array(listedImage, { maxLength: 8 })
    .map((images) => ({ bytes: text(formatImageList(images)), value: images.map((image) => ({ ...image })) })),
  read: (bytes) => parseImageList(read(bytes)),
  words: [...QUOTES, 'path,label', 'Training', 'constructor'],
  memory: USUAL_MEMORY,
};

const FERPLUS_HEADER = ['Usage', 'Image name', ...FERPLUS_CLASSES, 'unknown', 'NF'];
const USAGES = { train: 'Training', validation: 'PublicTest', test: 'PrivateTest' } as const;

const ferplus: Parser<readonly FerplusRow[]> = {
  name: 'fer2013new.csv',
  sound: fc
    .uniqueArray(
      fc.record({
        name: fc.stringMatching(/^fer\d{7}\.png$/),
        split: fc.constantFrom('train' as const, 'validation' as const, 'test' as const),
        votes: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 10, maxLength: 10 }),
      }),
      { maxLength: 8, selector: ({ name }) => name },
    )
    .map((rows) => {
      const lines = rows.map(({ name, split, votes }) => [USAGES[split], name, ...votes]);
      return { bytes: text(formatCsv([FERPLUS_HEADER, ...lines])), value: rows.map((row) => ({ ...row })) };
    }),
  read: (bytes) => parseFerplus(read(bytes)),
  words: [...QUOTES, 'PublicTest', 'constructor', '-1', '1e9'],
  memory: USUAL_MEMORY,
};

const GROUPED = ['a/1.png', 'b/2.png', 'b/constructor'];

/** Which group the images of a data set are in. */
const groups: Parser<Readonly<Record<string, readonly (string | null)[]>>> = {
  name: 'groups.csv',
  sound: fc.tuple(names, fc.array(names, { minLength: 3, maxLength: 3 })).map(([attribute, given]) => ({
    bytes: text(formatCsv([['path', attribute], ...GROUPED.map((path, index) => [path, given[index]])])),
    value: Object.fromEntries([[attribute, given]]),
  })),
  read: (bytes) => {
    const samples = GROUPED.map((name) => {
      return { name, label: 'a', split: null, group: null, bytes: async () => new Uint8Array(0) };
    });
    const parsed = parseGroupFile(read(bytes), samples);
    return Object.fromEntries(Object.entries(parsed).map(([key, groupOf]) => [key, GROUPED.map(groupOf)]));
  },
  words: [...QUOTES, 'path', 'constructor'],
  memory: USUAL_MEMORY,
};

const PARTS = '\n----\n';
const IMAGES = ['1.png', '2.png', 'constructor.png'];

/** An export's labels.csv, votes.json and dataset.json, read together. */
const dataset: Parser<unknown> = {
  name: 'dataset',
  sound: fc
    .tuple(classNames, fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 0, max: 8 })), { minLength: 3, maxLength: 3 }))
    .map(([classes, given]) => {
      const lower = [...new Set(classes.map((name) => name.trim().toLowerCase()))];
      const images = given.map(([label, eighths], index) => {
        const shares: [string, number][] = [
          [lower[0], eighths / 8],
          [lower[1] ?? 'other', 1 - eighths / 8],
        ];
        return { path: IMAGES[index], label: lower[label % lower.length], votes: Object.fromEntries(shares) };
      });
      const list = formatImageList(images.map(({ path, label }) => ({ path, label, split: null, group: null })));
      const votes = JSON.stringify(Object.fromEntries(images.map((image) => [image.path, image.votes])));
      const value = {
        classes: lower,
        images: images.map(({ path, label, votes: shares }) => ({
          path,
          label: label.trim().toLowerCase(),
          votes: shares,
        })),
      };
      return {
        bytes: text([list, votes, JSON.stringify({ format: 1, classes: lower })].join(PARTS)),
        value: plain(value),
      };
    }),
  read: async (bytes) => {
    const [list = '', votes = '', description = ''] = read(bytes).split(PARTS);
    const file = (path: string, content: string) => ({ path, bytes: async () => text(content) });
    const images = IMAGES.map((path) => file(path, ''));
    const files = [file('labels.csv', list), file('votes.json', votes), file('dataset.json', description)];
    const layout = await readLayout([...images, ...files]);
    const found = layout.images.map(({ file: { path }, label, votes: shares }) => ({ path, label, votes: shares }));
    return plain({ classes: layout.classes, images: found });
  },
  words: [...QUOTES, '"1.png":', ':-1', ':2', '{"format":1}', 'path,label'],
  memory: USUAL_MEMORY,
};

const configuration: Parser<TrainingConfig> = {
  name: 'configuration',
  sound: fc
    .record(
      {
        classes: classNames,
        mode: fc.constantFrom('quick' as const, 'full' as const),
        seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        epochs: fc.integer({ min: 1, max: 10_000 }),
        batchSize: fc.integer({ min: 1, max: 4096 }),
        learningRate: fc.double({ min: 1e-9, max: 1, noNaN: true }),
        sam: fc.double({ min: 0, max: 10, noNaN: true }),
        schedule: fc.oneof(
          fc.constant({ kind: 'constant' as const }),
          fc.record({ kind: fc.constant('exponential' as const), factor: fc.double({ min: 0, max: 10, noNaN: true }) }),
        ),
      },
      { requiredKeys: ['classes'] },
    )
    .map((options) => ({
      bytes: text(JSON.stringify(options)),
      value: plain(completeConfig(plain(options) as typeof options)) as TrainingConfig,
    })),
  read: (bytes) => plain(parseConfig(read(bytes))) as TrainingConfig,
  words: ['"epochs":1e9,', '"classes":{},', '"schedule":{"kind":"cosine"},', 'null', '"mode":"full",'],
  memory: USUAL_MEMORY,
};

export const TABLE_PARSERS = [csv, labels, ferplus, groups, dataset, configuration] as const;
