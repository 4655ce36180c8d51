/** The labelled images of a data set, whatever its layout, under the label rule asked for. */
import { labelMatcher } from '../base/labels.js';
import { baseName, CSV_FILE, IMAGE_FILE } from '../base/paths.js';
import { TrainingError } from '../errors.js';
import { FERPLUS_CLASSES, ferplusLabel, looksLikeFerplus, parseFerplus, type FerplusRule } from '../dataset/ferplus.js';
import { readLayout } from '../dataset/layout.js';
import type { Split } from '../dataset/sample.js';
import type { NamedBytes } from '../storage/namedFiles.js';
import { readCremaD } from './cremadSamples.js';

/** One image to be evaluated. */
export interface EvaluationSample {
  /** The path in the data set: unique. */
  readonly name: string;
  /** Class name. */
  readonly label: string;
  readonly split: Split | null;
  /** Whose images belong together: a person, a recording. */
  readonly group: string | null;
  /** What is known of the person, where the data set says it: groups whose accuracies are compared. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Counted votes by class name, where people voted on the image. */
  readonly votes?: Readonly<Record<string, number>>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What was found in a data set. */
export interface SampleSet {
  readonly layout: 'ferplus' | 'crema-d' | 'list' | 'folders';
  /** All labelled images, of every split. */
  readonly samples: readonly EvaluationSample[];
  /** Images of every split, labelled or not: where duplicates are looked for. */
  readonly files: readonly { readonly name: string; readonly split: Split | null; readonly file: NamedBytes }[];
  /** Images that a list names and that are not there. */
  readonly missing: readonly string[];
}

/**
 * Reads FERPlus or CREMA-D (labels by `rule`), a CSV list or folders by class. Labels are matched to the model's classes as base/labels.ts tells.
 *
 * @param classes the model's classes
 * @throws TrainingError `data-empty` without any labelled image, `data-format` for a broken list
 */
export async function readSamples(
  files: readonly NamedBytes[],
  rule: FerplusRule,
  classes: readonly string[],
): Promise<SampleSet> {
  const set = (await readFerplus(files, rule)) ?? (await readCremaD(files, rule)) ?? (await readOther(files));
  if (set.samples.length === 0) {
    throw new TrainingError(
      'data-empty',
      'No labelled image was found. Use FERPlus, CREMA-D, one folder a class, or a CSV with path and label.',
    );
  }
  const match = labelMatcher(classes);
  const votesOf = ({ votes }: EvaluationSample) =>
    votes === undefined
      ? {}
      : { votes: Object.fromEntries(Object.entries(votes).map(([name, n]) => [match(name), n])) };
  return {
    ...set,
    samples: set.samples.map((sample) => ({ ...sample, label: match(sample.label), ...votesOf(sample) })),
  };
}

/** The samples of one split; all of them where the data set has no splits. */
export function samplesOfSplit(set: SampleSet, split: Split): readonly EvaluationSample[] {
  if (set.samples.every((sample) => sample.split === null)) return set.samples;
  const chosen = set.samples.filter((sample) => sample.split === split);
  if (chosen.length === 0) {
    throw new TrainingError(
      'data-empty',
      `The data set has no labelled image in its ${split} split. Choose another split.`,
    );
  }
  return chosen;
}

async function readFerplus(files: readonly NamedBytes[], rule: FerplusRule): Promise<SampleSet | null> {
  for (const file of files.filter(({ path }) => CSV_FILE.test(path))) {
    const text = new TextDecoder().decode(await file.bytes());
    if (looksLikeFerplus(text)) return ferplusSamples(files, text, rule);
  }
  return null;
}

function ferplusSamples(files: readonly NamedBytes[], text: string, rule: FerplusRule): SampleSet {
  const images = new Map(files.filter(({ path }) => IMAGE_FILE.test(path)).map((file) => [baseName(file.path), file]));
  const rows = parseFerplus(text);
  const samples = rows.flatMap((row): EvaluationSample[] => {
    const file = images.get(row.name);
    const label = ferplusLabel(row.votes, rule);
    if (file === undefined || label === null) return [];
    const votes = Object.fromEntries(FERPLUS_CLASSES.map((name, index) => [name, row.votes[index]]));
    const { split } = row;
    return [{ name: file.path, label: FERPLUS_CLASSES[label], split, group: null, votes, bytes: () => file.bytes() }];
  });
  const listed = rows.flatMap(({ name, split }) => {
    const file = images.get(name);
    return file === undefined ? [] : [{ name: file.path, split, file }];
  });
  const missing = rows.filter(({ name }) => !images.has(name)).map(({ name }) => name);
  return { layout: 'ferplus', samples, files: listed, missing };
}

async function readOther(files: readonly NamedBytes[]): Promise<SampleSet> {
  const { kind, images, missing } = await readLayout(await withoutOtherTables(files));
  const samples = images.flatMap(({ file, label, split, group }): EvaluationSample[] =>
    label === null ? [] : [{ name: file.path, label, split, group, bytes: () => file.bytes() }],
  );
  return {
    layout: kind === 'list' ? 'list' : 'folders',
    samples,
    files: images.map(({ file, split }) => ({ name: file.path, split, file })),
    missing,
  };
}

/** A table without labels, such as a group file beside the images, is no list of the data set. */
async function withoutOtherTables(files: readonly NamedBytes[]): Promise<readonly NamedBytes[]> {
  const kept: NamedBytes[] = [];
  for (const file of files) {
    const list = !CSV_FILE.test(file.path) || /^[^\n]*\blabel\b/i.test(new TextDecoder().decode(await file.bytes()));
    if (list) kept.push(file);
  }
  return kept;
}
