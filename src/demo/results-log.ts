/** What was recognised since the picture was opened, for download as JSON and CSV. */
import { formatCsv } from '../base/csv.js';
import type { BackendName, FaceObservation, FrameObservation, ModelSummary } from '../inference/observation.js';

/** The newest frames are kept, about ten minutes of a camera at 25 frames a second. */
export const MOST_FRAMES = 15_000;

export interface ResultsOrigin {
  readonly model: ModelSummary | undefined;
  readonly backend: BackendName | undefined;
}

export class ResultsLog {
  private frames: FrameObservation[] = [];

  get length(): number {
    return this.frames.length;
  }

  add(observation: FrameObservation): void {
    this.frames.push(observation);
    // Dropped by blocks: moving the whole array for each frame would cost more than the memory.
    if (this.frames.length > MOST_FRAMES * 1.1) this.frames = this.frames.slice(-MOST_FRAMES);
  }

  clear(): void {
    this.frames = [];
  }

  toJson({ model, backend }: ResultsOrigin): string {
    const frames = this.frames.slice(-MOST_FRAMES);
    return JSON.stringify({ format: 'qcs-fer-results', version: 1, model, backend, frames }, null, 1);
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
