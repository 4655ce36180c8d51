/** Readers of CREMA-D's two tables. */
import * as fc from 'fast-check';
import { formatCsv } from '../../../../src/base/csv.js';
import { parseCremaDPeople, parseCremaDVotes } from '../../../../src/dataset/cremad.js';
import { type Parser, USUAL_MEMORY } from '../contract.js';
import { plain, text } from './values.js';

const read = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const EXPRESSIONS = ['anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness'] as const;

const votes: Parser<unknown> = {
  name: 'tabulatedVotes.csv',
  sound: fc
    .uniqueArray(
      fc.record({
        clip: fc.stringMatching(/^1\d{3}_[A-Z]{3}_[A-Z]{3}_(XX|LO|MD|HI)$/),
        counts: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 6, maxLength: 6 }),
      }),
      { minLength: 1, maxLength: 8, selector: ({ clip }) => clip },
    )
    .map((rows) => ({
      bytes: text(
        formatCsv([
          ['', 'A', 'D', 'F', 'H', 'N', 'S', 'fileName', 'emoVote'],
          ...rows.map(({ clip, counts }, index) => [`${200_001 + index}`, ...counts, clip, 'N']),
        ]),
      ),
      value: plain(
        rows.map(({ clip, counts }) => [clip, Object.fromEntries(EXPRESSIONS.map((name, at) => [name, counts[at]]))]),
      ),
    })),
  read: (bytes) => plain([...parseCremaDVotes(read(bytes))]),
  words: ['"', '""', ',', '\n\n', '200001', '__proto__', '-1', '1e9', 'A:D'],
  memory: USUAL_MEMORY,
};

const people: Parser<unknown> = {
  name: 'VideoDemographics.csv',
  sound: fc
    .uniqueArray(fc.record({ actor: fc.integer({ min: 1001, max: 1091 }), age: fc.integer({ min: 1, max: 29 }) }), {
      maxLength: 8,
      selector: ({ actor }) => actor,
    })
    .map((rows) => ({
      bytes: text(
        formatCsv([
          ['ActorID', 'Age', 'Sex', 'Race', 'Ethnicity'],
          ...rows.map(({ actor, age }) => [actor, age, 'Female', 'Asian', 'Not Hispanic']),
        ]),
      ),
      value: rows.map(({ actor }) => [
        String(actor),
        { sex: 'female', age: 'under 30', race: 'asian', ethnicity: 'not hispanic' },
      ]),
    })),
  read: (bytes) => plain([...parseCremaDPeople(read(bytes))]),
  words: ['"', '""', ',', '\n\n', 'constructor', '-1', 'NaN'],
  memory: USUAL_MEMORY,
};

export const CREMA_D_PARSERS = [votes, people] as const;
