/** Calms a track's probabilities over time and keeps its label from flickering. */
import { argmax } from '../base/softmax.js';

/** Another class must lead by this much to become the label at once... */
const CLEAR_LEAD = 0.15;
/** ...or lead at all for this long, ms. */
const PATIENCE = 500;

export interface SmoothedResult {
  /** Sum 1, in the order of the input. */
  readonly probabilities: Float32Array;
  /** Index of the stable label. */
  readonly label: number;
}

/** The part of a new value in an exponential mean with this time constant, ms after the last; 1 without smoothing. */
export function smoothingWeight(elapsed: number, timeConstant: number): number {
  return timeConstant <= 0 ? 1 : -Math.expm1(-Math.max(elapsed, 0) / timeConstant);
}

/** One face's history. Time constant and timestamps in milliseconds. */
export class Smoother {
  private smoothed: Float32Array | undefined;
  private time = 0;
  private label = 0;
  private challenger: { readonly index: number; readonly since: number } | undefined;

  /**
   * Exponential mean with the given time constant, whatever the frame rate; 0 passes everything through, and the label is then the most
   * probable class of the frame.
   */
  update(probabilities: Float32Array, timestamp: number, timeConstant: number): SmoothedResult {
    if (this.smoothed === undefined || timeConstant <= 0) {
      this.smoothed = probabilities.slice();
      this.label = argmax(probabilities);
      this.challenger = undefined;
    } else {
      const weight = smoothingWeight(timestamp - this.time, timeConstant);
      this.smoothed = this.smoothed.map((old, index) => old + weight * (probabilities[index] - old));
      this.updateLabel(this.smoothed, timestamp);
    }
    this.time = timestamp;
    return { probabilities: this.smoothed.slice(), label: this.label };
  }

  private updateLabel(smoothed: Float32Array, timestamp: number): void {
    const best = argmax(smoothed);
    if (best === this.label) {
      this.challenger = undefined;
      return;
    }
    if (this.challenger?.index !== best) this.challenger = { index: best, since: timestamp };
    const lead = smoothed[best] - smoothed[this.label];
    if (lead >= CLEAR_LEAD || timestamp - this.challenger.since >= PATIENCE) {
      this.label = best;
      this.challenger = undefined;
    }
  }
}
