/** Collects the faces of a recording frame by frame, and says at the end who was there when. */
import { groupBy } from '../base/groupBy.js';
import type { FaceObservation } from '../inference/observation.js';
import type { AnalysedPerson, AnalysisRow, Gap, RowFace } from './analysis.js';
import { linkTracks } from './linkTracks.js';
import type { Look } from './likeness.js';

/** A track is looked at again after this many seconds: looks change slowly, and reading pixels costs time. */
const LOOK_INTERVAL = 0.5;
/** Who was there in fewer frames, or for less than this many seconds, is left out. A hand passes for a face that long. */
const FEWEST_FRAMES = 2;
const SHORTEST_STAY = 0.1;

interface FollowedTrack {
  readonly id: number;
  look: Look | undefined;
  /** Time of the last look. */
  looked: number;
  readonly together: Set<number>;
}

interface LoggedRow {
  readonly track: number;
  /** Index of its frame. */
  readonly frame: number;
  readonly face: RowFace;
}

export interface FaceRecord {
  readonly people: readonly AnalysedPerson[];
  readonly rows: readonly AnalysisRow[];
  readonly gaps: readonly Gap[];
  /** Sightings that were left out, of faces that were there for a moment only. */
  readonly brief: number;
  /** The person of each of the recogniser's ids. */
  readonly personOf: ReadonlyMap<number, number>;
}

export class FaceLog {
  private readonly times: number[] = [];
  private readonly logged: LoggedRow[] = [];
  private readonly tracks = new Map<number, FollowedTrack>();

  /** How many frames there were. */
  get frames(): number {
    return this.times.length;
  }

  /**
   * Takes in the faces of the next frame. One that is no later than the last is left out: a row has a time of its own.
   *
   * @param time seconds
   * @param lookOf what a face looks like; asked now and then
   */
  add(
    time: number,
    faces: readonly FaceObservation[],
    lookOf: (face: FaceObservation) => Look | undefined = () => undefined,
  ): void {
    if (time <= (this.times.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    const frame = this.times.push(time) - 1;
    for (const face of faces) {
      const { id, expression, confidence, probabilities, box, conditions } = face;
      this.logged.push({ track: id, frame, face: { expression, confidence, probabilities, box, conditions } });
      this.follow(face, time, lookOf);
    }
    for (const { id } of faces) {
      const { together } = this.tracks.get(id)!;
      for (const other of faces) if (other.id !== id) together.add(other.id);
    }
  }

  /** Who was there when, as far as it is known. The log may go on. */
  record(): FaceRecord {
    const groupOf = linkTracks([...this.tracks.values()]);
    const groups = groupBy(this.logged, ({ track }) => groupOf.get(track) ?? null);
    const stayed = [...groups.values()].filter((sightings) => this.isStay(sightings));
    const people = stayed.map((sightings, index) =>
      this.person(
        index + 1,
        sightings.map(({ frame }) => frame),
      ),
    );
    const rows = stayed
      .flatMap((sightings, index) => sightings.map(({ frame, face }) => ({ frame, person: index + 1, face })))
      .toSorted((first, second) => first.frame - second.frame || first.person - second.person)
      .map(({ frame, person, face }) => ({ time: this.times[frame], person, ...face }));
    return {
      people,
      rows,
      gaps: this.gapsBetween([-1, ...framesOf(stayed.flat()), this.times.length]),
      brief: this.logged.length - rows.length,
      personOf: new Map(
        stayed.flatMap((sightings, index) => sightings.map(({ track }) => [track, index + 1] as const)),
      ),
    };
  }

  private isStay(sightings: readonly LoggedRow[]): boolean {
    const isEnough = sightings.length >= FEWEST_FRAMES && sightings.length * this.step >= SHORTEST_STAY;
    return isEnough || this.times.length < FEWEST_FRAMES;
  }

  /** Mean time from frame to frame, seconds; 0 for one frame. */
  private get step(): number {
    const { times } = this;
    return times.length < 2 ? 0 : (times.at(-1)! - times[0]) / (times.length - 1);
  }

  private follow(face: FaceObservation, time: number, lookOf: (face: FaceObservation) => Look | undefined): void {
    let track = this.tracks.get(face.id);
    if (track === undefined) {
      track = { id: face.id, look: undefined, looked: Number.NEGATIVE_INFINITY, together: new Set() };
      this.tracks.set(face.id, track);
    }
    if (time - track.looked < LOOK_INTERVAL) return;
    const fresh = lookOf(face);
    if (fresh === undefined) return;
    track.looked = time;
    track.look = track.look?.map((value, index) => value + fresh[index]) ?? fresh;
  }

  private person(id: number, frames: readonly number[]): AnalysedPerson {
    return {
      id,
      first: this.times[frames[0]],
      last: this.times[frames.at(-1)!],
      rows: frames.length,
      gaps: this.gapsBetween(frames),
    };
  }

  /** The stretches that lie between frames which do not follow on one another. */
  private gapsBetween(frames: readonly number[]): Gap[] {
    const { times } = this;
    return frames.slice(1).flatMap((next, index): Gap[] => {
      const without = frames[index] + 1;
      return next > without ? [{ from: times[without], to: times[next] ?? times.at(-1)! + this.step }] : [];
    });
  }
}

/** Their frames, each once and in order. */
function framesOf(sightings: readonly LoggedRow[]): readonly number[] {
  return [...new Set(sightings.map(({ frame }) => frame))].toSorted((first, second) => first - second);
}
