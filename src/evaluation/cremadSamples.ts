/** CREMA-D as a data set to evaluate: frames of clips, labelled by those who saw the face alone, in groups of the actors' demographics. */
import { argmax } from '../base/softmax.js';
import { CSV_FILE, IMAGE_FILE } from '../base/paths.js';
import { TrainingError } from '../errors.js';
import {
  clipOf,
  looksLikeCremaDPeople,
  looksLikeCremaDVotes,
  parseCremaDPeople,
  parseCremaDVotes,
} from '../dataset/cremad.js';
import { majorityLabel, type FerplusRule } from '../dataset/ferplus.js';
import type { NamedBytes } from '../storage/namedFiles.js';
import type { EvaluationSample, SampleSet } from './samples.js';

/**
 * Null where the votes of CREMA-D are not among the files. `group` is the actor.
 *
 * @throws TrainingError `data-empty` without the actors' file or without a frame of a clip, `data-format` for a broken table
 */
export async function readCremaD(files: readonly NamedBytes[], rule: FerplusRule): Promise<SampleSet | null> {
  const tables = await Promise.all(
    files.filter(({ path }) => CSV_FILE.test(path)).map(async (file) => new TextDecoder().decode(await file.bytes())),
  );
  const votesTable = tables.find(looksLikeCremaDVotes);
  if (votesTable === undefined) return null;
  const peopleTable = tables.find(looksLikeCremaDPeople);
  if (peopleTable === undefined) {
    throw new TrainingError('data-empty', 'VideoDemographics.csv of CREMA-D is not there. Put it beside the votes.');
  }
  const [votes, people] = [parseCremaDVotes(votesTable), parseCremaDPeople(peopleTable)];
  const frames = files.flatMap((file) => {
    const clip = IMAGE_FILE.test(file.path) ? clipOf(file.path) : null;
    return clip === null ? [] : [{ file, clip }];
  });
  if (frames.length === 0) {
    throw new TrainingError(
      'data-empty',
      'No frame of a CREMA-D clip was found. Cut the videos into images in folders of their names, such as 1001_DFA_ANG_XX/001.png.',
    );
  }
  const samples = frames.flatMap(({ file, clip: { name, actor } }): EvaluationSample[] => {
    const counts = votes.get(name);
    const label = counts === undefined ? null : labelOf(counts, rule);
    if (counts === undefined || label === null) return [];
    const person = { name: file.path, label, split: null, group: actor, attributes: people.get(actor) ?? {} };
    return [{ ...person, votes: counts, bytes: () => file.bytes() }];
  });
  const found = new Set(frames.map(({ clip }) => clip.name));
  return {
    layout: 'crema-d',
    samples,
    files: frames.map(({ file }) => ({ name: file.path, split: null, file })),
    missing: [...votes.keys()].filter((name) => !found.has(name)),
  };
}

/** Null where no expression wins: without more than half of the votes, or (by most votes) beside another that has as many. */
function labelOf(counts: Readonly<Record<string, number>>, rule: FerplusRule): string | null {
  const [names, values] = [Object.keys(counts), Object.values(counts)];
  if (rule === 'majority') return names[majorityLabel(values) ?? -1] ?? null;
  const best = argmax(values);
  return values.filter((count) => count === values[best]).length === 1 ? names[best] : null;
}
