/** Whether a measured series grows: its slope with a confidence interval, and how much it grew. */

export interface Trend {
  readonly samples: number;
  /** Of the samples before warm-up ended: they are left out. */
  readonly mean: number;
  /** Units a minute, by least squares. */
  readonly slope: number;
  /** Bounds of the slope's 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  /** From the first third to the last, as a part of the first. */
  readonly growth: number;
  /** True where the slope is not above zero with 95 % confidence, or the growth under 2 % all the same. */
  readonly isFlat: boolean;
}

export interface Sample {
  /** Minutes since the start. */
  readonly minute: number;
  readonly value: number;
}

/** What may be growth of the measuring itself. */
const MOST_GROWTH = 0.02;
/** The part of a series that is warm-up. */
const WARM_UP = 0.25;
/** 97.5 % quantiles of Student's distribution by degrees of freedom, 1 to 10; beyond, an approximation in 1 / n (Abramowitz and Stegun, 26.7.5). */
const QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const NORMAL_QUANTILE = 1.959964;

/** @throws RangeError for fewer than five samples */
export function trendOf(samples: readonly Sample[]): Trend {
  const kept = samples.slice(Math.floor(samples.length * WARM_UP));
  if (kept.length < 4) throw new RangeError(`${samples.length} samples tell no trend.`);
  const count = kept.length;
  const mean = kept.reduce((sum, { value }) => sum + value, 0) / count;
  const middle = kept.reduce((sum, { minute }) => sum + minute, 0) / count;
  const spread = kept.reduce((sum, { minute }) => sum + (minute - middle) ** 2, 0);
  const slope = kept.reduce((sum, { minute, value }) => sum + (minute - middle) * (value - mean), 0) / spread;
  const residual = kept.reduce((sum, { minute, value }) => sum + (value - mean - slope * (minute - middle)) ** 2, 0);
  const half = studentQuantile(count - 2) * Math.sqrt(residual / (count - 2) / spread);
  const third = Math.max(1, Math.floor(count / 3));
  const first = averageOf(kept.slice(0, third));
  const last = averageOf(kept.slice(-third));
  const growth = first === last ? 0 : (last - first) / Math.max(Math.abs(first), Number.EPSILON);
  const isFlat = slope - half <= 0 || growth < MOST_GROWTH;
  return { samples: samples.length, mean, slope, low: slope - half, high: slope + half, growth, isFlat };
}

/** The medians of `count` equal parts of a series, each at the middle of its time: single outliers do not count, nor does what lasts for some samples. */
export function mediansOfParts(samples: readonly Sample[], count: number): Sample[] {
  if (samples.length <= count) return [...samples];
  return Array.from({ length: count }, (_, part) => {
    const bound = (index: number): number => Math.round((index * samples.length) / count);
    const inside = samples.slice(bound(part), bound(part + 1));
    return { minute: median(inside.map(({ minute }) => minute)), value: median(inside.map(({ value }) => value)) };
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((first, second) => first - second)[Math.floor(values.length / 2)];
}

function averageOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
}

function studentQuantile(freedom: number): number {
  const z = NORMAL_QUANTILE;
  return (
    QUANTILES[freedom - 1] ??
    z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
  );
}
