/** The memory of one live source: who is who, and how each face's expression and its conditions have been. */
import type { Sized } from '../faces/frameDetector.js';
import { LiveFollower } from '../faces/liveFollower.js';
import type { ConditionValues } from '../reading/conditions.js';
import { mixConditions } from '../reading/conditions.js';
import { Smoother, smoothingWeight, type SmoothedResult } from './smoothing.js';
import { Tracker, type Sighting } from './tracker.js';

export class LiveStream<Frame extends Sized> {
  readonly follower = new LiveFollower<Frame>();
  private readonly tracker: Tracker;
  private readonly smoothers = new Map<number, Smoother>();
  private readonly conditions = new Map<number, { readonly values: ConditionValues; readonly time: number }>();

  private turn = true;

  /** @param nextId gives numbers that no other face has, nor ever had */
  constructor(nextId: () => number) {
    this.tracker = new Tracker(nextId);
  }

  /** True in every second call. */
  takeTurn(): boolean {
    this.turn = !this.turn;
    return this.turn;
  }

  /** As {@link Tracker.update}. */
  track(sightings: readonly Sighting[], timestamp: number): (number | undefined)[] {
    const ids = this.tracker.update(sightings, timestamp);
    const known = new Set(this.tracker.ids());
    for (const id of this.smoothers.keys()) if (!known.has(id)) this.smoothers.delete(id);
    for (const id of this.conditions.keys()) if (!known.has(id)) this.conditions.delete(id);
    return ids;
  }

  /** A followed face's probabilities over time. Timestamp and time constant in ms. */
  smooth(id: number, probabilities: Float32Array, timestamp: number, timeConstant: number): SmoothedResult {
    const smoother = this.smoothers.get(id) ?? new Smoother();
    this.smoothers.set(id, smoother);
    return smoother.update(probabilities, timestamp, timeConstant);
  }

  /** A followed face's conditions, each an exponential mean over time, so that no single frame makes a face unclear. Times in ms. */
  steady(id: number, values: ConditionValues, timestamp: number, timeConstant: number): ConditionValues {
    const old = this.conditions.get(id);
    const steadied =
      old === undefined
        ? values
        : mixConditions(old.values, values, smoothingWeight(timestamp - old.time, timeConstant));
    this.conditions.set(id, { values: steadied, time: timestamp });
    return steadied;
  }
}
