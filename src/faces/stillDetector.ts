/**
 * Every face of a still picture, small ones too, large ones first. The short-range detector sees faces larger than about a tenth of what it
 * is shown, so it is shown the whole picture and then overlapping tiles at two smaller scales, which lie only where a face could be that was
 * not found yet. What is weak and small on the smallest tiles may be a face that is too small for them: it is looked at once more on a tile of
 * half their size, with whatever else of its kind lies there. Each candidate is looked at again alone, which drops what is no face and places
 * the points of small faces better.
 */
import { wholeFrame, type FrameDetector, type Sized } from './frameDetector.js';
import {
  area,
  centre,
  contains,
  intersection,
  isSameFace,
  squareAround,
  type Box,
  type DetectedFace,
} from './geometry.js';

/** Sides of the large and of the small tiles as fractions of the picture's shorter side. */
const LARGE_TILES = 1;
const SMALL_TILES = [1 / 2, 1 / 4] as const;
/** Neighbouring tiles start this share of a tile apart: a face of up to the rest lies whole in one of them; larger ones do in larger tiles. */
const LARGE_STEP = 0.7;
const SMALL_STEP = 0.8;
/** Tiles below this many pixels a side hold no face worth reading. */
const SMALLEST_TILE = 96;
/** The whole picture inside a frame this much larger: finds a face that fills it. */
const PADDED_FRAME = 1.6;
/** Score that makes a candidate of a detection on a tile... */
const CANDIDATE_SCORE = 0.5;
/**
 * ...and, on the smallest tiles, of one that is at most this share of it wide what is worth a closer tile. On photos, faces of a tenth of the tile scored 0.07 to
 * 0.9, of a seventh over 0.37; of what is no face, 90 to 400 a photo scored over 0.04 and 10 to 30 of these were as small.
 */
const WEAK_SCORE = 0.04;
const WEAK_WIDTH = 0.2;
/** Closer tiles, as a part of the smallest ones, and how many of them there may be for every other look. */
const CLOSER_TILE = 1 / 2;
const MOST_CLOSER = 1 / 4;
/** Crops for the second look, in face sizes, and the score that a face needs in both: on group photos of 3 and 29 faces, true ones scored over 0.7, false ones under 0.6. */
const SECOND_LOOKS = [2, 3] as const;
const SECOND_SCORE = 0.65;
/** The same for what was weak at first: of a thousand of these, one that was no face reached 0.65. */
const SECOND_SCORE_OF_WEAK = 0.7;
/** Faces this large a share of the shorter side need only {@link LARGE_SCORE}: no tile or second look shows them better. */
const LARGE_FACE = 0.3;
const LARGE_SCORE = 0.5;
/** A tile of which a face, in its head's size, covers more than this is not searched for smaller ones. */
const HEAD = 1.5;
const COVERED = 0.9;

export interface StillSearch {
  /** Given what the large tiles show, before the small ones are searched. */
  readonly onLarge?: ((faces: readonly DetectedFace[]) => Promise<void>) | undefined;
  /** The search ends after the large tiles if they show this many faces. */
  readonly enough?: number | undefined;
}

/** Faces in pixels of `frame`, best first. Lets other work of the thread go on between tiles. */
export async function detectAllFaces<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  { onLarge, enough = Number.POSITIVE_INFINITY }: StillSearch = {},
): Promise<DetectedFace[]> {
  const [first, second] = [largeRegions(frame), smallRegions(frame)];
  const search = new Search(detector, frame, Math.min(...[...first, ...second].map(({ width }) => width)));
  const large = await search.faces(first);
  if (large.length >= enough) return large;
  await onLarge?.(large);
  return mergeFaces([...large, ...(await search.faces(second, large))]);
}

/** Padded frame, whole frame, and the largest tiles. */
function largeRegions(frame: Sized): Box[] {
  const whole = wholeFrame(frame);
  const padded = squareAround(centre(whole), whole.width * PADDED_FRAME);
  return [padded, whole, ...grid(frame, LARGE_TILES, LARGE_STEP)];
}

function smallRegions(frame: Sized): Box[] {
  return SMALL_TILES.flatMap((fraction) => grid(frame, fraction, SMALL_STEP));
}

/** All tiles of a frame, from large to small. */
export function tilesOf(frame: Sized): Box[] {
  return [...grid(frame, LARGE_TILES, LARGE_STEP), ...smallRegions(frame)];
}

function grid(frame: Sized, fraction: number, step: number): Box[] {
  const side = Math.min(frame.width, frame.height) * fraction;
  if (side < SMALLEST_TILE || side >= Math.max(frame.width, frame.height)) return [];
  const starts = (length: number): number[] => {
    const steps = Math.ceil((length - side) / (side * step));
    return Array.from({ length: steps + 1 }, (_, index) => (steps === 0 ? 0 : (index * (length - side)) / steps));
  };
  return starts(frame.height).flatMap((y) => starts(frame.width).map((x) => ({ x, y, width: side, height: side })));
}

class Search<Frame extends Sized> {
  private readonly yieldNow = createYielder();

  constructor(
    private readonly detector: FrameDetector<Frame>,
    private readonly frame: Frame,
    /** Side of the smallest tiles. */
    private readonly smallest: number,
  ) {}

  /** Confirmed faces that are seen in the regions and are none of the `known`. */
  async faces(regions: readonly Box[], known: readonly DetectedFace[] = []): Promise<DetectedFace[]> {
    const open = regions.filter((region) => !known.some(({ box }) => isCovered(region, box)));
    const seen = await this.look(open, WEAK_SCORE);
    const confirmed = await this.confirm(seen.filter(isCandidate), known, SECOND_SCORE);
    const isNew = ({ box }: DetectedFace) => ![...known, ...confirmed].some((face) => isSameFace(face.box, box));
    const closer = closerTiles(
      seen.filter((face) => this.isHint(face) && isNew(face)),
      this.smallest * CLOSER_TILE,
    );
    const more = await this.look(closer.slice(0, Math.ceil(open.length * MOST_CLOSER)), CANDIDATE_SCORE);
    const small = await this.confirm(more, [...known, ...confirmed], SECOND_SCORE_OF_WEAK);
    return mergeFaces([...confirmed, ...small]);
  }

  private async look(regions: readonly Box[], lowest: number): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (const region of regions) {
      const found = this.detector.detect(this.frame, region, lowest);
      seen.push(...found.map((face) => ({ ...face, tile: region.width })));
      await this.yieldNow();
    }
    return seen;
  }

  /** Whether it is too weak for a candidate, and may yet be a face that is too small for the smallest tiles. */
  private isHint(face: Seen): boolean {
    return !isCandidate(face) && face.tile <= this.smallest && face.box.width <= WEAK_WIDTH * face.tile;
  }

  private async confirm(
    candidates: readonly DetectedFace[],
    known: readonly DetectedFace[],
    lowest: number,
  ): Promise<DetectedFace[]> {
    const confirmed: DetectedFace[] = [];
    for (const candidate of mergeFaces(candidates)) {
      if ([...known, ...confirmed].some(({ box }) => isSameFace(box, candidate.box))) continue;
      const face = confirmFace(this.detector, this.frame, candidate, lowest);
      if (face !== undefined) confirmed.push(face);
      await this.yieldNow();
    }
    return mergeFaces(confirmed);
  }
}

/** What a look at a tile of this side showed. */
interface Seen extends DetectedFace {
  readonly tile: number;
}

function isCandidate({ score }: DetectedFace): boolean {
  return score >= CANDIDATE_SCORE;
}

/** Squares of this side around weak detections, the best first; those that lie whole in the square of a better one have none of their own. */
function closerTiles(hints: readonly DetectedFace[], side: number): Box[] {
  const tiles: Box[] = [];
  for (const { box } of hints.toSorted((first, second) => second.score - first.score)) {
    if (tiles.some((tile) => intersection(tile, box) === area(box))) continue;
    tiles.push(squareAround(centre(box), Math.max(side, SMALLEST_TILE)));
  }
  return tiles;
}

/** What may be a face in a part of the frame, and is to be confirmed. */
export function candidatesIn<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  region: Box,
): DetectedFace[] {
  return detector.detect(frame, region).filter(isCandidate);
}

/** The face as the closest look shows it, or undefined when a look does not find it again with a score of at least `lowest`. */
export function confirmFace<Frame extends Sized>(
  detector: FrameDetector<Frame>,
  frame: Frame,
  { box, score }: DetectedFace,
  lowest = SECOND_SCORE,
): DetectedFace | undefined {
  const size = Math.max(box.width, box.height);
  const middle = centre(box);
  const isLarge = size >= LARGE_FACE * Math.min(frame.width, frame.height) && score >= LARGE_SCORE;
  const look = (factor: number): DetectedFace | undefined =>
    detector
      .detect(frame, squareAround(middle, size * factor))
      .find((face) => contains(face.box, middle) && isSameFace(face.box, box));
  const [closer, further] = SECOND_LOOKS;
  const closest = look(closer);
  if (closest === undefined || closest.score < (isLarge ? LARGE_SCORE : lowest)) return undefined;
  return isLarge || (look(further)?.score ?? 0) >= lowest ? closest : undefined;
}

function isCovered(region: Box, { x, y, width, height }: Box): boolean {
  const head = squareAround(centre({ x, y, width, height }), Math.max(width, height) * HEAD);
  return intersection(region, head) > COVERED * area(region);
}

/** Keeps the best of all detections of one face. */
export function mergeFaces(faces: readonly DetectedFace[]): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of faces.toSorted((first, second) => second.score - first.score)) {
    if (!kept.some((other) => isSameFace(face.box, other.box))) kept.push(face);
  }
  return kept;
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
