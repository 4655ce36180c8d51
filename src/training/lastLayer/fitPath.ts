/** Fits of a last layer to parts of its samples, each computed once, and only as loosely tied as somebody asks. */
import { type EmbeddedRows, fitLastLayer, type LastLayer, STRENGTHS } from './lastLayer.js';

/** What is fitted: every sample stands in `rows` once for each of its views, the views of all samples after each other. */
export interface FitProblem {
  readonly rows: EmbeddedRows;
  /** Of these, the first is the picture as it is. */
  readonly views: number;
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
    const path = new FitPath(fitLastLayer(rows, this.viewsOf(chosen), start, outputs, STRENGTHS));
    this.paths.set(key, path);
    return path;
  }

  /** All rows of some samples. */
  private viewsOf(chosen: readonly number[]): number[] {
    const { rows, views } = this.problem;
    const samples = rows.targets.length / views;
    return Array.from({ length: views }, (_, view) => chosen.map((index) => view * samples + index)).flat();
  }
}
