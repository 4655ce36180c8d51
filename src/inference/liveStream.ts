/** The memory of one live source: who is who, and how each face's expression has been. */
import { Smoother, type SmoothedResult } from './smoothing.js';
import { Tracker, type Sighting } from './tracker.js';

export class LiveStream {
  private readonly tracker: Tracker;
  private readonly smoothers = new Map<number, Smoother>();

  /** @param nextId gives numbers that no other face has, nor ever had */
  constructor(nextId: () => number) {
    this.tracker = new Tracker(nextId);
  }

  /** As {@link Tracker.update}. */
  track(sightings: readonly Sighting[], timestamp: number): (number | undefined)[] {
    const ids = this.tracker.update(sightings, timestamp);
    const known = new Set(this.tracker.ids());
    for (const id of this.smoothers.keys()) if (!known.has(id)) this.smoothers.delete(id);
    return ids;
  }

  /** A followed face's probabilities over time. Timestamp and time constant in ms. */
  smooth(id: number, probabilities: Float32Array, timestamp: number, timeConstant: number): SmoothedResult {
    const smoother = this.smoothers.get(id) ?? new Smoother();
    this.smoothers.set(id, smoother);
    return smoother.update(probabilities, timestamp, timeConstant);
  }
}
