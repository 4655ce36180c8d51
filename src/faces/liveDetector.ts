/**
 * The fast path for live pictures: one look at the whole frame, and a closer one at each face that is small in it, whose points would
 * otherwise be rough and whose score would say little (on webcam clips, faces of an eighth of the frame scored 0.4 to 0.8 at first and
 * over 0.77 when looked at again; hands scored up to 0.76 and then under 0.57).
 */
import { wholeFrame, type FrameDetector, type Sized } from './frameDetector.js';
import { centre, contains, isSameFace, squareAround, type DetectedFace } from './geometry.js';

/** Faces narrower than this share of the frame's longer side are looked at again, in a square of this many face sizes. */
const SMALL_FACE = 0.22;
const CLOSER_LOOK = 2.5;
/** So are faces narrower than this that score less than this: on a webcam clip a skull printed on a pullover scored 0.53 at once. */
const MIDDLE_FACE = 0.4;
const CERTAIN_SCORE = 0.75;
/** At most this many closer looks a frame, so that a crowd does not make it slow. */
const MOST_LOOKS = 6;
/** Below this score nothing is a face, at either look. */
const LOWEST_SCORE = 0.35;
/** Scores from which a face is certain: looked at again, and where it is large. */
const CLEAR_SMALL_SCORE = 0.65;
const CLEAR_LARGE_SCORE = 0.5;

/** A face that fills the frame is found only in a larger one; it is at least this share of the shorter side wide. */
const PADDED_FRAME = 1.6;
const FILLING_FACE = 0.6;

export interface LiveFace {
  readonly face: DetectedFace;
  /** False where the score says only that a face which was here before may still be. */
  readonly isClear: boolean;
}

/**
 * Faces in pixels of `frame`.
 * @param atRest faces that are where they were: they are taken as they are, without a closer look
 */
export function detectLiveFaces<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  atRest: readonly LiveFace[] = [],
): LiveFace[] {
  let looks = 0;
  const faces = detector
    .detect(frame)
    .filter(({ score }) => score >= LOWEST_SCORE)
    .flatMap((face): LiveFace[] => {
      const known = atRest.find((other) => isSameFace(other.face.box, face.box));
      if (known !== undefined) return [known];
      const isDoubtful = isNarrower(face, frame, SMALL_FACE) || face.score < CERTAIN_SCORE;
      if (!isDoubtful || !isNarrower(face, frame, MIDDLE_FACE) || ++looks > MOST_LOOKS)
        return [{ face, isClear: face.score >= CLEAR_LARGE_SCORE }];
      const closer = lookCloser(detector, frame, face);
      return closer === undefined ? [] : [closer];
    });
  return faces.some(({ isClear }) => isClear) ? faces : [...faces, ...lookFromFurtherAway(detector, frame, faces)];
}

/** A face where one was seen, as a look at its surroundings shows it; undefined where none is. */
export function lookCloser<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  face: DetectedFace,
): LiveFace | undefined {
  const closer = lookAgain(detector, frame, face);
  if (closer === undefined || closer.score < LOWEST_SCORE) return undefined;
  return {
    face: closer,
    isClear: closer.score >= (isNarrower(closer, frame, MIDDLE_FACE) ? CLEAR_SMALL_SCORE : CLEAR_LARGE_SCORE),
  };
}

function isNarrower({ box }: DetectedFace, frame: Sized, share: number): boolean {
  return box.width < share * Math.max(frame.width, frame.height);
}

/** The face of somebody who sits very close to the camera. */
function lookFromFurtherAway<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  known: readonly LiveFace[],
): LiveFace[] {
  const whole = wholeFrame(frame);
  const width = FILLING_FACE * Math.min(frame.width, frame.height);
  return detector
    .detect(frame, squareAround(centre(whole), whole.width * PADDED_FRAME))
    .filter(({ box, score }) => box.width >= width && score >= LOWEST_SCORE)
    .filter(({ box }) => !known.some(({ face }) => isSameFace(face.box, box)))
    .map((face) => ({ face, isClear: face.score >= CLEAR_LARGE_SCORE }));
}

function lookAgain<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  face: DetectedFace,
): DetectedFace | undefined {
  const middle = centre(face.box);
  return detector
    .detect(frame, squareAround(middle, face.box.width * CLOSER_LOOK))
    .find(({ box }) => contains(face.box, centre(box)) && isSameFace(box, face.box));
}
