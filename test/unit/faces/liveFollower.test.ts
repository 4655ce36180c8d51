/** Live pictures over a detector that sees squares: how often it must look, and that nothing is lost by that. */
import { describe, expect, it } from 'vitest';
import { wholeFrame, type FrameDetector, type Sized } from '../../../src/faces/frameDetector.js';
import { centre, contains, type Box, type DetectedFace } from '../../../src/faces/geometry.js';
import { changeWithin, type Glance, GLANCE_SIDE } from '../../../src/faces/glance.js';
import { LiveFollower } from '../../../src/faces/liveFollower.js';

/** A frame is what stands in it, and how light the rest is. */
interface Scene extends Sized {
  readonly faces: readonly Box[];
  readonly light: number;
}

const scene = (faces: readonly Box[], light = 0): Scene => ({ width: 640, height: 480, faces, light });
const square = (x: number, y: number, width: number): Box => ({ x, y, width, height: width });

/** White faces on an even ground. */
function glanceOf(frame: Scene): Glance {
  const whole = wholeFrame(frame);
  const cell = whole.width / GLANCE_SIDE;
  const glance = new Float32Array(GLANCE_SIDE * GLANCE_SIDE * 3).fill(frame.light);
  for (let row = 0; row < GLANCE_SIDE; row++) {
    for (let column = 0; column < GLANCE_SIDE; column++) {
      const middle = { x: whole.x + (column + 0.5) * cell, y: whole.y + (row + 0.5) * cell };
      if (frame.faces.some((face) => contains(face, middle)))
        glance.fill(1, (row * GLANCE_SIDE + column) * 3, (row * GLANCE_SIDE + column + 1) * 3);
    }
  }
  return glance;
}

function camera() {
  const looks: Box[] = [];
  const follower = new LiveFollower<Scene>();
  const detector: FrameDetector<Scene> = {
    isLost: false,
    warmUp: () => undefined,
    close: () => undefined,
    detect: (frame, region = wholeFrame(frame)) => {
      looks.push(region);
      return frame.faces.flatMap((box): DetectedFace[] => {
        const point = centre(box);
        if (!contains(region, point) || box.width < 0.12 * region.width || box.width > 0.9 * region.width) return [];
        const keypoints = {
          rightEye: point,
          leftEye: point,
          nose: point,
          mouth: point,
          rightEar: point,
          leftEar: point,
        };
        return [{ box, score: 0.9, keypoints }];
      });
    },
  };
  return {
    /** Faces and looks of one frame. */
    show: (frame: Scene, glance: Glance | undefined = glanceOf(frame), enough = Infinity) => {
      const before = looks.length;
      const faces = follower.look(detector, frame, glance, enough);
      return { faces, boxes: faces.map(({ face }) => face.box), looks: looks.length - before };
    },
  };
}

describe('following live faces', () => {
  it('costs no look once nothing changes any more, and says that nothing did', () => {
    const { show } = camera();
    const still = scene([square(200, 100, 200)]);
    expect(show(still).faces[0].isChanged).toBe(true);
    let rounds = 0;
    while (show(still).looks > 0) expect(++rounds).toBeLessThan(20);
    const { faces, looks, boxes } = show(still);
    expect([looks, boxes, faces[0].isChanged]).toEqual([0, [square(200, 100, 200)], false]);
  });

  it('finds faces that the look at the whole frame does not show, within ten frames of a still picture', () => {
    const { show } = camera();
    const crowd = scene([square(200, 100, 200), square(20, 20, 30), square(500, 380, 36)]);
    let seen = show(crowd).boxes;
    expect(seen).toContainEqual(crowd.faces[0]);
    expect(seen).not.toContainEqual(crowd.faces[2]);
    for (let frame = 0; frame < 10; frame++) seen = show(crowd).boxes;
    expect(new Set(seen)).toEqual(new Set(crowd.faces));
  });

  it('does not search for more faces than are wanted', () => {
    const { show } = camera();
    const crowd = scene([square(200, 100, 200), square(20, 20, 30)]);
    for (let frame = 0; frame < 20; frame++) expect(show(crowd, undefined, 1).boxes).toHaveLength(1);
    for (let frame = 0; frame < 20; frame++) expect(show(crowd, glanceOf(crowd), 1).boxes).toHaveLength(1);
  });

  it('sees at once who comes, who moves and who goes, small faces too', () => {
    const { show } = camera();
    const [large, small] = [square(200, 100, 200), square(20, 20, 30)];
    for (let frame = 0; frame < 15; frame++) show(scene([large, small]));
    const moved = square(224, 108, 200);
    expect(new Set(show(scene([moved, small])).boxes)).toEqual(new Set([moved, small]));
    const drifted = square(30, 24, 30);
    expect(new Set(show(scene([moved, drifted])).boxes)).toEqual(new Set([moved, drifted]));
    expect(show(scene([moved])).boxes).toEqual([moved]);
    const guest = square(460, 200, 110);
    expect(new Set(show(scene([moved, guest])).boxes)).toEqual(new Set([moved, guest]));
    expect(show(scene([])).boxes).toEqual([]);
  });

  it('searches at most one tile every second frame while the picture moves', () => {
    const { show } = camera();
    const looks = Array.from(
      { length: 20 },
      (_, frame) => show(scene([square(200 + 8 * (frame % 2), 100, 200)])).looks,
    );
    // The first frame has nothing to compare with; the face itself takes one look.
    expect(looks.slice(1).reduce((sum, count) => sum + count) / 19).toBeLessThan(1.8);
  });

  it('looks at everything again when the light or the size of the picture changes', () => {
    const { show } = camera();
    const face = square(200, 100, 200);
    for (let frame = 0; frame < 15; frame++) show(scene([face]));
    const lit = show(scene([face], 0.5));
    expect(lit.looks).toBeGreaterThan(0);
    expect(lit.faces[0].isChanged).toBe(true);
    const wider = { ...scene([face], 0.5), width: 800 };
    expect(show(wider, glanceOf(wider)).looks).toBeGreaterThan(0);
  });
});

describe('changes between two glances', () => {
  const frame = { width: 640, height: 480 };
  const before: Glance = new Float32Array(GLANCE_SIDE * GLANCE_SIDE * 3);
  /** Another light at one place. */
  const after = (x: number, y: number): Glance => {
    const glance = before.slice();
    const [column, row] = [Math.floor(x / 10), Math.floor((y + 80) / 10)];
    glance[(row * GLANCE_SIDE + column) * 3 + 2] = 0.25;
    return glance;
  };

  it('count in the cells of the box, and not in those of the others', () => {
    const box = square(100, 100, 50);
    expect(changeWithin(before, after(101, 101), frame, box)).toBeCloseTo(0.25, 6);
    expect(changeWithin(before, after(155, 155), frame, box)).toBeCloseTo(0.25, 6);
    expect(changeWithin(before, after(165, 101), frame, box)).toBe(0);
    expect(changeWithin(before, after(101, 101), frame, box, [square(90, 90, 20)])).toBe(0);
    expect(changeWithin(undefined, before, frame, box)).toBe(Infinity);
  });
});
