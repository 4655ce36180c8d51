/**
 * The last layer of a network, fitted to embeddings by its optimum: softmax regression whose penalty draws the weights to where they began (L2-SP; Li,
 * Grandvalet and Davoine, 2018) instead of to zero.
 */
import { minimise } from './minimise.js';

/** Embeddings with what is known of them, row by row. */
export interface EmbeddedRows {
  /** [rows, width] */
  readonly values: Float32Array;
  readonly width: number;
  /** Probabilities by class of a row. */
  readonly targets: readonly Float32Array[];
  /** What each row counts in the loss. */
  readonly weights: readonly number[];
}

export interface LastLayer {
  /** [outputs, width] */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/**
 * How strongly a fit is tied to its start, strongest first: half the factor on the squared change of a weight times its input's standard deviation, beside
 * a mean cross-entropy. The first hardly moves more than the biases, the last hardly holds.
 */
export const STRENGTHS = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003] as const;

/** Biases are nearly free: they say how frequent a class is. */
const BIAS_STRENGTH = 0.01;
const ITERATIONS = 60;
const TOLERANCE = 1e-4;
/** A standard deviation below this part of the mean one counts as this part: what hardly varies says little. */
const SMALLEST_DEVIATION = 0.01;

/**
 * Fits the layer to the chosen rows once for each strength, in their order.
 * @param outputs class of each of the layer's outputs; a class with several has the sum of their probabilities
 */
export function* fitLastLayer(
  rows: EmbeddedRows,
  chosen: readonly number[],
  start: LastLayer,
  outputs: readonly number[],
  strengths: readonly number[],
): Generator<LastLayer, void> {
  const { width } = rows;
  const scaled = standardise(rows, chosen);
  const count = outputs.length;
  const origin = toScaled(start, scaled, count);
  const total = chosen.reduce((sum, row) => sum + rows.weights[row], 0);
  const moved = new Float64Array(origin.length);
  const stride = width + 1;
  const gradientOfRow = new Float64Array(count);
  let change: Float64Array = new Float64Array(origin.length);
  for (const strength of strengths) {
    const objective = (x: Float64Array, gradient: Float64Array): number => {
      for (let index = 0; index < x.length; index++) moved[index] = origin[index] + x[index];
      gradient.fill(0);
      let loss = 0;
      for (const [place, row] of chosen.entries()) {
        const values = scaled.values.subarray(place * width, (place + 1) * width);
        const weight = rows.weights[row] / total;
        loss += weight * rowLoss(values, moved, outputs, rows.targets[row], gradientOfRow);
        for (let output = 0; output < count; output++) {
          const factor = weight * gradientOfRow[output];
          const at = output * stride;
          for (let index = 0; index < width; index++) gradient[at + index] += factor * values[index];
          gradient[at + width] += factor;
        }
      }
      for (let index = 0; index < x.length; index++) {
        const held = index % stride === width ? BIAS_STRENGTH : strength;
        loss += (held / 2) * x[index] ** 2;
        gradient[index] += held * x[index];
      }
      return loss;
    };
    // Weaker ties begin where stronger ones led to.
    change = minimise(objective, change, { iterations: ITERATIONS, tolerance: TOLERANCE });
    yield fromScaled(
      origin.map((value, index) => value + change[index]),
      scaled,
      count,
    );
  }
}

/** Logits of the classes, [rows, classes], of embeddings [rows, width]. */
export function lastLayerLogits(
  values: Float32Array,
  width: number,
  { weight, bias }: LastLayer,
  outputs: readonly number[],
): Float32Array {
  const classes = Math.max(...outputs) + 1;
  const rows = values.length / width;
  const logits = new Float32Array(rows * classes);
  const scores = new Float64Array(outputs.length);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs.length; output++) {
      let score = bias[output];
      for (let index = 0; index < width; index++) {
        score += weight[output * width + index] * values[row * width + index];
      }
      scores[output] = score;
    }
    const largest = Math.max(...scores);
    for (let label = 0; label < classes; label++) {
      let sum = 0;
      for (const [output, owner] of outputs.entries()) if (owner === label) sum += Math.exp(scores[output] - largest);
      logits[row * classes + label] = Math.log(Math.max(sum, Number.MIN_VALUE)) + largest;
    }
  }
  return logits;
}

interface Scaled {
  /** [chosen, width], with mean 0 and standard deviation 1. */
  readonly values: Float32Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

function standardise({ values, width }: EmbeddedRows, chosen: readonly number[]): Scaled {
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (const row of chosen) for (let index = 0; index < width; index++) mean[index] += values[row * width + index];
  for (let index = 0; index < width; index++) mean[index] /= chosen.length;
  for (const row of chosen) {
    for (let index = 0; index < width; index++) deviation[index] += (values[row * width + index] - mean[index]) ** 2;
  }
  for (let index = 0; index < width; index++) deviation[index] = Math.sqrt(deviation[index] / chosen.length);
  const typical = deviation.reduce((sum, value) => sum + value, 0) / width;
  for (let index = 0; index < width; index++) {
    deviation[index] = Math.max(deviation[index], SMALLEST_DEVIATION * typical, Number.MIN_VALUE);
  }
  const scaled = new Float32Array(chosen.length * width);
  for (const [place, row] of chosen.entries()) {
    for (let index = 0; index < width; index++) {
      scaled[place * width + index] = (values[row * width + index] - mean[index]) / deviation[index];
    }
  }
  return { values: scaled, mean, deviation };
}

/** Output after output: the weights on scaled inputs, then the bias. */
function toScaled({ weight, bias }: LastLayer, { mean, deviation }: Scaled, outputs: number): Float64Array {
  const width = mean.length;
  const parameters = new Float64Array(outputs * (width + 1));
  for (let output = 0; output < outputs; output++) {
    let shift = bias[output];
    for (let index = 0; index < width; index++) {
      const value = weight[output * width + index];
      parameters[output * (width + 1) + index] = value * deviation[index];
      shift += value * mean[index];
    }
    parameters[output * (width + 1) + width] = shift;
  }
  return parameters;
}

function fromScaled(parameters: Float64Array, { mean, deviation }: Scaled, outputs: number): LastLayer {
  const width = mean.length;
  const weight = new Float32Array(outputs * width);
  const bias = new Float32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    let shift = parameters[output * (width + 1) + width];
    for (let index = 0; index < width; index++) {
      const value = parameters[output * (width + 1) + index] / deviation[index];
      weight[output * width + index] = value;
      shift -= value * mean[index];
    }
    bias[output] = shift;
  }
  return { weight, bias };
}

/** Cross-entropy of one row; writes its gradient with respect to the outputs. */
function rowLoss(
  values: Float32Array,
  parameters: Float64Array,
  outputs: readonly number[],
  target: Float32Array,
  gradient: Float64Array,
): number {
  const width = values.length;
  let largest = -Infinity;
  for (let output = 0; output < outputs.length; output++) {
    const at = output * (width + 1);
    let score = parameters[at + width];
    for (let index = 0; index < width; index++) score += parameters[at + index] * values[index];
    gradient[output] = score;
    if (score > largest) largest = score;
  }
  const sums = new Float64Array(target.length);
  let all = 0;
  for (let output = 0; output < outputs.length; output++) {
    gradient[output] = Math.exp(gradient[output] - largest);
    sums[outputs[output]] += gradient[output];
    all += gradient[output];
  }
  let loss = 0;
  for (let label = 0; label < target.length; label++) {
    if (target[label] > 0) loss -= target[label] * Math.log(Math.max(sums[label] / all, Number.MIN_VALUE));
  }
  for (let output = 0; output < outputs.length; output++) {
    const label = outputs[output];
    // Within its class an output bears as much as it gave.
    const share = target[label] > 0 ? (target[label] * gradient[output]) / sums[label] : 0;
    gradient[output] = gradient[output] / all - share;
  }
  return loss;
}
