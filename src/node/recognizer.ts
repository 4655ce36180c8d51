/**
 * The recogniser in Node: the page's engine over pixels in memory. Faces are found with the same detector weights, searched for in the same
 * way, aligned and read by the same code.
 */
import { pixelSource } from '../faces/crop.js';
import type { PixelImage } from '../faces/image.js';
import { RecognitionEngine } from '../inference/engine.js';
import { disposedError, requestOf } from '../inference/frameRequest.js';
import type { BackendName, FrameObservation, ModelSummary } from '../inference/observation.js';
import type { RecognizeOptions } from '../inference/recognizer.js';
import { openParts, type NodeParts, type NodeRecognizerOptions } from './parts.js';
import { readPicture, type NodeSource } from './readPicture.js';

export type { NodeRecognizerOptions } from './parts.js';
export type { NodeSource } from './readPicture.js';

export interface NodeRecognizer {
  readonly backend: BackendName;
  /** What runs, in a sentence for people. */
  readonly backendReason: string;
  readonly model: ModelSummary;
  /**
   * Every face of a picture, largest first. With `mode: 'live'` pictures count as frames of one camera (`stream`): faces keep their ids, and
   * readings are smoothed over `timestamp`. Calls are answered in their order.
   * @throws CaptureError `not-an-image`, `image-too-large`; RuntimeError `disposed`
   */
  recognize(source: NodeSource, options?: RecognizeOptions): Promise<FrameObservation>;
  /** Forgets the tracks of a live source. */
  forget(stream?: string): void;
  dispose(): Promise<void>;
}

/**
 * Loads detector and model and starts the backend. One recogniser at a time in a thread: its backend is the thread's.
 *
 * ```ts
 * import { createRecognizer } from 'qcs-fer/node';
 * const recognizer = await createRecognizer();
 * const { faces } = await recognizer.recognize('photo.jpg');
 * for (const { box, expression, confidence } of faces) console.log(box, expression, confidence);
 * await recognizer.dispose();
 * ```
 * @throws ModelError for a model that is missing, damaged or of another kind; RuntimeError `no-webgpu`, `no-backend`
 */
export async function createRecognizer(options: NodeRecognizerOptions = {}): Promise<NodeRecognizer> {
  const engine = engineOf(await openParts(options));
  try {
    await engine.warmUp();
  } catch (error) {
    engine.dispose();
    throw error;
  }
  return new EngineRecognizer(engine);
}

/** A recogniser that owns its parts, and warms up with its first picture. */
export function recognizerOf(parts: NodeParts): NodeRecognizer {
  return new EngineRecognizer(engineOf(parts));
}

function engineOf(parts: NodeParts): RecognitionEngine<PixelImage> {
  return new RecognitionEngine<PixelImage>({ ...parts, pixels: pixelSource, firstId: 1 });
}

class EngineRecognizer implements NodeRecognizer {
  readonly model: ModelSummary;
  readonly backend: BackendName;
  readonly backendReason: string;
  private readonly engine: RecognitionEngine<PixelImage>;
  private last: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(engine: RecognitionEngine<PixelImage>) {
    this.engine = engine;
    this.model = engine.model;
    ({ name: this.backend, reason: this.backendReason } = engine.backend);
  }

  recognize(source: NodeSource, options: RecognizeOptions = {}): Promise<FrameObservation> {
    if (this.disposed) return Promise.reject(disposedError());
    const request = requestOf(options, 'still');
    const before = this.last;
    const result = (async () => {
      const picture = await readPicture(source);
      await before;
      return this.engine.recognize(picture, { ...request, width: picture.width, height: picture.height });
    })();
    this.last = result.catch(() => undefined);
    return result;
  }

  forget(stream = ''): void {
    this.engine.forget(stream);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.last;
    this.engine.dispose();
  }
}
