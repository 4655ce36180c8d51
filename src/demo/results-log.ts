/** What was recognised since the picture was opened, for download as JSON and CSV. */
import { formatCsv } from '../base/csv.js';
import type { BackendName, FaceObservation, FrameObservation, ModelSummary } from '../inference/observation.js';

/** The newest frames are kept, about ten minutes of a camera at 25 frames a second. */
export const MOST_FRAMES = 15_000;

export interface ResultsOrigin {
  readonly model: ModelSummary | undefined;
  readonly backend: BackendName | undefined;
}

/** Frames that the log does not hold. */
export interface LeftOut {
  /** Older than the newest {@link MOST_FRAMES}. */
  readonly older: number;
  /** No later than one that was read before: a video that began anew, or was sought back in. */
  readonly repeated: number;
}

export class ResultsLog {
  private frames: FrameObservation[] = [];
  private taken = 0;
  private repeated = 0;

  /** How many frames the downloads hold. */
  get length(): number {
    return Math.min(this.frames.length, MOST_FRAMES);
  }

  get leftOut(): LeftOut {
    return { older: this.taken - this.length, repeated: this.repeated };
  }

  /** Takes in a frame, so that time only ever runs on. */
  add(observation: FrameObservation): void {
    if (observation.timestamp <= (this.frames.at(-1)?.timestamp ?? Number.NEGATIVE_INFINITY)) {
      this.repeated += 1;
      return;
    }
    this.taken += 1;
    this.frames.push(observation);
    // Dropped by blocks: moving the whole array for each frame would cost more than the memory.
    if (this.frames.length > MOST_FRAMES * 1.1) this.frames = this.frames.slice(-MOST_FRAMES);
  }

  clear(): void {
    this.frames = [];
    this.taken = 0;
    this.repeated = 0;
  }

  toJson({ model, backend }: ResultsOrigin): string {
    const frames = this.frames.slice(-MOST_FRAMES);
    const head = { format: 'qcs-fer-results', version: 1, model, backend, leftOut: this.leftOut };
    return JSON.stringify({ ...head, frames }, null, 1);
  }

  /** One row a face and frame; boxes in pixels of the source, probabilities 0..1. */
  toCsv(classes: readonly string[]): string {
    const head = ['timestamp_ms', 'face', 'x', 'y', 'width', 'height', 'score', 'expression', 'confidence', ...classes];
    const rows = this.frames
      .slice(-MOST_FRAMES)
      .flatMap((frame) => frame.faces.map((face) => rowOf(frame, face, classes)));
    return formatCsv([head, ...rows], '\r\n');
  }
}

function rowOf(frame: FrameObservation, face: FaceObservation, classes: readonly string[]): (string | number)[] {
  const { x, y, width, height } = face.box;
  const known = new Map(Object.entries(face.probabilities));
  const probabilities = classes.map((name) => (known.get(name) ?? 0).toFixed(5));
  return [
    frame.timestamp.toFixed(1),
    face.id,
    ...[x, y, width, height].map((value) => value.toFixed(1)),
    face.score.toFixed(4),
    face.expression,
    face.confidence.toFixed(5),
    ...probabilities,
  ];
}
