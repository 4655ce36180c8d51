/** Small arithmetic. */

/** The value, or the limit that it lies beyond. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** NaN for nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** NaN for nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The q-quantile (0..1) by linear interpolation, NaN for nothing. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Pearson's correlation of two lists of equal length, -1..1; NaN where one of them does not vary. */
export function correlation(first: readonly number[], second: readonly number[]): number {
  const [middle, other] = [mean(first), mean(second)];
  const sum = (term: (index: number) => number) => first.reduce((total, _, index) => total + term(index), 0);
  const together = sum((index) => (first[index] - middle) * (second[index] - other));
  return (
    together / Math.sqrt(sum((index) => (first[index] - middle) ** 2) * sum((index) => (second[index] - other) ** 2))
  );
}
