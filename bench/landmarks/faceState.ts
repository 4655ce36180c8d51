/** What the face landmarker says of a face. */
export interface FaceState {
  /** How far the inner lips are apart, as a part of the mouth's width. */
  readonly lips: number;
  /** 0 (open) to 1 (shut). */
  readonly rightBlink: number;
  readonly leftBlink: number;
  /** Degrees, positive towards the person's left. */
  readonly yaw: number;
}
