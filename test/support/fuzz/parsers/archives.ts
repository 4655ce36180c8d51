/** Zip archives. */
import { zipSync } from 'fflate';
import * as fc from 'fast-check';
import { readZip } from '../../../../src/storage/zip.js';
import { type Parser, USUAL_MEMORY } from '../contract.js';

type Contents = readonly (readonly [string, readonly number[]])[];

const path = fc.stringMatching(/^[a-zé0-9 ._-]{1,12}(\/[a-zé0-9 ._-]{1,12}){0,2}$/);
/** Random bytes, and ones that shrink to a thousandth. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.integer({ min: 0, max: 10_000 }).map((length) => new Uint8Array(length)),
);

const zip: Parser<Contents> = {
  name: 'zip',
  sound: fc
    .uniqueArray(fc.tuple(path, content, fc.constantFrom(0 as const, 6 as const)), {
      maxLength: 5,
      selector: ([name]) => name,
    })
    .map((entries) => {
      const files = Object.fromEntries(entries.map(([name, bytes, level]) => [name, [bytes, { level }] as const]));
      const value = Object.entries(files).map(([name, [bytes]]) => [name, [...bytes]] as const);
      return { bytes: Uint8Array.from(zipSync(files as Parameters<typeof zipSync>[0])), value };
    }),
  read: async (bytes) => {
    const files = await readZip(bytes);
    return Promise.all(files.map(async (file) => [file.path, [...(await file.bytes())]] as const));
  },
  words: [
    'PK\u0003\u0004',
    'PK\u0001\u0002',
    'PK\u0005\u0006',
    'PK\u0006\u0006',
    'PK\u0006\u0007',
    '\u0001\u0000\u0010\u0000',
  ],
  memory: USUAL_MEMORY,
};

export const ARCHIVE_PARSERS = [zip] as const;
