/** What an engine asks of whatever reads its crops. */
import type { QcsError } from '../errors.js';
import type { Sized } from '../faces/frameDetector.js';
import type { FramePlace, FrameReadings, GpuFrame } from '../plan/frameFaces.js';
import type { BackendName } from './observation.js';

export interface BackendState {
  readonly name: BackendName;
  readonly reason: string;
}

/** What classifies crops, and outlives the loss of what it runs on. */
export interface CropClassifier {
  readonly state: BackendState;
  /** Logits of all crops, `[crops, classes]` row by row. */
  logits(crops: readonly Float32Array[]): Promise<Float32Array>;
  /** Cuts faces out of a frame and reads them on the GPU; undefined where none runs, or it refuses the frame. */
  readFrame?(frame: GpuFrame, size: Sized, faces: readonly FramePlace[]): Promise<FrameReadings | undefined>;
  /** Told of every loss, and with null when recognition runs once more. */
  onLost(listener: (error: QcsError | null) => void): void;
  dispose(): void;
}
