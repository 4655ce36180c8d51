/** What a person sets before measuring. */
import type { FerplusRule } from '../../dataset/ferplus.js';
import { SPLITS, type Split } from '../../dataset/sample.js';
import type { Corruption } from '../../evaluation/corruptions.js';
import type { DataSurvey, ModelSource, RunRequest } from '../../evaluation/protocol.js';
import { EXPRESSIONS, isExpression } from '../../expressions.js';
import type { BackendPreference } from '../../inference/observation.js';

/** A model that can be chosen. */
export interface ModelOption {
  /** Unique among the models. */
  readonly key: string;
  readonly name: string;
  readonly source: ModelSource;
}

export interface EvaluateSettings {
  /** Key of the model to measure. */
  readonly first: string;
  /** Key of the model to compare with; null for none. */
  readonly second: string | null;
  readonly split: Split;
  readonly rule: FerplusRule;
  /** The images are whole photos, in which faces are found first. */
  readonly align: boolean;
  readonly corruptions: readonly Corruption[];
  readonly corruptionImages: number;
  readonly groups: { readonly name: string; readonly text: string } | null;
  readonly backend: BackendPreference;
}

/** Key of the shipped model. */
export const SHIPPED = 'shipped';

export const DEFAULT_SETTINGS: EvaluateSettings = {
  first: SHIPPED,
  second: null,
  split: 'test',
  rule: 'majority',
  align: false,
  corruptions: [],
  corruptionImages: 200,
  groups: null,
  backend: 'auto',
};

/** The splits that the data set has, in their order; empty where it has none. */
export function splitsOf(survey: DataSurvey): readonly Split[] {
  return SPLITS.filter((split) => survey.counts[split] !== undefined);
}

/** The split to start with: test where there is one, else the last. */
export function preferredSplit(survey: DataSurvey, wanted: Split): Split {
  const splits = splitsOf(survey);
  return splits.length === 0 || splits.includes(wanted) ? wanted : (splits.at(-1) ?? wanted);
}

/** Images by class in the split that would be measured. */
export function countsOf(survey: DataSurvey, split: Split): Readonly<Record<string, number>> {
  const counts = survey.counts[split] ?? survey.counts.all ?? {};
  const rank = (name: string) => (isExpression(name) ? EXPRESSIONS.indexOf(name) : EXPRESSIONS.length);
  return Object.fromEntries(Object.entries(counts).toSorted(([first], [second]) => rank(first) - rank(second)));
}

export function toRequest(settings: EvaluateSettings, models: readonly ModelOption[]): RunRequest {
  const { first, second, split, rule, align, corruptions, corruptionImages, groups, backend } = settings;
  return {
    models: [first, second].flatMap((key) => models.find((model) => model.key === key)?.source ?? []),
    split,
    rule,
    align,
    corruptions,
    corruptionImages,
    groups: groups?.text ?? null,
    backend,
  };
}
