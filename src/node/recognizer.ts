/**
 * The recogniser in Node: the page's engine over pixels in memory. Faces are found with the same detector weights, searched for in the same
 * way, aligned and read by the same code.
 */
import { availableParallelism } from 'node:os';
import { inOrder } from '../base/inOrder.js';
import { asQcsError, CaptureError, QcsError } from '../errors.js';
import type { PixelImage } from '../faces/image.js';
import { RecognitionEngine } from '../inference/engine.js';
import { explainRequest, type ExplainedFace, type ExplainOptions } from '../inference/explainRequest.js';
import { disposedError, requestOf } from '../inference/frameRequest.js';
import type { BackendName, FrameObservation, ModelSummary } from '../inference/observation.js';
import type { RecognizeOptions, StillOptions } from '../inference/recognizer.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import { loadModelOf, openParts, type NodeParts, type NodeRecognizerOptions } from './parts.js';
import { readPicture, type NodeSource } from './readPicture.js';
import { RecognizerThreads } from './recognizerThreads.js';

export type { NodeRecognizerOptions } from './parts.js';
export type { NodeSource } from './readPicture.js';

/** One of many pictures, with its faces or with what is wrong with it. */
export type PictureResult<Source extends NodeSource = NodeSource> =
  | { readonly source: Source; readonly observation: FrameObservation; readonly error?: never }
  | { readonly source: Source; readonly observation?: never; readonly error: QcsError };

export interface NodeRecognizer {
  /** What computes. */
  readonly backend: BackendName;
  /** What runs, in a sentence for people. */
  readonly backendReason: string;
  /** The model in use. */
  readonly model: ModelSummary;
  /**
   * Every face of a picture, largest first. With `mode: 'live'` pictures count as frames of one camera (`stream`): faces keep their ids, and
   * readings are smoothed over `timestamp`. Calls are answered in their order.
   * @throws CaptureError `not-an-image`, `image-too-large`; RuntimeError `disposed`
   */
  recognize(source: NodeSource, options?: RecognizeOptions): Promise<FrameObservation>;
  /**
   * Every face of many pictures, on all cores. Results come in the order of the sources and do not depend on the number of threads. Sources are
   * taken as there is room for them, so a generator may go through any number of files. A picture that cannot be read has an
   * `error`, and the others go on.
   *
   * ```ts
   * for await (const { source, observation, error } of recognizer.recognizeAll(['a.jpg', 'b.jpg'])) {
   *   console.log(source, error?.code ?? observation?.faces.map(({ expression }) => expression));
   * }
   * ```
   * @throws RuntimeError `disposed`, `no-backend`; what taking a source throws
   */
  recognizeAll<Source extends NodeSource>(
    sources: Iterable<Source> | AsyncIterable<Source>,
    options?: StillOptions,
  ): AsyncIterableIterator<PictureResult<Source>>;
  /**
   * Why a face was read as it was, as the page's recogniser explains it.
   * @param face from an observation of this very picture
   * @throws as `recognize`; RuntimeError `option-invalid` for a class that the model does not have, or a face without size
   */
  explain(face: ExplainedFace, source: NodeSource, options?: ExplainOptions): Promise<Explanation>;
  /** Forgets the tracks of a live source. */
  forget(stream?: string): void;
  /** Ends the threads, too. */
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
  const { backend = 'wasm', threads = availableParallelism() } = options;
  const parts = await openParts(await loadModelOf(options), backend);
  const engine = engineOf(parts);
  try {
    await engine.warmUp();
  } catch (error) {
    engine.dispose();
    throw error;
  }
  return new EngineRecognizer(engine, threadsFor(parts, threads));
}

/** A recogniser that owns its parts, and warms up with its first picture. */
export function recognizerOf(parts: NodeParts, threads = 1): NodeRecognizer {
  return new EngineRecognizer(engineOf(parts), threadsFor(parts, threads));
}

/** Null where one thread is enough: the caller's. */
function threadsFor({ loaded, classifier }: NodeParts, count: number): PictureThreads | null {
  if (count <= 1 || classifier.state.name !== 'wasm') return null;
  return { count, pool: new RecognizerThreads(loaded, count) };
}

interface PictureThreads {
  readonly count: number;
  readonly pool: RecognizerThreads;
}

function engineOf(parts: NodeParts): RecognitionEngine<PixelImage> {
  return new RecognitionEngine<PixelImage>({ ...parts, firstId: 1 });
}

/** How many pictures are taken for a thread: one that it reads, and one that is there when it is done. */
const PICTURES_A_THREAD = 2;

class EngineRecognizer implements NodeRecognizer {
  readonly model: ModelSummary;
  readonly backend: BackendName;
  readonly backendReason: string;
  private readonly engine: RecognitionEngine<PixelImage>;
  private last: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(
    engine: RecognitionEngine<PixelImage>,
    private readonly threads: PictureThreads | null,
  ) {
    this.engine = engine;
    this.model = engine.model;
    ({ name: this.backend, reason: this.backendReason } = engine.backend);
  }

  recognize(source: NodeSource, options: RecognizeOptions = {}): Promise<FrameObservation> {
    if (this.disposed) return Promise.reject(disposedError());
    const request = requestOf(options, 'still');
    return this.inTurn(source, (picture) =>
      this.engine.recognize(picture, { ...request, width: picture.width, height: picture.height }, options.onPartial),
    );
  }

  explain(face: ExplainedFace, source: NodeSource, options: ExplainOptions = {}): Promise<Explanation> {
    if (this.disposed) return Promise.reject(disposedError());
    const request = explainRequest(face, options);
    return this.inTurn(source, (picture) =>
      this.engine.explain(picture, { ...request, width: picture.width, height: picture.height }),
    );
  }

  /** Pictures are read ahead, and looked at in the order of the calls. */
  private inTurn<Result>(source: NodeSource, look: (picture: PixelImage) => Promise<Result>): Promise<Result> {
    const before = this.last;
    const result = (async () => {
      // A picture of its own, so that pixels which the caller writes anew count as another one.
      const picture = { ...(await readPicture(source)) };
      await before;
      return look(picture);
    })();
    this.last = result.catch(() => undefined);
    return result;
  }

  recognizeAll<Source extends NodeSource>(
    sources: Iterable<Source> | AsyncIterable<Source>,
    { maxFaces, prior }: StillOptions = {},
  ): AsyncGenerator<PictureResult<Source>, void, undefined> {
    const still = { ...(maxFaces === undefined ? {} : { maxFaces }), ...(prior === undefined ? {} : { prior }) };
    const { threads } = this;
    return inOrder(sources, threads === null ? 1 : PICTURES_A_THREAD * threads.count, async (source) => {
      try {
        if (this.disposed) throw disposedError();
        const observation = await (threads?.pool.recognize(source, still) ??
          this.recognize(source, { ...still, mode: 'still' }));
        return { source, observation };
      } catch (error) {
        if (!isOfPicture(error)) throw error;
        return { source, error: asQcsError(error) };
      }
    });
  }

  forget(stream = ''): void {
    this.engine.forget(stream);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.threads?.pool.dispose();
    await this.last;
    this.engine.dispose();
  }
}

/** A picture that nobody can read, or that a thread did not survive: the next one may be read. */
function isOfPicture(error: unknown): boolean {
  return error instanceof CaptureError || (error instanceof QcsError && error.code === 'internal');
}
