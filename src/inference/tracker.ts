/**
 * Follows faces from frame to frame. A face keeps its id while it is seen and for a moment after; when it is doubtful which face a
 * detection is, it gets a new id: an id never passes to another face.
 */
import { centre, overlap, type Box, type Point } from '../faces/geometry.js';
import { blendDescriptors, similarity } from './descriptor.js';

/** What the tracker is shown of a face: where it is and, where known, what it looks like (see descriptor.ts). */
export interface Sighting {
  readonly box: Box;
  readonly descriptor?: Float32Array;
  /** False for what is a face only if one was followed to there. True when left out. */
  readonly isClear?: boolean;
}

/** A track is forgotten when its face was out of sight for this long, ms. Frames that come more slowly than this are no absence. */
const LONGEST_ABSENCE = 700;
/** No track outlives a pause of this length between two frames, ms. */
const LONGEST_PAUSE = 5000;
/** A face moves at most this far from where it is expected, in face sizes, from one frame to the next... */
const REACH = 0.6;
/** ...and this much further for every second since it was seen. */
const REACH_PER_SECOND = 1.5;
/** Sizes of one face in two frames differ at most by this factor. */
const LARGEST_SIZE_RATIO = 1.6;
/**
 * Correlation that the looks of one face must have, seen just before and after a break. On webcam clips a face had 0.74 and more with
 * itself 0.1 s later and 0.62 and more after 0.7 s; two people of a group photo have 0.55 in the median.
 */
const LOOK_WITHOUT_BREAK = 0.4;
const LOOK_AFTER_BREAK = 0.65;
/** A second choice this close to the best one, in cost, makes the choice doubtful. */
const DOUBT = 0.25;
/** Share of the newest frame in the velocity and in the look of a track. */
const VELOCITY_WEIGHT = 0.5;
const LOOK_WEIGHT = 0.2;
/** Velocities are meaningless over shorter times, ms. */
const SHORTEST_STEP = 5;

interface Track {
  readonly id: number;
  box: Box;
  /** Pixels a millisecond. */
  velocity: Point;
  descriptor: Float32Array | undefined;
  seen: number;
  /** False while the face is out of sight. */
  present: boolean;
}

interface Candidate {
  readonly track: Track;
  readonly sighting: number;
  readonly cost: number;
}

export class Tracker {
  private tracks: Track[] = [];
  private clock = Number.NEGATIVE_INFINITY;
  private readonly nextId: () => number;

  /** @param nextId gives numbers that no other face has, nor ever had */
  constructor(nextId: () => number) {
    this.nextId = nextId;
  }

  /**
   * The id of each sighting, in their order; undefined for one that is not clear and belongs to no face that was followed.
   * @param timestamp ms; when time runs backwards (a video was rewound) all tracks are forgotten
   */
  update(sightings: readonly Sighting[], timestamp: number): (number | undefined)[] {
    if (timestamp < this.clock) this.tracks = [];
    this.clock = timestamp;
    this.tracks = this.tracks.filter(
      (track) => timestamp - track.seen <= (track.present ? LONGEST_PAUSE : LONGEST_ABSENCE),
    );
    const assigned = this.assign(sightings, timestamp);
    for (const track of this.tracks) track.present = false;
    return sightings.map((sighting, index) => {
      const track = assigned.get(index);
      if (track === undefined) return sighting.isClear === false ? undefined : this.begin(sighting, timestamp).id;
      follow(track, sighting, timestamp);
      return track.id;
    });
  }

  /** Ids of all faces that are followed or may come back. */
  ids(): readonly number[] {
    return this.tracks.map(({ id }) => id);
  }

  /** Cheapest pairs first. Where a rival is nearly as cheap and looks do not settle it, all tracks concerned end. */
  private assign(sightings: readonly Sighting[], timestamp: number): Map<number, Track> {
    const candidates = this.tracks
      .flatMap((track) =>
        sightings.flatMap((sighting, index): Candidate[] => {
          const cost = costOf(track, sighting, timestamp);
          return cost === undefined ? [] : [{ track, sighting: index, cost }];
        }),
      )
      .toSorted((first, second) => first.cost - second.cost);
    const assigned = new Map<number, Track>();
    const ended = new Set<Track>();
    const refused = new Set<number>();
    const isOpen = ({ track, sighting }: Candidate) =>
      !assigned.has(sighting) && !refused.has(sighting) && !ended.has(track) && ![...assigned.values()].includes(track);
    for (const candidate of candidates) {
      if (!isOpen(candidate)) continue;
      const doubtful = candidates.filter(
        (other) =>
          other !== candidate &&
          (other.track === candidate.track || other.sighting === candidate.sighting) &&
          isOpen(other) &&
          isDoubtful(candidate, other, sightings),
      );
      if (doubtful.length === 0) {
        assigned.set(candidate.sighting, candidate.track);
        continue;
      }
      for (const { track, sighting } of [candidate, ...doubtful]) {
        ended.add(track);
        refused.add(sighting);
      }
    }
    this.tracks = this.tracks.filter((track) => !ended.has(track));
    return assigned;
  }

  private begin(sighting: Sighting, timestamp: number): Track {
    const track: Track = {
      id: this.nextId(),
      box: sighting.box,
      velocity: { x: 0, y: 0 },
      descriptor: sighting.descriptor,
      seen: timestamp,
      present: true,
    };
    this.tracks.push(track);
    return track;
  }
}

/** Distance from the expected place in face sizes, plus how different it looks; undefined when it cannot be the same face. */
function costOf(track: Track, sighting: Sighting, timestamp: number): number | undefined {
  const elapsed = timestamp - track.seen;
  const expected = moved(track.box, track.velocity, elapsed);
  const size = Math.sqrt(track.box.width * sighting.box.width);
  const ratio = sighting.box.width / track.box.width;
  if (ratio > LARGEST_SIZE_RATIO || ratio < 1 / LARGEST_SIZE_RATIO) return undefined;
  const from = centre(expected);
  const to = centre(sighting.box);
  const distance = Math.hypot(to.x - from.x, to.y - from.y) / size;
  if (distance > REACH + (REACH_PER_SECOND * elapsed) / 1000) return undefined;
  const look = lookOf(track, sighting);
  if (look !== undefined && look < (wasJustSeen(track, elapsed) ? LOOK_WITHOUT_BREAK : LOOK_AFTER_BREAK))
    return undefined;
  return distance + (1 - overlap(expected, sighting.box)) / 2 + (look === undefined ? 0 : 1 - look);
}

/** Seen in the frame before, and not long ago. */
function wasJustSeen(track: Track, elapsed: number): boolean {
  return track.present && elapsed <= LONGEST_ABSENCE;
}

function lookOf(track: Track, sighting: Sighting): number | undefined {
  if (track.descriptor === undefined || sighting.descriptor === undefined) return undefined;
  return similarity(track.descriptor, sighting.descriptor);
}

function isDoubtful(best: Candidate, rival: Candidate, sightings: readonly Sighting[]): boolean {
  if (rival.cost - best.cost > DOUBT) return false;
  const own = lookOf(best.track, sightings[best.sighting]);
  const other = lookOf(rival.track, sightings[rival.sighting]);
  return own === undefined || other === undefined || own - other < DOUBT / 2;
}

function follow(track: Track, sighting: Sighting, timestamp: number): void {
  const elapsed = Math.max(timestamp - track.seen, SHORTEST_STEP);
  const from = centre(track.box);
  const to = centre(sighting.box);
  const mix = (old: number, step: number) => old + VELOCITY_WEIGHT * (step / elapsed - old);
  track.velocity = { x: mix(track.velocity.x, to.x - from.x), y: mix(track.velocity.y, to.y - from.y) };
  if (sighting.descriptor !== undefined) {
    track.descriptor =
      track.descriptor === undefined
        ? sighting.descriptor
        : blendDescriptors(track.descriptor, sighting.descriptor, LOOK_WEIGHT);
  }
  track.box = sighting.box;
  track.seen = timestamp;
  track.present = true;
}

function moved(box: Box, velocity: Point, elapsed: number): Box {
  return { ...box, x: box.x + velocity.x * elapsed, y: box.y + velocity.y * elapsed };
}
