/**
 * From BlazeFace's outputs to faces: its anchors and its way of merging, as MediaPipe's short-range model is configured (Bazarevsky et al.,
 * BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019).
 */
import { overlap, type DetectedFace, type Point } from '../faces/geometry.js';

/** Side of the square picture that the network reads; its numbers are in these pixels. */
export const BLAZE_SIDE = 128;

/** Cells a side of its two maps, and how many anchors lie on the middle of every cell. */
const MAPS = [
  { cells: 16, anchors: 2 },
  { cells: 8, anchors: 6 },
] as const;
/** Values an anchor: the middle, the size, then the points. */
export const VALUES = 16;
const POINTS = 6;
/** Boxes that share more of their union than this are looks at one face. */
const ONE_FACE = 0.3;
/** What scores less than this does not move a face that scores more. */
const WEAK_SCORE = 0.3;

/** Of a logit: what is this close to the limit is decided by its score. */
const ROUNDING = 1e-6;

export const ANCHOR_COUNT = MAPS.reduce((sum, { cells, anchors }) => sum + cells * cells * anchors, 0);

/** Middles of all anchors, 0..1, in the order of the outputs. */
const ANCHORS: readonly Point[] = MAPS.flatMap(({ cells, anchors }) =>
  Array.from({ length: cells * cells * anchors }, (_, index) => {
    const cell = Math.floor(index / anchors);
    return { x: ((cell % cells) + 0.5) / cells, y: (Math.floor(cell / cells) + 0.5) / cells };
  }),
);

/**
 * Faces with a score of at least `lowest`, best first, as parts of the picture (0..1).
 * @param regressors `[896, 16]`
 * @param scores `[896]`, before the sigmoid
 */
export function decodeFaces(regressors: Float32Array, scores: Float32Array, lowest: number): DetectedFace[] {
  const candidates: DetectedFace[] = [];
  // Hardly any of the anchors see anything: their logits say so without an exponential function.
  const least = Math.log(lowest / (1 - lowest)) - ROUNDING;
  for (let index = 0; index < ANCHOR_COUNT; index++) {
    if (!(scores[index] >= least)) continue;
    const score = 1 / (1 + Math.exp(-scores[index]));
    if (score < lowest) continue;
    candidates.push(decode(regressors.subarray(index * VALUES, (index + 1) * VALUES), ANCHORS[index], score));
  }
  const sorted = candidates.toSorted((first, second) => second.score - first.score);
  const faces = mergeWeighted(sorted.filter(({ score }) => score >= WEAK_SCORE));
  const weak = sorted.filter(
    ({ score, box }) => score < WEAK_SCORE && !faces.some((face) => overlap(face.box, box) > ONE_FACE),
  );
  return [...faces, ...mergeWeighted(weak)];
}

function decode(values: Float32Array, anchor: Point, score: number): DetectedFace {
  const at = (index: number): Point => ({
    x: values[index] / BLAZE_SIDE + anchor.x,
    y: values[index + 1] / BLAZE_SIDE + anchor.y,
  });
  const middle = at(0);
  const width = values[2] / BLAZE_SIDE;
  const height = values[3] / BLAZE_SIDE;
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = Array.from({ length: POINTS }, (_, point) =>
    at(4 + 2 * point),
  );
  return {
    score,
    box: { x: middle.x - width / 2, y: middle.y - height / 2, width, height },
    keypoints: { rightEye, leftEye, nose, mouth, rightEar, leftEar },
  };
}

/** Looks at one face become their mean, weighted by their scores; it keeps the best score. */
function mergeWeighted(sorted: readonly DetectedFace[]): DetectedFace[] {
  const faces: DetectedFace[] = [];
  for (let left = sorted; left.length > 0;) {
    const [best] = left;
    const same = left.filter(({ box }) => overlap(box, best.box) > ONE_FACE);
    faces.push(same.length === 0 ? best : { ...mean(same), score: best.score });
    left = left.filter((face) => face !== best && !same.includes(face));
  }
  return faces;
}

function mean(faces: readonly DetectedFace[]): Omit<DetectedFace, 'score'> {
  const total = faces.reduce((sum, { score }) => sum + score, 0);
  const weighted = (value: (face: DetectedFace) => number): number =>
    faces.reduce((sum, face) => sum + value(face) * face.score, 0) / total;
  const point = (name: keyof DetectedFace['keypoints']): Point => ({
    x: weighted(({ keypoints }) => keypoints[name].x),
    y: weighted(({ keypoints }) => keypoints[name].y),
  });
  return {
    box: {
      x: weighted(({ box }) => box.x),
      y: weighted(({ box }) => box.y),
      width: weighted(({ box }) => box.width),
      height: weighted(({ box }) => box.height),
    },
    keypoints: {
      rightEye: point('rightEye'),
      leftEye: point('leftEye'),
      nose: point('nose'),
      mouth: point('mouth'),
      rightEar: point('rightEar'),
      leftEar: point('leftEar'),
    },
  };
}
