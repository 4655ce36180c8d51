/**
 * Linear discriminant analysis on embeddings that are not trained: one Gaussian a class with a common covariance, which is shrunk towards a multiple of the
 * identity by as much as Ledoit and Wolf (Journal of Multivariate Analysis 88, 2004) find best. Nothing is to be chosen, and thirty images suffice.
 */
import { softmax } from '../../base/softmax.js';

export interface LabelledEmbedding {
  readonly embedding: Float32Array;
  /** Index of the class. */
  readonly label: number;
}

/** Probabilities by class. A class without an example has 0. */
export type EmbeddingClassifier = (embedding: Float32Array) => Float64Array;

/** Keeps the covariance of embeddings that are all the same invertible. */
const LEAST_VARIANCE = 1e-12;

export function fitDiscriminant(examples: readonly LabelledEmbedding[], classes: number): EmbeddingClassifier {
  const width = examples[0].embedding.length;
  const means = classMeans(examples, classes, width);
  const residuals = examples.map(({ embedding, label }) => embedding.map((value, at) => value - means[label]![at]));
  const factor = cholesky(shrunkCovariance(residuals, width), width);
  const rows = means.map((mean) => {
    if (mean === null) return null;
    const weight = solve(factor, mean, width);
    return { weight, bias: -0.5 * dot(weight, mean) };
  });
  return (embedding) => softmax(rows.map((row) => (row === null ? -Infinity : dot(row.weight, embedding) + row.bias)));
}

/** The class whose mean direction is nearest: what there is without any training. */
export function fitNearestMean(examples: readonly LabelledEmbedding[], classes: number): EmbeddingClassifier {
  const width = examples[0].embedding.length;
  const directions = examples.map(({ embedding, label }) => ({ embedding: unit(embedding), label }));
  const means = classMeans(directions, classes, width).map((mean) => (mean === null ? null : unit(mean)));
  return (embedding) => softmax(means.map((mean) => (mean === null ? -Infinity : dot(mean, unit(embedding)))));
}

function classMeans(examples: readonly LabelledEmbedding[], classes: number, width: number): (Float32Array | null)[] {
  const sums = Array.from({ length: classes }, () => new Float64Array(width));
  const counts = Array.from({ length: classes }, () => 0);
  for (const { embedding, label } of examples) {
    counts[label] += 1;
    for (let at = 0; at < width; at++) sums[label][at] += embedding[at];
  }
  return sums.map((sum, label) =>
    counts[label] === 0 ? null : Float32Array.from(sum, (value) => value / counts[label]),
  );
}

/** `[width, width]` of centred rows. */
function shrunkCovariance(rows: readonly Float32Array[], width: number): Float64Array {
  const covariance = new Float64Array(width * width);
  let fourth = 0;
  for (const row of rows) {
    fourth += dot(row, row) ** 2;
    for (let i = 0; i < width; i++) {
      const value = row[i] / rows.length;
      for (let j = 0; j <= i; j++) covariance[i * width + j] += value * row[j];
    }
  }
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < width; i++) {
    trace += covariance[i * width + i];
    squares += covariance[i * width + i] ** 2;
    for (let j = 0; j < i; j++) {
      covariance[j * width + i] = covariance[i * width + j];
      squares += 2 * covariance[i * width + j] ** 2;
    }
  }
  const scale = trace / width;
  // Both by Ledoit and Wolf, times the width: how far the covariance is from the target, and how far from the truth by chance.
  const distance = squares - width * scale ** 2;
  const noise = Math.min(distance, (fourth / rows.length - squares) / rows.length);
  const shrinkage = distance > 0 ? Math.max(0, noise / distance) : 1;
  for (let at = 0; at < covariance.length; at++) covariance[at] *= 1 - shrinkage;
  for (let i = 0; i < width; i++) covariance[i * width + i] += Math.max(shrinkage * scale, LEAST_VARIANCE);
  return covariance;
}

/** The lower factor of a positive definite matrix, in place. */
function cholesky(matrix: Float64Array, width: number): Float64Array {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * width + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * width + k] * matrix[j * width + k];
      matrix[i * width + j] = i === j ? Math.sqrt(Math.max(sum, LEAST_VARIANCE)) : sum / matrix[j * width + j];
    }
  }
  return matrix;
}

function solve(factor: Float64Array, right: Float32Array, width: number): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i * width + k] * x[k];
    x[i] /= factor[i * width + i];
  }
  for (let i = width - 1; i >= 0; i--) {
    for (let k = i + 1; k < width; k++) x[i] -= factor[k * width + i] * x[k];
    x[i] /= factor[i * width + i];
  }
  return x;
}

function unit(values: Float32Array): Float32Array {
  const length = Math.sqrt(dot(values, values));
  return length === 0 ? values : values.map((value) => value / length);
}

function dot(first: Float32Array | Float64Array, second: Float32Array | Float64Array): number {
  let sum = 0;
  for (let at = 0; at < first.length; at++) sum += first[at] * second[at];
  return sum;
}
