/**
 * Every face of a still picture, small ones too. The short-range detector sees faces larger than about a tenth of what it is shown, so it
 * is shown overlapping tiles at several scales; each candidate is then looked at again alone, which drops what is no face and places the
 * points of small faces better.
 */
import { wholeFrame, type FrameDetector, type Sized } from './frameDetector.js';
import { centre, contains, isSameFace, squareAround, type Box, type DetectedFace } from './geometry.js';

/** Sides of the tiles as fractions of the picture's shorter side. */
const TILE_FRACTIONS = [1, 1 / 2, 1 / 4, 1 / 6] as const;
/** Neighbouring tiles start this share of a tile apart: a face of up to the rest lies whole in one of them. */
const TILE_STEP = 0.7;
/** Tiles below this many pixels a side hold no face worth reading. */
const SMALLEST_TILE = 96;
/** The whole picture inside a frame this much larger: finds a face that fills it. */
const PADDED_FRAME = 1.6;
/** Score that makes a candidate of a detection on a tile. */
const CANDIDATE_SCORE = 0.5;
/** Crops for the second look, in face sizes, and the score that a face needs in both: on group photos of 3 and 29 faces, true ones scored over 0.7, false ones under 0.6. */
const SECOND_LOOKS = [2, 3] as const;
const SECOND_SCORE = 0.65;
/** Faces this large a share of the shorter side need only {@link LARGE_SCORE}: no tile or second look shows them better. */
const LARGE_FACE = 0.3;
const LARGE_SCORE = 0.5;

/** Faces in pixels of `frame`, best first. Lets other work of the thread go on between tiles. */
export async function detectAllFaces<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
): Promise<DetectedFace[]> {
  const candidates: DetectedFace[] = [];
  const yieldNow = createYielder();
  for (const region of regionsToSearch(frame)) {
    candidates.push(...detector.detect(frame, region).filter(({ score }) => score >= CANDIDATE_SCORE));
    await yieldNow();
  }
  const confirmed: DetectedFace[] = [];
  for (const candidate of mergeFaces(candidates)) {
    const face = confirm(detector, frame, candidate);
    if (face !== undefined) confirmed.push(face);
    await yieldNow();
  }
  return mergeFaces(confirmed);
}

/** Padded frame, whole frame, then tiles from large to small. */
export function regionsToSearch(frame: Sized): Box[] {
  const whole = wholeFrame(frame);
  const padded = squareAround(centre(whole), whole.width * PADDED_FRAME);
  const short = Math.min(frame.width, frame.height);
  const tiles = TILE_FRACTIONS.map((fraction) => short * fraction)
    .filter((side) => side >= SMALLEST_TILE && side < whole.width)
    .flatMap((side) => tilesOf(frame, side));
  return [padded, whole, ...tiles];
}

function tilesOf(frame: Sized, side: number): Box[] {
  const starts = (length: number): number[] => {
    const steps = Math.ceil((length - side) / (side * TILE_STEP));
    return Array.from({ length: steps + 1 }, (_, index) => (steps === 0 ? 0 : (index * (length - side)) / steps));
  };
  return starts(frame.height).flatMap((y) => starts(frame.width).map((x) => ({ x, y, width: side, height: side })));
}

/** Keeps the best of all detections of one face. */
export function mergeFaces(faces: readonly DetectedFace[]): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of faces.toSorted((first, second) => second.score - first.score)) {
    if (!kept.some((other) => isSameFace(face.box, other.box))) kept.push(face);
  }
  return kept;
}

/** The face as the closest look shows it, or undefined when a look does not find it again. */
function confirm<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  candidate: DetectedFace,
): DetectedFace | undefined {
  const size = Math.max(candidate.box.width, candidate.box.height);
  const middle = centre(candidate.box);
  const looks = SECOND_LOOKS.map((factor) =>
    detector
      .detect(frame, squareAround(middle, size * factor))
      .find((face) => contains(face.box, middle) && isSameFace(face.box, candidate.box)),
  );
  const [closest] = looks;
  const lowest = Math.min(...looks.map((face) => face?.score ?? 0));
  if (lowest >= SECOND_SCORE) return closest;
  const isLarge = size >= LARGE_FACE * Math.min(frame.width, frame.height);
  if (isLarge && candidate.score >= LARGE_SCORE && closest !== undefined && closest.score >= LARGE_SCORE)
    return closest;
  return undefined;
}

/** Longest stretch without letting messages and events in, ms. */
const LONGEST_STRETCH = 30;

function createYielder(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < LONGEST_STRETCH) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    since = performance.now();
  };
}
