/**
 * What few images can say, honestly: every image is judged once by a classifier that saw nothing of its group, all answers are pooled, and the same answers
 * are given by what needs no training. The classifier is the run's own procedure where that is quick, else a stand-in (`discriminant.ts`), which learns in
 * milliseconds; what needs many fits, such as a learning curve, is always the stand-in's.
 */
import { mean } from '../../base/numbers.js';
import { Random } from '../../base/random.js';
import { argmax } from '../../base/softmax.js';
import type { Interval } from '../intervals.js';
import { comparePaired, type PairedComparison } from '../mcnemar.js';
import { accuracy, confusionMatrix, macroRecall, perClassIntervals } from '../metrics.js';
import type { ClassIntervals, ConfusionMatrix } from '../metrics.js';
import type { Prediction } from '../prediction.js';
import { fitDiscriminant, fitNearestMean, type EmbeddingClassifier, type LabelledEmbedding } from './discriminant.js';
import { divideIntoFolds, type Division, type Fold, type FoldItem } from './folds.js';
import { likelyMistakes, type LikelyMistake } from './likelyMistakes.js';

/** One image in the order in which it was taken. */
export interface AssessedImage extends FoldItem, LabelledEmbedding {
  readonly id: string;
  /** Probabilities by class of the model that a run would begin with; null where it knows nothing of some of the classes. */
  readonly before: ArrayLike<number> | null;
}

export const BASELINES = ['before', 'nearest-mean', 'majority'] as const;
export type BaselineName = (typeof BASELINES)[number];

export interface Baseline {
  readonly name: BaselineName;
  readonly accuracy: Interval;
  readonly macroRecall: Interval;
  /** What learned first, the baseline second. */
  readonly comparison: PairedComparison;
}

/** With part of the images to learn from. */
export interface CurvePoint {
  /** 0..1 of what a fold has. */
  readonly share: number;
  /** Images learned from, mean over the folds. */
  readonly images: number;
  readonly accuracy: Interval;
}

/** What half of a class's images to learn from is worth. */
export interface ClassWorth {
  readonly name: string;
  /** Mean recall of all classes with half of this class's images. */
  readonly halved: Interval;
  /** How much less that is than with all of them. */
  readonly difference: Interval;
}

/** What a run would make of some images: probabilities by class of the others, all by index. */
export type Learner = (train: readonly number[], test: readonly number[]) => Promise<readonly ArrayLike<number>[]>;

export interface Assessment {
  /** Whose answers are pooled. */
  readonly learner: 'run' | 'stand-in';
  readonly division: Division;
  readonly folds: number;
  readonly classes: readonly string[];
  /** Images that were left out once; those of a class with a single image never are. */
  readonly n: number;
  /** Groups among them. */
  readonly groups: number;
  readonly accuracy: Interval;
  readonly macroRecall: Interval;
  readonly confusion: ConfusionMatrix;
  readonly perClass: Readonly<Record<string, ClassIntervals>>;
  readonly baselines: readonly Baseline[];
  readonly curve: readonly CurvePoint[];
  /** Mean recall of the stand-in with all images. */
  readonly standInRecall: Interval;
  /** The class of which more would help most first. */
  readonly worth: readonly ClassWorth[];
  readonly mistakes: readonly LikelyMistake[];
}

export interface AssessOptions {
  readonly seed: number;
  /** The run's own procedure; the stand-in where it is left out. */
  readonly learn?: Learner | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const CURVE = [0.25, 0.5] as const;
const SUBSET_STREAM = 11;

/** Null where nothing can be left out. Rejects with the signal's reason when aborted. */
export async function assess(
  images: readonly AssessedImage[],
  classes: readonly string[],
  options: AssessOptions,
): Promise<Assessment | null> {
  const { division, folds } = divideIntoFolds(images, options.seed);
  if (folds.length < 2) return null;
  const { learn } = options;
  const total = folds.length * (2 + CURVE.length + classes.length + (learn === undefined ? 0 : 1));
  let done = 0;
  const eachFold = async (predict: (fold: Fold) => Prediction[] | Promise<Prediction[]>): Promise<Prediction[]> => {
    const predictions: Prediction[] = [];
    for (const fold of folds) {
      options.signal?.throwIfAborted();
      predictions.push(...(await predict(fold)));
      options.onProgress?.(++done, total);
      // Lets messages in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return predictions;
  };
  const pooled = async (fit: Fit, subset: Subset = (train) => train): Promise<Prediction[]> =>
    eachFold((fold) => predictFold(images, fold, classes.length, fit, subset));
  const standIn = await pooled(fitDiscriminant);
  const full = learn === undefined ? standIn : await eachFold((fold) => learnedFold(images, fold, learn));
  const nearest = await pooled(fitNearestMean);
  const curve: CurvePoint[] = [];
  for (const share of CURVE) {
    const part: Subset = (train) => partOf(images, train, share, options.seed);
    curve.push(pointOf(share, folds, part, await pooled(fitDiscriminant, part), classes.length));
  }
  curve.push(pointOf(1, folds, (train) => train, standIn, classes.length));
  const worth: ClassWorth[] = [];
  for (const [label, name] of classes.entries()) {
    const half = await pooled(fitDiscriminant, (train) => partOf(images, train, 0.5, options.seed, label));
    const halved = macroRecall(confusionMatrix(half, classes.length));
    worth.push({ name, halved, difference: recallDifference(standIn, half, classes.length) });
  }
  const confusion = confusionMatrix(full, classes.length);
  const tested = new Set(full.map(({ name }) => name));
  return {
    learner: learn === undefined ? 'stand-in' : 'run',
    division,
    folds: folds.length,
    classes,
    n: full.length,
    groups: new Set(images.flatMap(({ id, group }) => (group !== null && tested.has(id) ? [group] : []))).size,
    accuracy: accuracy(confusion),
    macroRecall: macroRecall(confusion),
    confusion,
    perClass: perClassIntervals(confusion, classes),
    baselines: baselinesOf(images, folds, full, nearest, classes.length),
    curve,
    standInRecall: macroRecall(confusionMatrix(standIn, classes.length)),
    worth: worth.toSorted((a, b) => b.difference.value - a.difference.value),
    mistakes: likelyMistakes(full),
  };
}

/** Mean over the classes of the paired differences of their recalls; the distances to the limits add in squares (MOVER, as for `meanOfIndependent`). */
function recallDifference(first: readonly Prediction[], second: readonly Prediction[], classes: number): Interval {
  const parts = Array.from({ length: classes }, (_, label) => first.filter((prediction) => prediction.label === label))
    .filter((own) => own.length > 0)
    .map((own) => comparePaired(own, second).difference);
  const value = mean(parts.map((part) => part.value));
  const below = Math.hypot(...parts.map((part) => part.value - part.low)) / parts.length;
  const above = Math.hypot(...parts.map((part) => part.high - part.value)) / parts.length;
  return { value, low: value - below, high: value + above };
}

type Fit = (examples: readonly LabelledEmbedding[], classes: number) => EmbeddingClassifier;
/** Which of a fold's training images are learned from. */
type Subset = (train: readonly number[]) => readonly number[];

function predictFold(
  images: readonly AssessedImage[],
  { train, test }: Fold,
  classes: number,
  fit: Fit,
  subset: Subset,
): Prediction[] {
  const classify = fit(
    subset(train).map((index) => images[index]),
    classes,
  );
  return test.map((index) => {
    const { id, label, embedding } = images[index];
    return { name: id, label, probabilities: classify(embedding) };
  });
}

async function learnedFold(
  images: readonly AssessedImage[],
  { train, test }: Fold,
  learn: Learner,
): Promise<Prediction[]> {
  const answers = await learn(train, test);
  return test.map((index, at) => ({ name: images[index].id, label: images[index].label, probabilities: answers[at] }));
}

/** A random part of every class (or of one), at least one image of each. */
function partOf(
  images: readonly AssessedImage[],
  train: readonly number[],
  share: number,
  seed: number,
  only?: number,
): number[] {
  const order = Random.at(seed, SUBSET_STREAM, train.length).shuffle(train);
  const totals = new Map<number, number>();
  for (const index of train) totals.set(images[index].label, (totals.get(images[index].label) ?? 0) + 1);
  const taken = new Map<number, number>();
  return order.filter((index) => {
    const { label } = images[index];
    if (only !== undefined && label !== only) return true;
    const count = taken.get(label) ?? 0;
    if (count >= Math.max(1, Math.round(share * totals.get(label)!))) return false;
    taken.set(label, count + 1);
    return true;
  });
}

function pointOf(
  share: number,
  folds: readonly Fold[],
  part: Subset,
  predictions: readonly Prediction[],
  classes: number,
): CurvePoint {
  const images = folds.reduce((sum, { train }) => sum + part(train).length, 0) / folds.length;
  return { share, images, accuracy: accuracy(confusionMatrix(predictions, classes)) };
}

function baselinesOf(
  images: readonly AssessedImage[],
  folds: readonly Fold[],
  full: readonly Prediction[],
  nearest: readonly Prediction[],
  classes: number,
): Baseline[] {
  const before = folds.flatMap(({ test }) =>
    test.flatMap((index): Prediction[] => {
      const { id, label, before: probabilities } = images[index];
      return probabilities === null ? [] : [{ name: id, label, probabilities }];
    }),
  );
  const answers: Readonly<Record<BaselineName, readonly Prediction[]>> = {
    before: before.length === full.length ? before : [],
    'nearest-mean': nearest,
    majority: folds.flatMap((fold) => majority(images, fold, classes)),
  };
  return BASELINES.flatMap((name) => {
    if (answers[name].length === 0) return [];
    const confusion = confusionMatrix(answers[name], classes);
    return [
      {
        name,
        accuracy: accuracy(confusion),
        macroRecall: macroRecall(confusion),
        comparison: comparePaired(full, answers[name]),
      },
    ];
  });
}

/** Always the class that has most images to learn from. */
function majority(images: readonly AssessedImage[], { train, test }: Fold, classes: number): Prediction[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const index of train) counts[images[index].label] += 1;
  const largest = argmax(counts);
  const probabilities = counts.map((_, label) => (label === largest ? 1 : 0));
  return test.map((index) => ({ name: images[index].id, label: images[index].label, probabilities }));
}
