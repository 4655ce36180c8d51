/**
 * CREMA-D: clips of 91 actors who say twelve sentences in six expressions, with what the crowd saw (Cao et al., IEEE Transactions on Affective Computing 5,
 * 2014). `VideoDemographics.csv` says who the actors are, `processedResults/tabulatedVotes.csv` counts the votes: of people who heard the voice alone, who saw
 * the face alone, and who had both. Only what was seen counts here. The clips themselves are videos: their frames are read, whatever cut them out.
 */
import { parseCsv } from '../base/csv.js';
import { TrainingError } from '../errors.js';

/** The expressions that the crowd chose from, by the letter of their column. */
const VOTE_COLUMNS: Readonly<Record<string, string>> = {
  A: 'anger',
  D: 'disgust',
  F: 'fear',
  H: 'happiness',
  N: 'neutral',
  S: 'sadness',
};
/** Rows are numbered 100001... for the voice alone, 200001... for the face alone, 300001... for both. */
const FACE_ALONE = /^2\d{5}$/;
/** Actor, sentence, acted expression, level. */
const CLIP = /(?<![0-9A-Za-z])(\d{4})_[A-Z]{3}_[A-Z]{3}_[A-Z]{2}(?![0-9A-Za-z])/;
const PEOPLE_COLUMNS = ['ActorID', 'Age', 'Sex', 'Race', 'Ethnicity'] as const;

/** Whose clip a path belongs to. */
export interface Clip {
  /** For example `1001_DFA_ANG_XX`. */
  readonly name: string;
  /** For example `1001`. */
  readonly actor: string;
}

/** What is known of an actor, by attribute. */
export type Person = Readonly<Record<'sex' | 'age' | 'race' | 'ethnicity', string>>;

/** The clip that a frame was cut from: named by a folder, or by the file. Null for other files. */
export function clipOf(path: string): Clip | null {
  const match = CLIP.exec(path);
  return match === null ? null : { name: match[0], actor: match[1] };
}

/** True when the first line is that of `tabulatedVotes.csv`. */
export function looksLikeCremaDVotes(text: string): boolean {
  return /^\uFEFF?"?"?,"?A"?,"?D"?,"?F"?,"?H"?,"?N"?,"?S"?,"?fileName"?,/.test(text);
}

/** True when the first line is that of `VideoDemographics.csv`. */
export function looksLikeCremaDPeople(text: string): boolean {
  return /^\uFEFF?"?ActorID"?,"?Age"?,"?Sex"?,/.test(text);
}

/**
 * Votes of those who saw the face alone, by clip and expression.
 *
 * @throws TrainingError `data-format` naming the row whose counts are none, and where no row is of the face alone
 */
export function parseCremaDVotes(text: string): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const [header, ...rows] = parseCsv(text);
  const column = columnOf(header?.fields ?? [], 'tabulatedVotes.csv');
  const clipAt = column('fileName');
  const countsAt = Object.entries(VOTE_COLUMNS).map(([letter, expression]) => [expression, column(letter)] as const);
  const votes = new Map<string, Readonly<Record<string, number>>>();
  for (const { line, fields } of rows) {
    if (!FACE_ALONE.test(fields[0])) continue;
    const counts = countsAt.map(([expression, at]) => [expression, Number(fields[at])] as const);
    const clip = fields[clipAt] ?? '';
    if (clip === '' || counts.some(([, count]) => !Number.isInteger(count) || count < 0)) {
      throw new TrainingError(
        'data-format',
        `Row ${line} of tabulatedVotes.csv has no clip, or no vote counts under A to S.`,
      );
    }
    votes.set(clip, Object.fromEntries(counts));
  }
  if (votes.size > 0) return votes;
  throw new TrainingError(
    'data-format',
    'tabulatedVotes.csv has no votes on the face alone: its rows 200001 and on are missing. Take the published file.',
  );
}

/**
 * By actor, sex, age band, race and ethnicity as published.
 *
 * @throws TrainingError `data-format` naming the row whose age is no number
 */
export function parseCremaDPeople(text: string): ReadonlyMap<string, Person> {
  const [header, ...rows] = parseCsv(text);
  const column = columnOf(header?.fields ?? [], 'VideoDemographics.csv');
  const [actorAt, ageAt, sexAt, raceAt, ethnicityAt] = PEOPLE_COLUMNS.map(column);
  return new Map(
    rows.map(({ line, fields }): [string, Person] => {
      const age = Number(fields[ageAt]);
      if (!(age > 0)) throw new TrainingError('data-format', `Row ${line} of VideoDemographics.csv has no age.`);
      const [sex, race, ethnicity] = [sexAt, raceAt, ethnicityAt].map((at) => (fields[at] ?? '').toLowerCase());
      return [fields[actorAt], { sex, age: ageBand(age), race, ethnicity }];
    }),
  );
}

/** Of 91 actors too few are in any single decade over 50. */
function ageBand(age: number): string {
  if (age < 30) return 'under 30';
  return age < 50 ? '30 to 49' : '50 and over';
}

function columnOf(header: readonly string[], file: string): (name: string) => number {
  return (name) => {
    const at = header.indexOf(name);
    if (at === -1) throw new TrainingError('data-format', `The first line of ${file} has no column ${name}.`);
    return at;
  };
}
