/** Places in a picture, in pixels with the origin at the top left corner; pixel centres lie at halves. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The upper left corner and the size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The detector's six points. Right and left are the person's own: the right eye is left in an unmirrored picture. */
export interface Keypoints {
  readonly rightEye: Point;
  readonly leftEye: Point;
  readonly nose: Point;
  readonly mouth: Point;
  readonly rightEar: Point;
  readonly leftEar: Point;
}

export interface DetectedFace {
  readonly box: Box;
  /** The detector's confidence, 0..1. */
  readonly score: number;
  readonly keypoints: Keypoints;
}

export function area(box: Box): number {
  return box.width * box.height;
}

export function centre(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export function contains(box: Box, point: Point): boolean {
  return point.x >= box.x && point.y >= box.y && point.x <= box.x + box.width && point.y <= box.y + box.height;
}

/** The square with the given centre. */
export function squareAround(point: Point, side: number): Box {
  return { x: point.x - side / 2, y: point.y - side / 2, width: side, height: side };
}

export function intersection(first: Box, second: Box): number {
  const width = Math.min(first.x + first.width, second.x + second.width) - Math.max(first.x, second.x);
  const height = Math.min(first.y + first.height, second.y + second.height) - Math.max(first.y, second.y);
  return Math.max(width, 0) * Math.max(height, 0);
}

/** Intersection over union, 0..1. */
export function overlap(first: Box, second: Box): number {
  const shared = intersection(first, second);
  return shared === 0 ? 0 : shared / (area(first) + area(second) - shared);
}

/** Two boxes that share this much, of their union or of the smaller, are one face. */
const SAME_FACE_OVERLAP = 0.3;
const SAME_FACE_SHARE = 0.6;

/** Whether two boxes, perhaps of looks at different scales, are of one face. */
export function isSameFace(first: Box, second: Box): boolean {
  return (
    overlap(first, second) > SAME_FACE_OVERLAP ||
    intersection(first, second) > SAME_FACE_SHARE * Math.min(area(first), area(second))
  );
}

/** A face seen in a picture that was scaled and then moved. */
export function mapFace({ score, box, keypoints }: DetectedFace, scale: number, shift: Point): DetectedFace {
  return {
    score,
    box: { ...mapPoint(box, scale, shift), width: box.width * scale, height: box.height * scale },
    keypoints: mapKeypoints(keypoints, scale, shift),
  };
}

export function mapKeypoints(keypoints: Keypoints, scale: number, shift: Point): Keypoints {
  return {
    rightEye: mapPoint(keypoints.rightEye, scale, shift),
    leftEye: mapPoint(keypoints.leftEye, scale, shift),
    nose: mapPoint(keypoints.nose, scale, shift),
    mouth: mapPoint(keypoints.mouth, scale, shift),
    rightEar: mapPoint(keypoints.rightEar, scale, shift),
    leftEar: mapPoint(keypoints.leftEar, scale, shift),
  };
}

function mapPoint({ x, y }: Point, scale: number, shift: Point): Point {
  return { x: x * scale + shift.x, y: y * scale + shift.y };
}
