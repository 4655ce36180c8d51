/**
 * Finds the faces of live pictures with as few looks as their changes ask for. What did not change since it was looked at is as it was; a
 * face that moved a little keeps its points for a frame; everything else is looked at again. Faces too small for the look at the whole frame
 * are searched tile by tile, a few each frame, and then followed like the others.
 */
import { wholeFrame, type FrameDetector, type Sized } from './frameDetector.js';
import { centre, isSameFace, squareAround, type Box } from './geometry.js';
import { changeWithin, type Glance } from './glance.js';
import { detectLiveFaces, lookCloser, type LiveFace } from './liveDetector.js';
import { candidatesIn, confirmFace, tilesOf } from './stillDetector.js';

/** A face of this frame. */
export interface FollowedFace extends LiveFace {
  /** False where neither its points nor the pixels around it are others than when it was told of last. */
  readonly isChanged: boolean;
}

/** Cells that differ by less show the noise of a camera. */
const NOISE = 0.03;
/** A face whose cells differ by less moved so little that its points are right for another frame... */
const SMALL_CHANGE = 0.12;
/** ...but not for more than this many in a row. */
const MOST_SKIPPED = 1;
/** A frame that changed is looked at as a whole at least this often, even where only known faces moved. */
const WHOLE_EVERY = 3;
/** What belongs to a face, in its own size: its crop and its movements. */
const SURROUNDINGS = 1.6;
/** Faces of tiles that are looked at again in one frame, so that a crowd does not make it slow; the others wait for their turn. */
const MOST_LOOKS = 6;
/** Tiles that are searched in a frame in which nothing moved, and in every second of the others. */
const TILES_AT_REST = 8;
const TILES_IN_MOTION = 1;

interface Held {
  live: LiveFace;
  /** The frame when its points were found, and when it was told of. */
  found: Glance | undefined;
  told: Glance | undefined;
  skipped: number;
  /** Seen on a tile alone. */
  readonly isSmall: boolean;
}

interface Tile {
  readonly region: Box;
  searched: Glance | undefined;
}

export class LiveFollower<Frame extends Sized> {
  private held: Held[] = [];
  /** Of the last look at the whole frame, and of the last frame. */
  private whole: Glance | undefined;
  private last: Glance | undefined;
  private framesSinceWhole = 0;
  private frames = 0;
  private size: Sized | undefined;
  private tiles: Tile[] = [];
  private nextTile = 0;

  /**
   * The faces of the newest frame.
   * @param glance a coarse picture of it; without one it is looked at as a whole, and not searched for small faces
   * @param enough tiles are searched while fewer faces than this are known
   */
  look(detector: FrameDetector<Frame>, frame: Frame, glance: Glance | undefined, enough: number): FollowedFace[] {
    if (this.size?.width !== frame.width || this.size.height !== frame.height) this.begin(frame);
    this.frames += 1;
    if (glance === undefined) this.lookAtWhole(detector, frame, glance);
    else if (this.isWholeWanted(frame, glance) || !this.lookAtFaces(detector, frame, glance)) {
      this.lookAtWhole(detector, frame, glance);
    }
    if (glance !== undefined && this.held.length < enough) this.searchTiles(detector, frame, glance);
    this.last = glance;
    return this.held.map((held) => {
      const isChanged = glance === undefined || changeAround(held, held.told, glance, frame) > NOISE;
      if (isChanged) held.told = glance;
      return { ...held.live, isChanged };
    });
  }

  private begin({ width, height }: Sized): void {
    this.size = { width, height };
    this.held = [];
    this.whole = undefined;
    this.last = undefined;
    this.tiles = tilesOf({ width, height }).map((region) => ({ region, searched: undefined }));
    this.nextTile = 0;
  }

  /** Whether something changed where no face is followed, or a change of any kind has waited long enough. */
  private isWholeWanted(frame: Frame, glance: Glance): boolean {
    const all = wholeFrame(frame);
    if (changeWithin(this.whole, glance, frame, all, this.held.map(surroundings)) > NOISE) return true;
    return changeWithin(this.whole, glance, frame, all) > NOISE && ++this.framesSinceWhole >= WHOLE_EVERY;
  }

  /** Looks at the faces that changed, one by one. False where one of them is not there any more. */
  private lookAtFaces(detector: FrameDetector<Frame>, frame: Frame, glance: Glance): boolean {
    return this.held.every((held) => {
      const change = changeAround(held, held.found, glance, frame);
      if (change <= NOISE || (change <= SMALL_CHANGE && held.skipped++ < MOST_SKIPPED)) return true;
      const live = lookCloser(detector, frame, held.live.face);
      if (live === undefined || !live.isClear) return false;
      renew(held, live, glance);
      return true;
    });
  }

  private lookAtWhole(detector: FrameDetector<Frame>, frame: Frame, glance: Glance | undefined): void {
    const atRest = this.held.filter(
      (held) => glance !== undefined && changeAround(held, held.found, glance, frame) <= NOISE,
    );
    const faces = detectLiveFaces(
      detector,
      frame,
      atRest.map(({ live }) => live),
    );
    const seen = faces.map((live) => {
      const known = this.held.find((held) => isSameFace(held.live.face.box, live.face.box));
      if (known === undefined) return { live, found: glance, told: undefined, skipped: 0, isSmall: false };
      return known.live === live ? known : renew(known, live, glance);
    });
    const small = this.held.filter(
      ({ isSmall, live }) => isSmall && !faces.some(({ face }) => isSameFace(face.box, live.face.box)),
    );
    this.held = [...seen, ...this.stillThere(detector, frame, glance, small)];
    this.whole = glance;
    this.framesSinceWhole = 0;
  }

  /** Faces of tiles, those that were looked at longest ago first. */
  private stillThere(
    detector: FrameDetector<Frame>,
    frame: Frame,
    glance: Glance | undefined,
    small: readonly Held[],
  ): Held[] {
    let looks = 0;
    return small
      .toSorted((first, second) => second.skipped - first.skipped)
      .filter((held) => {
        if (glance !== undefined && changeAround(held, held.found, glance, frame) <= NOISE) return true;
        if (++looks > MOST_LOOKS) {
          held.skipped += 1;
          return true;
        }
        const live = lookCloser(detector, frame, held.live.face);
        if (live !== undefined) renew(held, live, glance);
        return live !== undefined;
      });
  }

  private searchTiles(detector: FrameDetector<Frame>, frame: Frame, glance: Glance): void {
    const isAtRest = changeWithin(this.last, glance, frame, wholeFrame(frame)) <= NOISE;
    let budget = isAtRest ? TILES_AT_REST : this.frames % 2 === 0 ? TILES_IN_MOTION : 0;
    for (let turn = 0; turn < this.tiles.length && budget > 0; turn++) {
      const tile = this.tiles[this.nextTile];
      this.nextTile = (this.nextTile + 1) % this.tiles.length;
      if (changeWithin(tile.searched, glance, frame, tile.region) <= NOISE) continue;
      budget -= 1;
      tile.searched = glance;
      for (const candidate of candidatesIn(detector, frame, tile.region)) {
        if (this.held.some(({ live }) => isSameFace(live.face.box, candidate.box))) continue;
        const face = confirmFace(detector, frame, candidate);
        if (face === undefined) continue;
        this.held.push({ live: { face, isClear: true }, found: glance, told: undefined, skipped: 0, isSmall: true });
      }
    }
  }
}

function surroundings({ live }: Held): Box {
  const { box } = live.face;
  return squareAround(centre(box), Math.max(box.width, box.height) * SURROUNDINGS);
}

function changeAround(held: Held, before: Glance | undefined, now: Glance, frame: Sized): number {
  return changeWithin(before, now, frame, surroundings(held));
}

function renew(held: Held, live: LiveFace, glance: Glance | undefined): Held {
  held.live = live;
  held.found = glance;
  held.told = undefined;
  held.skipped = 0;
  return held;
}
