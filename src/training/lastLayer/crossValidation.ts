/**
 * Which strength suits: cross-validation over the training images, with whole groups left out. Of what cannot be told apart the most tied is taken (the one
 * standard error rule; Breiman et al., 1984), so that a fit of few images moves no further than they show.
 */
import { Random } from '../../base/random.js';
import type { TrainingSample } from '../data/samples.js';
import { type EmbeddedRows, fitLastLayer, type LastLayer, lastLayerLogits, STRENGTHS } from './lastLayer.js';

export const FOLDS = 5;
/** Standard errors behind the best that a more tied fit may be. */
const TOLERATED_ERRORS = 1;
/** Stream of chance of the folds. */
const FOLD_STREAM = 4;

/** What is fitted: every sample stands in `rows` once for each of its views, the views of all samples after each other. */
export interface FitProblem {
  readonly rows: EmbeddedRows;
  /** Of these, the first is the picture as it is. */
  readonly views: number;
  readonly start: LastLayer;
  /** Class of each output of the layer. */
  readonly outputs: readonly number[];
}

export interface FitChoice {
  /** Null: nothing was clearly better than the start. */
  readonly strength: number | null;
  /** Mean cross-entropy of held-out images under each strength, weighted as the rows are, and under the start. */
  readonly losses: readonly { readonly strength: number | null; readonly loss: number }[];
  /** Logits [samples, classes] of the choice, each sample's by a fit that had not seen it. */
  readonly heldOut: Float32Array;
  /** Cross-entropy of each chosen sample by these. */
  readonly byImage: readonly number[];
}

/**
 * The fold of each sample, 0 to `folds` - 1: every class is spread over the folds, and a group (a burst, a person) stays whole.
 */
export function assignFolds(
  samples: readonly Pick<TrainingSample, 'label' | 'group'>[],
  folds: number,
  seed: number,
): number[] {
  const random = Random.at(seed, FOLD_STREAM, folds);
  const units = new Map<string, number[]>();
  for (const [index, { group }] of samples.entries()) {
    const key = group === null ? `alone ${index}` : `group ${group}`;
    units.set(key, [...(units.get(key) ?? []), index]);
  }
  // Large groups first: they fit in fewest places, and the small ones then even things out.
  const order = random.shuffle([...units.values()]).toSorted((first, second) => second.length - first.length);
  const held = Array.from({ length: folds }, () => new Map<number, number>());
  const sizes = Array.from({ length: folds }, () => 0);
  const result = samples.map(() => 0);
  for (const unit of order) {
    const crowding = (fold: number): number =>
      unit.reduce((sum, index) => sum + (held[fold].get(samples[index].label) ?? 0), 0);
    let best = 0;
    for (let fold = 1; fold < folds; fold++) {
      const [now, then] = [crowding(fold), crowding(best)];
      if (now < then || (now === then && sizes[fold] < sizes[best])) best = fold;
    }
    for (const index of unit) {
      const { label } = samples[index];
      held[best].set(label, (held[best].get(label) ?? 0) + 1);
      result[index] = best;
    }
    sizes[best] += unit.length;
  }
  return result;
}

/**
 * Chooses between the start and fits of every strength by what they say of the images that each fold leaves out.
 * @param chosen the samples to use, by index
 * @param folds fold of each sample of the problem
 */
export function chooseStrength(problem: FitProblem, chosen: readonly number[], folds: readonly number[]): FitChoice {
  const { rows, start, outputs } = problem;
  const classes = Math.max(...outputs) + 1;
  const candidates = [null, ...STRENGTHS] as const;
  const logits = candidates.map(() => new Float32Array((rows.targets.length / problem.views) * classes));
  for (const fold of new Set(chosen.map((index) => folds[index]))) {
    const kept = chosen.filter((index) => folds[index] !== fold);
    if (kept.length === 0) continue;
    const fits = fitLastLayer(rows, viewsOf(problem, kept), start, outputs, STRENGTHS);
    for (const index of chosen) {
      if (folds[index] !== fold) continue;
      const values = rows.values.subarray(index * rows.width, (index + 1) * rows.width);
      for (const [at, layer] of [start, ...fits].entries()) {
        logits[at].set(lastLayerLogits(values, rows.width, layer, outputs), index * classes);
      }
    }
  }
  const weights = chosen.map((index) => rows.weights[index]);
  const byImage = logits.map((own) => chosen.map((index) => imageLoss(rows.targets[index], own, index, classes)));
  const losses = byImage.map((values) => weightedMean(values, weights).mean);
  const best = losses.indexOf(Math.min(...losses));
  const taken = byImage.findIndex((values) => {
    const behind = values.map((value, place) => value - byImage[best][place]);
    const { mean, error } = weightedMean(behind, weights);
    return mean <= TOLERATED_ERRORS * error;
  });
  return {
    strength: candidates[taken],
    losses: candidates.map((strength, at) => ({ strength, loss: losses[at] })),
    heldOut: logits[taken],
    byImage: byImage[taken],
  };
}

/**
 * The same over several problems, which differ in what made the embeddings of the same samples: a later one is taken where it is clearly better than those
 * before it.
 */
export function chooseProblem(
  problems: readonly FitProblem[],
  chosen: readonly number[],
  folds: readonly number[],
): { readonly problem: FitProblem; readonly choice: FitChoice } {
  const weights = chosen.map((index) => problems[0].rows.weights[index]);
  return problems
    .map((problem) => ({ problem, choice: chooseStrength(problem, chosen, folds) }))
    .reduce((kept, next) => {
      const ahead = kept.choice.byImage.map((loss, place) => loss - next.choice.byImage[place]);
      const { mean, error } = weightedMean(ahead, weights);
      return mean > TOLERATED_ERRORS * error ? next : kept;
    });
}

/** The layer that a choice stands for, fitted to the chosen samples. */
export function fitChoice(problem: FitProblem, { strength }: FitChoice, chosen: readonly number[]): LastLayer {
  const { rows, start, outputs } = problem;
  if (strength === null) return start;
  // Each fit begins at the one before.
  const path = STRENGTHS.filter((other) => other >= strength);
  return fitLastLayer(rows, viewsOf(problem, chosen), start, outputs, path).at(-1)!;
}

/**
 * What the whole procedure, its choices included, says of every sample that it has not seen: [samples, classes].
 */
export function crossValidate(problems: readonly FitProblem[], folds: readonly number[]): Float32Array {
  const { outputs } = problems[0];
  const classes = Math.max(...outputs) + 1;
  const logits = new Float32Array(folds.length * classes);
  for (const fold of new Set(folds)) {
    const kept = folds.flatMap((other, index) => (other === fold ? [] : [index]));
    const { problem, choice } = chooseProblem(problems, kept, folds);
    const { rows } = problem;
    const layer = fitChoice(problem, choice, kept);
    for (const [index, other] of folds.entries()) {
      if (other !== fold) continue;
      const values = rows.values.subarray(index * rows.width, (index + 1) * rows.width);
      logits.set(lastLayerLogits(values, rows.width, layer, outputs), index * classes);
    }
  }
  return logits;
}

/** All rows of some samples. */
function viewsOf({ rows, views }: FitProblem, chosen: readonly number[]): number[] {
  const samples = rows.targets.length / views;
  return Array.from({ length: views }, (_, view) => chosen.map((index) => view * samples + index)).flat();
}

/** Cross-entropy of one image. */
function imageLoss(target: Float32Array, logits: Float32Array, index: number, classes: number): number {
  const own = logits.subarray(index * classes, (index + 1) * classes);
  const largest = Math.max(...own);
  const all = Math.log(own.reduce((powers, logit) => powers + Math.exp(logit - largest), 0)) + largest;
  return target.reduce((part, share, label) => part + share * (all - own[label]), 0);
}

/** The mean and its standard error. */
function weightedMean(values: readonly number[], weights: readonly number[]): { mean: number; error: number } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = values.reduce((sum, value, at) => sum + weights[at] * value, 0) / total;
  const spread = values.reduce((sum, value, at) => sum + (weights[at] * (value - mean)) ** 2, 0);
  return { mean, error: Math.sqrt(spread) / total };
}
