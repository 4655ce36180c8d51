/**
 * Detector, alignment and classifier in one place: a frame goes in, an observation comes out. Runs in the worker, and in the page where
 * there is none. Frames come one at a time.
 */
import { RuntimeError, type QcsError } from '../errors.js';
import { FrameReader, type Frame } from '../faces/canvas.js';
import { alignedCrop } from '../faces/crop.js';
import { FaceDetector } from '../faces/detector.js';
import { area, mapFace, type DetectedFace } from '../faces/geometry.js';
import { channelCount } from '../faces/preprocess.js';
import { detectAllFaces } from '../faces/stillDetector.js';
import type { ModelFile } from '../weights/manifest.js';
import { loadModel, type LoadedModel } from '../weights/loadModel.js';
import { ClassifierHost, type BackendState } from './classifierHost.js';
import { describeCrop } from './descriptor.js';
import type { EngineConfig, FrameRequest } from './engineTypes.js';
import { LiveStream, type LiveResult } from './liveStream.js';
import type { FaceObservation, FrameObservation, LoadProgress, ModelSummary } from './observation.js';
import type { RecognizerStats } from './recognizer.js';
import { argmax, softmax } from './smoothing.js';

/** Faces below this score are not reported on live pictures. */
const LIVE_SCORE = 0.5;

interface AlignedFace {
  readonly face: DetectedFace;
  readonly crop: Float32Array;
}

export class RecognitionEngine {
  readonly model: ModelSummary;
  private readonly loaded: LoadedModel;
  private readonly detector: FaceDetector;
  private readonly host: ClassifierHost;
  private readonly reader = new FrameReader();
  private readonly streams = new Map<string, LiveStream>();
  private lastId: number;
  private disposed = false;

  private constructor(loaded: LoadedModel, detector: FaceDetector, host: ClassifierHost, firstId: number) {
    this.loaded = loaded;
    this.detector = detector;
    this.host = host;
    this.lastId = firstId - 1;
    this.model = summarize(loaded);
  }

  /**
   * Loads detector and model side by side, starts the backend and runs both once, so that the first frame is as fast as the next.
   * @throws ModelError, RuntimeError
   */
  static async create(config: EngineConfig, onProgress: (progress: LoadProgress) => void): Promise<RecognitionEngine> {
    const detector = FaceDetector.create(config.detector, (loaded, total) => {
      onProgress({ stage: 'detector', loaded, total });
    });
    const model = loadModel(config.manifest, {
      files: config.files,
      onProgress: (loaded, total) => {
        onProgress({ stage: 'model', loaded, total });
      },
    });
    const started = await Promise.allSettled([model, detector]);
    try {
      const [loaded, readyDetector] = await Promise.all([model, detector]);
      onProgress({ stage: 'backend', loaded: 0, total: 0 });
      const host = await ClassifierHost.create(config, loaded);
      const engine = new RecognitionEngine(loaded, readyDetector, host, config.firstId);
      onProgress({ stage: 'warm-up', loaded: 0, total: 0 });
      await engine.warmUp();
      onProgress({ stage: 'ready', loaded: 0, total: 0 });
      return engine;
    } catch (error) {
      if (started[1].status === 'fulfilled') started[1].value.close();
      throw error;
    }
  }

  get backend(): BackendState {
    return this.host.state;
  }

  onLost(listener: (error: QcsError | null) => void): void {
    this.host.onLost(listener);
  }

  /** @throws RuntimeError `disposed`, `device-lost`, `detector-failed`, `out-of-memory` */
  async recognize(frame: Frame, request: FrameRequest): Promise<FrameObservation> {
    if (this.disposed) throw new RuntimeError('disposed', 'The recogniser was disposed. Create a new one.');
    const started = performance.now();
    const detected = await this.detect(frame, request);
    const detectedAt = performance.now();
    const faces = this.align(frame, detected);
    const alignedAt = performance.now();
    const rows = await this.classify(faces);
    const inferredAt = performance.now();
    const scale = request.width / frame.width;
    const observations = this.observe(faces, rows, request).map((face) => ({
      ...face,
      ...mapFace(face, scale, { x: 0, y: 0 }),
    }));
    return {
      faces: observations,
      timing: {
        detect: detectedAt - started,
        align: alignedAt - detectedAt,
        infer: inferredAt - alignedAt,
        total: performance.now() - started,
      },
      width: request.width,
      height: request.height,
      timestamp: request.timestamp,
    };
  }

  /** Forgets the tracks of a live source. */
  forget(stream: string): void {
    this.streams.delete(stream);
  }

  stats(): RecognizerStats {
    return this.host.stats();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.detector.close();
    this.host.dispose();
    this.streams.clear();
  }

  private async detect(frame: Frame, { mode, maxFaces }: FrameRequest): Promise<DetectedFace[]> {
    const faces =
      mode === 'still'
        ? await detectAllFaces(this.detector, frame)
        : this.detector.detect(frame).filter(({ score }) => score >= LIVE_SCORE);
    return faces.toSorted((first, second) => area(second.box) - area(first.box)).slice(0, maxFaces ?? faces.length);
  }

  private align(frame: Frame, faces: readonly DetectedFace[]): AlignedFace[] {
    const source = this.reader.over(frame);
    return faces.flatMap((face) => {
      const crop = alignedCrop(source, face.keypoints, this.loaded.manifest.input);
      return crop === undefined ? [] : [{ face, crop }];
    });
  }

  private async classify(faces: readonly AlignedFace[]): Promise<Float32Array[]> {
    const { classes, temperature } = this.loaded.manifest;
    const logits = await this.host.logits(faces.map(({ crop }) => crop));
    return faces.map((_, index) =>
      softmax(logits.subarray(index * classes.length, (index + 1) * classes.length), temperature),
    );
  }

  private observe(
    faces: readonly AlignedFace[],
    rows: readonly Float32Array[],
    request: FrameRequest,
  ): FaceObservation[] {
    const results = request.mode === 'still' ? rows.map(stillResult) : this.follow(faces, rows, request);
    return results.map(({ id, probabilities, label }, index) => ({
      id,
      ...faces[index].face,
      expression: this.model.classes[label],
      confidence: probabilities[label],
      probabilities: Object.fromEntries(this.model.classes.map((name, column) => [name, probabilities[column]])),
    }));
  }

  private follow(faces: readonly AlignedFace[], rows: readonly Float32Array[], request: FrameRequest): LiveResult[] {
    const { input } = this.loaded.manifest;
    const stream = this.streams.get(request.stream) ?? new LiveStream(() => ++this.lastId);
    this.streams.set(request.stream, stream);
    const sightings = faces.map(({ face, crop }) => ({
      box: face.box,
      descriptor: describeCrop(crop, input.size, channelCount(input)),
    }));
    return stream.update(sightings, rows, request.timestamp, request.smoothing);
  }

  private async warmUp(): Promise<void> {
    const { size } = this.loaded.manifest.input;
    const channels = channelCount(this.loaded.manifest.input);
    this.detector.warmUp();
    await this.host.logits([new Float32Array(size * size * channels).fill(0.5)]);
  }
}

/** In a still picture, faces are numbered from 1, the largest first: nothing depends on earlier pictures. */
function stillResult(probabilities: Float32Array, index: number): LiveResult {
  return { id: index + 1, probabilities, label: argmax(probabilities) };
}

function summarize({ manifest }: LoadedModel): ModelSummary {
  const base = manifest.files.filter(({ part }: ModelFile) => part === 'base');
  return {
    id: manifest.id,
    version: manifest.version,
    classes: manifest.classes,
    family: manifest.architecture.family,
    backbone: manifest.architecture.backbone,
    bytes: base.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
