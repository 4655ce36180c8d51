/** The memory of one live source: who is who, and how each face's expression, its conditions and its muscles have been. */
import type { Sized } from '../faces/frameDetector.js';
import { LiveFollower } from '../faces/liveFollower.js';
import { mixConditions, type ConditionValues } from '../reading/conditions.js';
import { mixMuscles } from '../reading/muscles.js';
import { Smoother, type SmoothedResult } from './smoothing.js';
import { Steadied } from './steadied.js';
import { Tracker, type Sighting } from './tracker.js';

export class LiveStream<Frame extends Sized> {
  readonly follower = new LiveFollower<Frame>();
  /** Of followed faces, means over time, so that no single frame makes a face unclear. */
  readonly conditions = new Steadied<ConditionValues>(mixConditions);
  readonly muscles = new Steadied<Float32Array>(mixMuscles);
  private readonly tracker: Tracker;
  private readonly smoothers = new Map<number, Smoother>();
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
    this.conditions.keep(known);
    this.muscles.keep(known);
    return ids;
  }

  /** A followed face's probabilities over time. Timestamp and time constant in ms. */
  smooth(id: number, probabilities: Float32Array, timestamp: number, timeConstant: number): SmoothedResult {
    const smoother = this.smoothers.get(id) ?? new Smoother();
    this.smoothers.set(id, smoother);
    return smoother.update(probabilities, timestamp, timeConstant);
  }
}
