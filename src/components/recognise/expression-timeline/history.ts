/** What the timeline draws: the probabilities of faces over time, kept within bounds. */
import { clamp, mean } from '../../../base/numbers.js';
import type { FaceObservation, FrameObservation } from '../../../inference/observation.js';

/** Probabilities of the chosen face at one moment. */
export interface TimelineSample {
  /** Seconds: since the page was opened for a live picture, media time for a video file. */
  readonly time: number;
  readonly faceId: number;
  readonly probabilities: Readonly<Record<string, number>>;
}

interface Moment {
  readonly time: number;
  readonly faces: readonly FaceObservation[];
}

/** How much of a live picture is remembered, in seconds. */
export const LIVE_SECONDS = 30;
/** A video file is remembered in this many equal parts of its length, the newest result of each. */
const VIDEO_PARTS = 900;

export interface ExpressionHistory {
  add(observation: FrameObservation): void;
  /** The samples of one face in the order of time. */
  samples(faceId: number | undefined): TimelineSample[];
  clear(): void;
}

/** The last {@link LIVE_SECONDS} of a camera or stream. */
export class LiveHistory implements ExpressionHistory {
  private moments: Moment[] = [];

  add(observation: FrameObservation): void {
    const time = observation.timestamp / 1000;
    const last = this.moments.at(-1);
    if (last !== undefined && time < last.time) this.moments = [];
    this.moments.push({ time, faces: observation.faces });
    const expired = this.moments.findIndex((moment) => moment.time >= time - LIVE_SECONDS);
    if (expired > 0) this.moments.splice(0, expired);
  }

  samples(faceId: number | undefined): TimelineSample[] {
    return this.moments.flatMap(({ time, faces }) => {
      const face = faces.find((face) => face.id === faceId);
      return face === undefined ? [] : [{ time, faceId: face.id, probabilities: face.probabilities }];
    });
  }

  clear(): void {
    this.moments = [];
  }
}

/**
 * The whole length of a video file. Seeking gives faces new ids, so a part that does not show the chosen face shows the largest face
 * of that moment: the line of a film with one person stays whole.
 */
export class VideoHistory implements ExpressionHistory {
  private readonly parts: (Moment | undefined)[] = [];

  /** @param duration length of the video in seconds */
  constructor(readonly duration: number) {}

  add(observation: FrameObservation): void {
    if (observation.faces.length === 0) return;
    const time = observation.timestamp / 1000;
    const part = clamp(Math.floor((time / this.duration) * VIDEO_PARTS), 0, VIDEO_PARTS - 1);
    this.parts[part] = { time, faces: observation.faces };
  }

  samples(faceId: number | undefined): TimelineSample[] {
    return this.parts.flatMap((moment) => {
      if (moment === undefined) return [];
      const face = moment.faces.find((face) => face.id === faceId) ?? largestFace(moment.faces);
      return face === undefined ? [] : [{ time: moment.time, faceId: face.id, probabilities: face.probabilities }];
    });
  }

  clear(): void {
    this.parts.length = 0;
  }
}

/** The face with the largest box. */
export function largestFace(faces: readonly FaceObservation[]): FaceObservation | undefined {
  const area = (face: FaceObservation) => face.box.width * face.box.height;
  return faces.reduce<FaceObservation | undefined>(
    (best, face) => (best === undefined || area(face) > area(best) ? face : best),
    undefined,
  );
}

/** One row of the table that says what the timeline shows: a span of time and the expression that filled most of it. */
export interface TimelineSummary {
  readonly from: number;
  readonly to: number;
  readonly expression: string;
  /** Mean probability of `expression` over the span, 0..1. */
  readonly probability: number;
}

/** Cuts the samples into equal spans and names each one's most probable expression. Spans without a sample are left out. */
export function summarise(
  samples: readonly TimelineSample[],
  from: number,
  to: number,
  spans: number,
): TimelineSummary[] {
  const length = (to - from) / spans;
  return Array.from({ length: spans }, (_, index) => from + index * length).flatMap((start) => {
    const inside = samples.filter((sample) => sample.time >= start && sample.time < start + length);
    const [first] = inside;
    if (first === undefined) return [];
    const means = Object.keys(first.probabilities).map((name) => ({
      name,
      mean: mean(inside.map((sample) => sample.probabilities[name] ?? 0)),
    }));
    const best = means.reduce((best, candidate) => (candidate.mean > best.mean ? candidate : best));
    return [{ from: start, to: start + length, expression: best.name, probability: best.mean }];
  });
}
