/** Decides what a screen reader hears: only what has been stable for a while, and never more often than every few seconds. */
import type { FaceObservation, FrameObservation } from '../../../inference/observation.js';
import type { recognise } from '../../../messages/recognise/en.js';
import type { Words } from '../../../messages/words.js';
import { faceCount, sentence, whyUnclear } from '../../ui/words.js';
import type { FerStatus } from '../events.js';

/** No two announcements are closer than this, in milliseconds. */
export const ANNOUNCE_INTERVAL = 4000;
/** A change is told once it has lasted this long, in milliseconds. */
export const SETTLE_TIME = 1000;
/** More faces than this are counted, not listed. */
const LISTED_FACES = 3;

/** The words of `<qcs-fer>`. */
export type FerWords = Words<typeof recognise>;

export class Announcer {
  private told = '';
  private candidate = '';
  private candidateSince = 0;
  private lastTime = Number.NEGATIVE_INFINITY;

  /** @param words in the language to announce in */
  constructor(private readonly words: () => FerWords) {}

  /** Forgets what was told, so that the next result is told even when it says the same. */
  reset(): void {
    this.told = '';
    this.candidate = '';
  }

  /** What a new status has to say; undefined for silence. A camera without pictures is spoken of once more when it has them again. */
  ofStatus(status: FerStatus, isMuted: boolean): string | undefined {
    const words = this.words();
    if (status === 'loading') return words.text('sentence', { text: words.text('gettingReady') });
    if (status === 'paused') return words.text('sentence', { text: words.text('paused') });
    if (!isMuted) return undefined;
    this.reset();
    return words.text('mutedAdvice');
  }

  /** While small faces of a photo are looked for. */
  ofSearch(): string {
    const words = this.words();
    return words.text('sentence', { text: words.text('lookingForSmallFaces') });
  }

  /**
   * The sentence to announce for this frame, or undefined for silence.
   * @param now milliseconds of any steady clock
   * @param immediate for a still picture, whose one result is final
   */
  next(observation: FrameObservation, now: number, immediate = false): string | undefined {
    const words = this.words();
    const key = keyOf(words, observation);
    if (key !== this.candidate) {
      this.candidate = key;
      this.candidateSince = now;
    }
    const settled = immediate || now - this.candidateSince >= SETTLE_TIME;
    const quietLongEnough = immediate || now - this.lastTime >= ANNOUNCE_INTERVAL;
    if (key === this.told || !settled || !quietLongEnough) return undefined;
    this.told = key;
    this.lastTime = now;
    return describe(words, observation);
  }
}

/** Changes only when the number of faces or a stable label does. Percentages would change with every frame. */
function keyOf(words: FerWords, observation: FrameObservation): string {
  return observation.faces.map((face) => `${face.id}:${labelOf(words, face)}`).join(' ') || 'none';
}

/** "2 faces. Face 1: looks like happiness, 93 %. Face 2: not clear, perhaps fear, 41 %." */
export function describe(words: FerWords, observation: FrameObservation): string {
  const { faces } = observation;
  const [only] = faces;
  if (only === undefined) return words.text('sentence', { text: words.text('noFaceInPicture') });
  if (faces.length === 1) return words.text('sentence', { text: sentence(words, only) });
  const count = words.text('sentence', { text: faceCount(words, faces.length) });
  if (faces.length > LISTED_FACES) {
    return `${count} ${words.text('sentence', { text: countByExpression(words, observation) })}`;
  }
  const list = faces.map((face) =>
    words.text('faceSays', { index: face.id, text: words.uncapital(sentence(words, face)) }),
  );
  return [count, ...list].join(' ');
}

function countByExpression(words: FerWords, observation: FrameObservation): string {
  const counts = new Map<string, number>();
  for (const face of observation.faces) {
    const label = labelOf(words, face);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return words.list(
    [...counts].map(([label, number]) => words.text('countOf', { number, label })),
    'plain',
  );
}

function labelOf(words: FerWords, face: FaceObservation): string {
  if (whyUnclear(words, face.conditions) === undefined) return words.expression(face.expression);
  return words.uncapital(words.shared('notClear'));
}
