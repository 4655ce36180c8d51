/**
 * Which strength suits: cross-validation over the training images, with whole groups left out. Of what cannot be told apart the most tied is taken (the one
 * standard error rule; Breiman et al., 1984), so that a fit of few images moves no further than they show.
 */
import { Random } from '../../base/random.js';
import type { TrainingSample } from '../data/samples.js';
import type { ProblemFits } from './fitPath.js';
import { type LastLayer, lastLayerLogits, STRENGTHS } from './lastLayer.js';

export const FOLDS = 5;
/** Standard errors behind the best that a more tied fit may be. */
const TOLERATED_ERRORS = 1;
/** So many looser ties in a row that are clearly worse than the best end the search. */
const CLEARLY_WORSE = 2;
/** Stream of chance of the folds. */
const FOLD_STREAM = 4;

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

type Losses = Pick<FitChoice, 'byImage'>;
type Candidate = Omit<FitChoice, 'losses'> & { readonly loss: number };

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

/** Called after each fold that a choice has looked at, with true when the choice among the strengths is made. */
export type OnTurn = (chosen: boolean) => void | Promise<void>;

/**
 * Chooses between the start and fits of every strength by what they say of the images that each fold leaves out. Looser ties are tried as long as they may
 * still be better: not beyond the second that is clearly worse than the best.
 * @param chosen the samples to use, by index
 * @param folds fold of each sample of the problem
 */
export async function chooseStrength(
  fits: ProblemFits,
  chosen: readonly number[],
  folds: readonly number[],
  onTurn: OnTurn = () => undefined,
): Promise<FitChoice> {
  const { rows } = fits.problem;
  const weights = chosen.map((index) => rows.weights[index]);
  const candidates: Candidate[] = [];
  let best = 0;
  let worse = 0;
  for (const [place, strength] of [null, ...STRENGTHS].entries()) {
    const heldOut = await leaveOut(fits, chosen, folds, place - 1, onTurn);
    const byImage = chosen.map((index) => imageLoss(rows.targets[index], heldOut, index));
    candidates.push({ strength, heldOut, byImage, loss: weightedMean(byImage, weights).mean });
    if (candidates[place].loss < candidates[best].loss) best = place;
    worse = isBehind(candidates[place], candidates[best], weights) ? worse + 1 : 0;
    if (place > best && worse >= CLEARLY_WORSE) break;
  }
  const taken = candidates.find((candidate) => !isBehind(candidate, candidates[best], weights))!;
  await onTurn(true);
  return { ...taken, losses: candidates.map(({ strength, loss }) => ({ strength, loss })) };
}

/**
 * The same over several problems, which differ in what made the embeddings of the same samples: a later one is taken where it is clearly better than those
 * before it.
 */
export async function chooseProblem(
  problems: readonly ProblemFits[],
  chosen: readonly number[],
  folds: readonly number[],
  onTurn?: OnTurn,
): Promise<{ readonly fits: ProblemFits; readonly choice: FitChoice }> {
  const weights = chosen.map((index) => problems[0].problem.rows.weights[index]);
  const [first, ...others] = problems;
  let kept = { fits: first, choice: await chooseStrength(first, chosen, folds, onTurn) };
  for (const fits of others) {
    const choice = await chooseStrength(fits, chosen, folds, onTurn);
    if (isBehind(kept.choice, choice, weights)) kept = { fits, choice };
  }
  return kept;
}

/** The layer that a choice stands for, fitted to the chosen samples. */
export function fitChoice(fits: ProblemFits, { strength }: FitChoice, chosen: readonly number[]): LastLayer {
  return strength === null ? fits.problem.start : fits.path(chosen).at(STRENGTHS.findIndex((own) => own === strength));
}

/**
 * What the whole procedure, its choices included, says of every sample that it has not seen: [samples, classes].
 */
export async function crossValidate(
  problems: readonly ProblemFits[],
  folds: readonly number[],
  onTurn?: OnTurn,
): Promise<Float32Array> {
  const classes = classCount(problems[0]);
  const logits = new Float32Array(folds.length * classes);
  for (const fold of new Set(folds)) {
    const kept = folds.flatMap((other, index) => (other === fold ? [] : [index]));
    const { fits, choice } = await chooseProblem(problems, kept, folds, onTurn);
    const layer = fitChoice(fits, choice, kept);
    const left = folds.flatMap((other, index) => (other === fold ? [index] : []));
    writeLogits(fits, left, layer, logits);
  }
  return logits;
}

/** What fits of one strength (-1: the start) say of the samples that they have not seen: [samples, classes]. */
async function leaveOut(
  fits: ProblemFits,
  chosen: readonly number[],
  folds: readonly number[],
  place: number,
  onTurn: OnTurn,
): Promise<Float32Array> {
  const logits = new Float32Array(folds.length * classCount(fits));
  for (const fold of new Set(chosen.map((index) => folds[index]))) {
    const kept = chosen.filter((index) => folds[index] !== fold);
    const left = chosen.filter((index) => folds[index] === fold);
    const layer = place < 0 || kept.length === 0 ? fits.problem.start : fits.path(kept).at(place);
    writeLogits(fits, left, layer, logits);
    await onTurn(false);
  }
  return logits;
}

function writeLogits({ problem }: ProblemFits, chosen: readonly number[], layer: LastLayer, to: Float32Array): void {
  const { rows, outputs } = problem;
  const classes = to.length / rows.targets.length;
  for (const index of chosen) {
    const values = rows.values.subarray(index * rows.width, (index + 1) * rows.width);
    to.set(lastLayerLogits(values, rows.width, layer, outputs), index * classes);
  }
}

function classCount({ problem }: ProblemFits): number {
  return Math.max(...problem.outputs) + 1;
}

/** By more than the tolerated errors of the mean of the differences. */
function isBehind(candidate: Losses, best: Losses, weights: readonly number[]): boolean {
  const { mean, error } = weightedMean(
    candidate.byImage.map((loss, place) => loss - best.byImage[place]),
    weights,
  );
  return mean > TOLERATED_ERRORS * error;
}

/** Cross-entropy of one image. */
function imageLoss(target: Float32Array, logits: Float32Array, index: number): number {
  const classes = target.length;
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
