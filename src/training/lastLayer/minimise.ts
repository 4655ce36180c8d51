/** L-BFGS (Liu and Nocedal, 1989) for smooth functions of a few thousand variables, in float64. */

/** Writes the gradient at `x` to `gradient` and returns the value there. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  readonly iterations: number;
  /** Ends where the largest part of the gradient is smaller. */
  readonly tolerance: number;
}

/** Steps whose curvature is remembered. */
const MEMORY = 8;
/** Of the decrease that the slope promises, the part that a step must bring (Armijo). */
const SUFFICIENT = 1e-4;
const HALVINGS = 25;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / (step · change), which is positive. */
  readonly scale: number;
}

/** Where the search ended: the lowest point that it saw. `start` stays. */
export function minimise(objective: Objective, start: Float64Array, options: MinimiseOptions): Float64Array {
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const pairs: Pair[] = [];
  for (let iteration = 0; iteration < options.iterations && largest(gradient) > options.tolerance; iteration++) {
    const direction = descent(gradient, pairs);
    const slope = dot(direction, gradient);
    if (!(slope < 0)) break;
    const next = new Float64Array(x.length);
    const nextGradient = new Float64Array(x.length);
    // Without curvature the first step has the length of the gradient, which may be far too long.
    let length = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let nextValue = Infinity;
    for (let halving = 0; halving < HALVINGS; halving++, length /= 2) {
      for (let index = 0; index < x.length; index++) next[index] = x[index] + length * direction[index];
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + SUFFICIENT * length * slope) break;
    }
    if (!(nextValue < value)) break;
    remember(pairs, x, next, gradient, nextGradient);
    [x, gradient, value] = [next, nextGradient, nextValue];
  }
  return x;
}

/** Minus the gradient times the inverse Hessian that the pairs stand for (two-loop recursion). */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const weights: number[] = [];
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { step, change, scale } = pairs[index];
    weights[index] = scale * dot(step, direction);
    addTo(direction, change, -weights[index]);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const factor = 1 / (last.scale * dot(last.change, last.change));
    for (let index = 0; index < direction.length; index++) direction[index] *= factor;
  }
  for (const [index, { step, change, scale }] of pairs.entries()) {
    addTo(direction, step, weights[index] - scale * dot(change, direction));
  }
  return direction;
}

function remember(
  pairs: Pair[],
  from: Float64Array,
  to: Float64Array,
  before: Float64Array,
  after: Float64Array,
): void {
  const step = to.map((value, index) => value - from[index]);
  const change = after.map((value, index) => value - before[index]);
  const curvature = dot(step, change);
  // Where the function is not convex the pair would turn the next step uphill.
  if (!(curvature > Number.EPSILON * dot(change, change))) return;
  pairs.push({ step, change, scale: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}

function addTo(sum: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < sum.length; index++) sum[index] += factor * values[index];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
