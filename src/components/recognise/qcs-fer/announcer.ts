/** Decides what a screen reader hears: only what has been stable for a while, and never more often than every few seconds. */
import type { FaceObservation, FrameObservation } from '../../../inference/observation.js';
import { className, faceCount, sentence, whyUnclear } from '../../ui/words.js';

/** No two announcements are closer than this, in milliseconds. */
export const ANNOUNCE_INTERVAL = 4000;
/** A change is told once it has lasted this long, in milliseconds. */
export const SETTLE_TIME = 1000;
/** More faces than this are counted, not listed. */
const LISTED_FACES = 3;

export class Announcer {
  private told = '';
  private candidate = '';
  private candidateSince = 0;
  private lastTime = Number.NEGATIVE_INFINITY;

  /** Forgets what was told, so that the next result is told even when it says the same. */
  reset(): void {
    this.told = '';
    this.candidate = '';
  }

  /**
   * The sentence to announce for this frame, or undefined for silence.
   * @param now milliseconds of any steady clock
   * @param immediate for a still picture, whose one result is final
   */
  next(observation: FrameObservation, now: number, immediate = false): string | undefined {
    const key = keyOf(observation);
    if (key !== this.candidate) {
      this.candidate = key;
      this.candidateSince = now;
    }
    const settled = immediate || now - this.candidateSince >= SETTLE_TIME;
    const quietLongEnough = immediate || now - this.lastTime >= ANNOUNCE_INTERVAL;
    if (key === this.told || !settled || !quietLongEnough) return undefined;
    this.told = key;
    this.lastTime = now;
    return describe(observation);
  }
}

/** Changes only when the number of faces or a stable label does. Percentages would change with every frame. */
function keyOf(observation: FrameObservation): string {
  return observation.faces.map((face) => `${face.id}:${labelOf(face)}`).join(' ') || 'none';
}

/** "2 faces. Face 1: looks like happiness, 93 %. Face 2: not clear, perhaps fear, 41 %." */
export function describe(observation: FrameObservation): string {
  const { faces } = observation;
  const [only] = faces;
  if (only === undefined) return 'No face in the picture.';
  if (faces.length === 1) return `${sentence(only)}.`;
  if (faces.length > LISTED_FACES) return `${faceCount(faces.length)}. ${countByExpression(observation)}.`;
  const list = faces.map((face) => `Face ${face.id}: ${lowerFirst(sentence(face))}.`);
  return `${faceCount(faces.length)}. ${list.join(' ')}`;
}

function countByExpression(observation: FrameObservation): string {
  const counts = new Map<string, number>();
  for (const face of observation.faces) counts.set(labelOf(face), (counts.get(labelOf(face)) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

function labelOf(face: FaceObservation): string {
  return whyUnclear(face.conditions) === undefined ? className(face.expression) : 'not clear';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
