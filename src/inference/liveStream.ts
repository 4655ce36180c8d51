/** The memory of one live source: who is who, and how each face's expression has been. */
import { Smoother, type SmoothedResult } from './smoothing.js';
import { Tracker, type Sighting } from './tracker.js';

export interface LiveResult extends SmoothedResult {
  readonly id: number;
}

export class LiveStream {
  private readonly tracker: Tracker;
  private readonly smoothers = new Map<number, Smoother>();

  constructor(nextId: () => number) {
    this.tracker = new Tracker(nextId);
  }

  /**
   * @param probabilities one row a sighting
   * @param timestamp ms
   * @param smoothing time constant in ms
   */
  update(
    sightings: readonly Sighting[],
    probabilities: readonly Float32Array[],
    timestamp: number,
    smoothing: number,
  ): LiveResult[] {
    const ids = this.tracker.update(sightings, timestamp);
    const known = new Set(this.tracker.ids());
    for (const id of this.smoothers.keys()) if (!known.has(id)) this.smoothers.delete(id);
    return ids.map((id, index) => {
      const smoother = this.smoothers.get(id) ?? new Smoother();
      this.smoothers.set(id, smoother);
      return { id, ...smoother.update(probabilities[index], timestamp, smoothing) };
    });
  }
}
