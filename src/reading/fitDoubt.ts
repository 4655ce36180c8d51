/** Fits the doubt about poor crops: the limits and slopes that make the true classes of clean and damaged faces most likely. */
import { softmax } from '../base/softmax.js';
import { quantile } from '../base/numbers.js';
import type { QualitySpec } from '../weights/manifest.js';
import { BADNESS, FAULTS, temperatureFactor, type Fault } from './doubt.js';
import type { CropMeasures } from './measures.js';

export interface JudgedFace {
  readonly logits: ArrayLike<number>;
  readonly measures: CropMeasures;
  /** Index of the true class. */
  readonly label: number;
  /** How much it counts: damaged faces come in many kinds, clean ones in one. */
  readonly weight: number;
}

/** A fault begins to count beyond this quantile of clean faces... */
const FIRST_QUANTILE = 0.97;
/** ...and with this slope, before the search. */
const FIRST_SLOPE = 0.5;
/** Steps of the search: it halves them while no step helps. */
const FIRST_STEP = 0.4;
const LAST_STEP = 0.01;

type Numbers = Readonly<Record<Fault, { readonly from: number; readonly slope: number }>>;

/**
 * A pattern search (Hooke and Jeeves) over two numbers a fault, without gradients since the limits have corners. `unclear` is left to {@link fitUnclear}.
 *
 * @param temperature of clean faces
 */
export function fitDoubt(
  clean: readonly JudgedFace[],
  damaged: readonly JudgedFace[],
  temperature: number,
): Omit<QualitySpec, 'unclear'> {
  const faces = [...clean, ...damaged];
  const first = (fault: Fault) => ({
    from: quantile(
      clean.map(({ measures }) => BADNESS[fault](measures)),
      FIRST_QUANTILE,
    ),
    slope: FIRST_SLOPE,
  });
  let best: Numbers = {
    blurred: first('blurred'),
    smooth: first('smooth'),
    noisy: first('noisy'),
    covered: first('covered'),
    faint: first('faint'),
  };
  let loss = lossOf(faces, best, temperature);
  for (let step = FIRST_STEP; step >= LAST_STEP; step /= 2) {
    for (let helped = true; helped;) {
      helped = false;
      for (const candidate of FAULTS.flatMap((fault) => neighbours(best, fault, step))) {
        const there = lossOf(faces, candidate, temperature);
        if (there >= loss) continue;
        best = candidate;
        loss = there;
        helped = true;
        break;
      }
    }
  }
  return best;
}

function neighbours(numbers: Numbers, fault: Fault, step: number): Numbers[] {
  const { from, slope } = numbers[fault];
  return [
    { from: from + step, slope },
    { from: from - step, slope },
    { from, slope: slope + step },
    { from, slope: Math.max(slope - step, 0) },
  ].map((changed) => ({ ...numbers, [fault]: changed }));
}

function lossOf(faces: readonly JudgedFace[], numbers: Numbers, temperature: number): number {
  const quality = { ...numbers, unclear: 1 };
  return faces.reduce((sum, { logits, measures, label, weight }) => {
    const probability = softmax(logits, temperature * temperatureFactor(measures, quality))[label];
    return sum - weight * Math.log(Math.max(probability, Number.MIN_VALUE));
  }, 0);
}
