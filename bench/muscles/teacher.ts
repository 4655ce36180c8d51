/** What the teacher, MediaPipe's face landmarker, says of faces. */

/** Values by file name and split, in the order of `names`; null where no face was found. */
export interface TeacherFile {
  /** Blendshapes 0..1, then `yaw` and `pitch` in degrees. */
  readonly names: readonly string[];
  readonly faces: Readonly<Record<'train' | 'validation', Readonly<Record<string, readonly number[] | null>>>>;
}

/** One face of a whole picture: the teacher's blendshapes, and the model's muscles. */
export interface Pair {
  readonly teacher: Readonly<Record<string, number>>;
  readonly ours: Readonly<Record<string, number>>;
}
