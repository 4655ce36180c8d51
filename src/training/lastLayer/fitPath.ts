/** Fits of a last layer to parts of its samples, each computed once, and only as loosely tied as somebody asks. */
import { type EmbeddedRows, fitLastLayer, type LastLayer, STRENGTHS } from './lastLayer.js';

/** What is fitted: a row for every sample. */
export interface FitProblem {
  readonly rows: EmbeddedRows;
  readonly start: LastLayer;
  /** Class of each output of the layer. */
  readonly outputs: readonly number[];
}

/** Layers fitted to the same samples, from the strongest tie on. */
class FitPath {
  private readonly layers: LastLayer[] = [];

  constructor(private readonly fits: Iterator<LastLayer>) {}

  /** @param place of the strength in `STRENGTHS` */
  at(place: number): LastLayer {
    // Each fit begins at the one before.
    while (this.layers.length <= place) this.layers.push(this.fits.next().value as LastLayer);
    return this.layers[place];
  }
}

/** A problem with all fits that were made for it. Choices and their cross-validation leave out the same pairs of folds: each pair is fitted once. */
export class ProblemFits {
  private readonly paths = new Map<string, FitPath>();

  constructor(readonly problem: FitProblem) {}

  /** @param chosen the samples to learn from, by index */
  path(chosen: readonly number[]): FitPath {
    const key = chosen.join();
    const known = this.paths.get(key);
    if (known !== undefined) return known;
    const { rows, start, outputs } = this.problem;
    const path = new FitPath(fitLastLayer(rows, chosen, start, outputs, STRENGTHS));
    this.paths.set(key, path);
    return path;
  }
}
