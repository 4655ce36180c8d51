/** A recogniser that says what a test tells it to, and keeps what it was asked. */
import type { QcsError } from '../../../src/errors.js';
import type { Explanation } from '../../../src/reading/explanation/explanation.js';
import { EXPLANATION } from '../../support/explanation.js';
import { CLEAR_CONDITIONS } from '../../support/conditions.js';
import { EXPRESSIONS } from '../../../src/expressions.js';
import type { Box, FaceObservation, FrameObservation, ModelSummary } from '../../../src/inference/observation.js';
import type {
  FrameSource,
  RecognizeOptions,
  Recognizer,
  RecognizerOptions,
} from '../../../src/inference/recognizer.js';

export const FAKE_MODEL: ModelSummary = {
  id: 'fake',
  version: '1.0.0',
  classes: EXPRESSIONS,
  family: 'qcs',
  backbone: 'mobilefacenet',
  bytes: 1,
};

export interface FakeFace {
  readonly id: number;
  readonly expression: string;
  readonly confidence?: number;
  readonly box?: Box;
  /** What the model says beside the label. */
  readonly reading?: Partial<Pick<FaceObservation, 'probabilities' | 'shares' | 'plausible' | 'conditions'>>;
}

export function faceOf(
  { id, expression, confidence = 0.93, box, reading = {} }: FakeFace,
  classes: readonly string[] = EXPRESSIONS,
): FaceObservation {
  const rest = (1 - confidence) / (classes.length - 1);
  const point = { x: 0, y: 0 };
  return {
    id,
    box: box ?? { x: 20 + id * 60, y: 40, width: 50, height: 50 },
    score: 0.9,
    keypoints: { rightEye: point, leftEye: point, nose: point, mouth: point, rightEar: point, leftEar: point },
    expression,
    confidence,
    probabilities: Object.fromEntries(classes.map((name) => [name, name === expression ? confidence : rest])),
    conditions: CLEAR_CONDITIONS,
    ...reading,
  };
}

export class FakeRecognizer implements Recognizer {
  readonly backend = 'wasm';
  readonly backendReason = 'WebGPU is not available here.';
  readonly inWorker = true;
  model: ModelSummary = FAKE_MODEL;
  readonly calls: { readonly source: FrameSource; readonly options: RecognizeOptions }[] = [];
  faces: readonly FakeFace[] = [{ id: 1, expression: 'happiness' }];
  /** What is told of a still picture before its result. */
  partial: readonly FakeFace[] | undefined;
  /** The next call fails with this. */
  failure: QcsError | undefined;
  disposals = 0;
  explained = 0;
  readonly forgotten: (string | undefined)[] = [];
  private readonly listeners = new Set<(error: QcsError | null) => void>();

  recognize(source: FrameSource, options: RecognizeOptions = {}): Promise<FrameObservation> {
    this.calls.push({ source, options });
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) return Promise.reject(failure);
    const observe = (faces: readonly FakeFace[]): FrameObservation => ({
      faces: faces.map((face) => faceOf(face)),
      timing: { detect: 5, align: 1, infer: 20, total: 26 },
      width: 320,
      height: 240,
      timestamp: options.timestamp ?? performance.now(),
    });
    if (this.partial !== undefined) options.onPartial?.(observe(this.partial));
    return Promise.resolve(observe(this.faces));
  }
  explain(): Promise<Explanation> {
    this.explained += 1;
    return Promise.resolve(EXPLANATION);
  }
  forget(stream?: string): void {
    this.forgotten.push(stream);
  }
  onLost(listener: (error: QcsError | null) => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  /** Tells every listener that the GPU is lost, or found again (null). */
  lose(error: QcsError | null): void {
    for (const listener of this.listeners) listener(error);
  }
  dispose() {
    this.disposals += 1;
    return Promise.resolve();
  }
  /** As `recognizerProvider` of an element. */
  readonly provider = ({ onProgress }: RecognizerOptions): Promise<Recognizer> => {
    onProgress?.({ stage: 'ready', loaded: 0, total: 0 });
    return Promise.resolve(this);
  };
}
