/** The figures of the comparison, from every model's predictions. */
import { FERPLUS_CLASSES, type FerplusRule } from '../../src/dataset/ferplus.js';
import { comparePaired, type PairedComparison } from '../../src/evaluation/mcnemar.js';
import type { Interval } from '../../src/evaluation/intervals.js';
import type { Prediction } from '../../src/evaluation/prediction.js';
import { buildReport, type EvaluationReport } from '../../src/evaluation/report.js';
import type { EvaluationSample } from '../../src/evaluation/samples.js';

/** What a model answered. */
export interface ContestantRun {
  readonly name: string;
  readonly version: string;
  readonly weightBytes: number;
  readonly classes: readonly string[];
  readonly predictions: readonly Prediction[];
  /** Median, from decoded picture to probabilities. */
  readonly msPerImage: number;
}

export interface ContestantResult extends EvaluationReport {
  readonly name: string;
  readonly version: string;
  readonly weightBytes: number;
  readonly classes: readonly string[];
  /** Over the images of the classes that all models have (no contempt). */
  readonly sharedClasses: { readonly n: number; readonly accuracy: Interval; readonly macroRecall: Interval };
  /** The first model against this one; null for the first itself. */
  readonly againstFirst: PairedComparison | null;
}

export interface AccuracyResults {
  readonly data: string;
  readonly device: string;
  readonly rules: Readonly<Record<FerplusRule, readonly ContestantResult[]>>;
}

/** Scores the runs under both rules; the images of a rule are those that it gives a label. */
export function compareRules(
  runs: readonly ContestantRun[],
  samples: Readonly<Record<FerplusRule, readonly EvaluationSample[]>>,
  duplicates: ReadonlySet<string>,
): Readonly<Record<FerplusRule, readonly ContestantResult[]>> {
  return {
    argmax: compareRuns(runs, samples.argmax, duplicates),
    majority: compareRuns(runs, samples.majority, duplicates),
  };
}

function compareRuns(
  runs: readonly ContestantRun[],
  samples: readonly EvaluationSample[],
  duplicates: ReadonlySet<string>,
): ContestantResult[] {
  const labels = new Map(
    samples.map(({ name, label }) => [name, FERPLUS_CLASSES.findIndex((known) => known === label)]),
  );
  const shared = FERPLUS_CLASSES.map((name) => runs.every(({ classes }) => classes.includes(name)));
  const relabelled = runs.map(({ predictions }) =>
    predictions.flatMap((prediction) => {
      const label = labels.get(prediction.name);
      return label === undefined ? [] : [{ ...prediction, label }];
    }),
  );
  return runs.map(({ name, version, weightBytes, classes, msPerImage }, index) => {
    const predictions = relabelled[index];
    const report = (chosen: readonly Prediction[]) =>
      buildReport({ classes: FERPLUS_CLASSES, predictions: chosen, duplicates, msPerImage });
    const { n, accuracy, macroRecall } = report(predictions.filter(({ label }) => shared[label]));
    return {
      name,
      version,
      weightBytes,
      classes,
      ...report(predictions),
      sharedClasses: { n, accuracy, macroRecall },
      againstFirst: index === 0 ? null : comparePaired(relabelled[0], predictions),
    };
  });
}
