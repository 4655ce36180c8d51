/**
 * Detector, alignment and classifier in one place: a frame goes in, an observation comes out. Runs in the worker, in the page where there
 * is none, and in Node. While one live frame is read the next may come; each is answered after the one before.
 */
import { argmax } from '../base/softmax.js';
import type { QcsError } from '../errors.js';
import type { FrameDetector, Sized } from '../faces/frameDetector.js';
import { area, mapFace, type DetectedFace } from '../faces/geometry.js';
import { channelCount } from '../faces/preprocess.js';
import type { Glance } from '../faces/glance.js';
import type { LiveFace } from '../faces/liveDetector.js';
import { detectAllFaces } from '../faces/stillDetector.js';
import { conditionValues, flagsOf } from '../reading/conditions.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import type { CropMeasures } from '../reading/measures.js';
import { meanOfViews, type MirrorUse, type View } from '../reading/mirror.js';
import { musclesOfViews } from '../reading/muscles.js';
import { probabilitiesOf } from '../reading/probabilities.js';
import { readFace } from '../reading/read.js';
import { type LoadedModel, recognisingFiles } from '../weights/loadModel.js';
import { cutRow, loadedMuscles } from '../weights/muscles.js';
import type { BackendState, CropClassifier } from './cropClassifier.js';
import type { FrameRequest } from './engineTypes.js';
import { FaceReader, type FaceReaderParts } from './faceReader.js';
import { explainFace } from './explainFace.js';
import type { ExplainRequest } from './explainRequest.js';
import { disposedError } from './frameRequest.js';
import type { KeptFace } from './keptFace.js';
import { LiveStream } from './liveStream.js';
import type { FaceObservation, FrameObservation, ModelSummary, Timing } from './observation.js';
import { StageClock } from './stageClock.js';

/** A detector that is lost more often than this is not replaced again. */
const MOST_DETECTOR_LOSSES = 3;
/** What is shown to the network. */
const VIEWS: Readonly<Record<MirrorUse | 'none', readonly View[]>> = {
  none: ['plain'],
  only: ['mirrored'],
  both: ['plain', 'mirrored'],
};

function viewsOf(mirror: MirrorUse | undefined): readonly View[] {
  return VIEWS[mirror ?? 'none'];
}

/** A face with all that is needed to classify it. */
interface AlignedFace {
  readonly id: number;
  readonly face: DetectedFace;
  readonly kept: KeptFace;
}

/** What the network and the crop itself say of a face in one frame. */
interface FrameReading {
  readonly probabilities: Float32Array;
  readonly measures: CropMeasures;
  /** In the order of the engine's muscles; empty where none are read. */
  readonly muscles: Float32Array;
}

/** What an engine is made of; it owns all of it. */
export interface EngineParts<Frame extends Sized> extends FaceReaderParts<Frame> {
  readonly detector: FrameDetector<Frame>;
  /** A detector for one that was lost. */
  renewDetector(): Promise<FrameDetector<Frame>>;
  readonly classifier: CropClassifier;
  /** A coarse picture of a frame, where that is cheap: live pictures are then looked at only where they change. */
  glance?(frame: Frame): Glance;
  /** The id of the first live face. */
  readonly firstId: number;
}

export class RecognitionEngine<Frame extends Sized> {
  readonly model: ModelSummary;
  private readonly parts: EngineParts<Frame>;
  /** Names; empty where none are read. */
  private readonly muscles: readonly string[];
  private detector: FrameDetector<Frame>;
  private detectorLosses = 0;
  private readonly streams = new Map<string, LiveStream<Frame>>();
  private readonly reader: FaceReader<Frame>;
  private lastId: number;
  /** Settles once the last live frame was answered. */
  private last: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(parts: EngineParts<Frame>) {
    this.parts = parts;
    const { manifest, arrays } = parts.loaded;
    this.muscles = loadedMuscles(manifest, arrays)?.outputs.map(({ name }) => name) ?? [];
    this.detector = parts.detector;
    this.reader = new FaceReader(parts);
    this.lastId = parts.firstId - 1;
    this.model = summarize(parts.loaded);
  }

  get backend(): BackendState {
    return this.parts.classifier.state;
  }

  onLost(listener: (error: QcsError | null) => void): void {
    this.parts.classifier.onLost(listener);
  }

  /** Runs everything once, so that the first frame is as fast as the next. */
  async warmUp(): Promise<void> {
    const { size } = this.parts.loaded.manifest.input;
    const channels = channelCount(this.parts.loaded.manifest.input);
    this.detector.warmUp();
    await this.parts.classifier.logits([new Float32Array(size * size * channels).fill(0.5)]);
  }

  /**
   * @param onPartial given what was read of a still picture's large faces, before its small ones are searched
   * @throws RuntimeError `disposed`, `device-lost`, `detector-failed`, `out-of-memory`
   */
  async recognize(
    frame: Frame,
    request: FrameRequest,
    onPartial?: (observation: FrameObservation) => void,
  ): Promise<FrameObservation> {
    if (this.disposed) throw disposedError();
    return request.mode === 'still' ? this.readStill(frame, request, onPartial) : this.readLive(frame, request);
  }

  /** As {@link explainFace}. @throws RuntimeError `disposed`, `device-lost`, `option-invalid` */
  async explain(frame: Frame, request: ExplainRequest): Promise<Explanation> {
    if (this.disposed) throw disposedError();
    return explainFace(this.parts, frame, request);
  }

  /** Forgets the tracks of a live source. */
  forget(stream: string): void {
    this.streams.delete(stream);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.detector.close();
    this.parts.classifier.dispose();
    this.streams.clear();
  }

  private async readLive(frame: Frame, request: FrameRequest): Promise<FrameObservation> {
    const clock = new StageClock();
    const live = this.stream(request.stream);
    const detected = await clock.time('detect', () => {
      const glance = this.parts.glance?.(frame);
      return this.lookWith((detector) => live.follower.look(detector, frame, glance, request.maxFaces ?? Infinity));
    });
    const mirror = this.mirrorUse(request, live);
    const found = detected.toSorted((first, second) => bySize(first.face, second.face));
    const reading = clock.time('infer', () =>
      this.reader.readAhead(frame, found.slice(0, request.maxFaces), viewsOf(mirror)),
    );
    // Its turn may come after it has failed.
    reading.catch(() => undefined);
    return this.inTurn(async () => {
      const ahead = await reading;
      const faces = await clock.time('align', () =>
        this.follow(this.reader.align(frame, [...ahead, ...found.slice(ahead.length)]), request, live),
      );
      const rows = await clock.time('infer', () => this.classify(faces, request, mirror));
      const scale = request.width / frame.width;
      const observations = faces.map((face, index) => this.observe(face, rows[index], scale, request, live));
      return frameOf(observations, request, clock.timing(mirror));
    });
  }

  /** Tracks and smoothing want frames in their order, also where the reading of the first takes longer. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Large faces are read, and told of, before small ones are searched. */
  private async readStill(
    frame: Frame,
    request: FrameRequest,
    onPartial: ((observation: FrameObservation) => void) | undefined,
  ): Promise<FrameObservation> {
    const { maxFaces } = request;
    const clock = new StageClock();
    const mirror = this.mirrorUse(request);
    const scale = request.width / frame.width;
    const read = new Map<DetectedFace, FaceObservation | undefined>();
    /** Faces keep the numbers in whose turn they were read: nothing depends on earlier pictures. */
    let lastId = 0;
    const observationOf = async (found: readonly DetectedFace[]): Promise<FrameObservation> => {
      const wanted = found.toSorted(bySize).slice(0, maxFaces);
      const fresh = wanted.filter((face) => !read.has(face));
      const ahead = await clock.time('infer', () =>
        this.reader.readAhead(
          frame,
          fresh.map((face) => ({ face, isChanged: true })),
          viewsOf(mirror),
        ),
      );
      const faces = await clock.time('align', () =>
        this.reader.align(frame, ahead).map((aligned) => ({ ...aligned, id: ++lastId })),
      );
      const rows = await clock.time('infer', () => this.classify(faces, request, mirror));
      for (const face of fresh) read.set(face, undefined);
      faces.forEach((face, index) => read.set(face.face, this.observe(face, rows[index], scale, request)));
      const observations = wanted.flatMap((face) => read.get(face) ?? []);
      return frameOf(observations, request, clock.timing(mirror));
    };
    const onLarge =
      onPartial === undefined
        ? undefined
        : async (faces: readonly DetectedFace[]) =>
            clock.pause('detect', async () => onPartial(await observationOf(faces)));
    const found = await clock.time('detect', () =>
      this.lookWith((detector) => detectAllFaces(detector, frame, { onLarge, enough: maxFaces })),
    );
    return observationOf(found);
  }

  /** A detector that was lost with the GPU is replaced, and the new one looks again. */
  private async lookWith<Result>(look: (detector: FrameDetector<Frame>) => Result | Promise<Result>): Promise<Result> {
    try {
      return await look(this.detector);
    } catch (error) {
      if (!this.detector.isLost || ++this.detectorLosses > MOST_DETECTOR_LOSSES) throw error;
      this.detector.close();
      this.detector = await this.parts.renewDetector();
      return look(this.detector);
    }
  }

  /** Live faces get the ids of their tracks. */
  private follow(
    faces: readonly (LiveFace & { readonly kept: KeptFace })[],
    { timestamp, maxFaces = faces.length }: FrameRequest,
    live: LiveStream<Frame>,
  ): AlignedFace[] {
    const sightings = faces.map(({ face, kept: { descriptor }, isClear }) => ({ box: face.box, descriptor, isClear }));
    return live
      .track(sightings, timestamp)
      .flatMap((id, index) => (id === undefined ? [] : [{ id, face: faces[index].face, kept: faces[index].kept }]))
      .slice(0, maxFaces);
  }

  /** Live, the smoothing averages the two views over time: without it they would make the label flicker. */
  private mirrorUse({ smoothing }: FrameRequest, live?: LiveStream<Frame>): MirrorUse | undefined {
    if (this.parts.loaded.manifest.reading?.mirror !== true) return undefined;
    if (live === undefined) return 'both';
    return smoothing > 0 && live.takeTurn() ? 'only' : undefined;
  }

  private async classify(
    faces: readonly AlignedFace[],
    { prior }: FrameRequest,
    mirror: MirrorUse | undefined,
  ): Promise<FrameReading[]> {
    const { manifest } = this.parts.loaded;
    const views = viewsOf(mirror);
    await this.reader.read(
      faces.map(({ kept }) => kept),
      views,
    );
    return faces.map(({ kept: { outputs, measures } }) => {
      const rows = views.map((view) => ({ view, ...cutRow(outputs.get(view)!, manifest.classes) }));
      const [first, second] = rows.map(({ logits }) => probabilitiesOf(logits, measures, manifest, prior));
      return {
        probabilities: Float32Array.from(second === undefined ? first : meanOfViews(first, second)),
        measures,
        muscles: musclesOfViews(
          this.muscles,
          rows.map(({ view, muscles }) => [view, muscles]),
        ),
      };
    });
  }

  private observe(
    { id, face }: AlignedFace,
    { probabilities: row, measures, muscles: ownMuscles }: FrameReading,
    scale: number,
    request: FrameRequest,
    live?: LiveStream<Frame>,
  ): FaceObservation {
    const { manifest } = this.parts.loaded;
    const { classes } = this.model;
    const place = mapFace(face, scale, { x: 0, y: 0 });
    const now = conditionValues(measures, place.keypoints, request, manifest.input);
    const { timestamp, smoothing, prior } = request;
    const conditions = live?.conditions.update(id, now, timestamp, smoothing) ?? now;
    const muscles = live?.muscles.update(id, ownMuscles, timestamp, smoothing) ?? ownMuscles;
    const { probabilities, label } = live?.smooth(id, row, timestamp, smoothing) ?? {
      probabilities: row,
      label: argmax(row),
    };
    return {
      id,
      ...place,
      expression: classes[label],
      confidence: probabilities[label],
      probabilities: byName(classes, probabilities),
      ...readFace(probabilities, manifest, prior),
      ...(this.muscles.length === 0 ? {} : { muscles: byName(this.muscles, muscles) }),
      conditions: { ...conditions, flags: flagsOf(conditions, manifest.reading ?? {}) },
    };
  }

  private stream(name: string): LiveStream<Frame> {
    const stream = this.streams.get(name) ?? new LiveStream<Frame>(() => ++this.lastId);
    this.streams.set(name, stream);
    return stream;
  }
}

function byName(names: readonly string[], values: ArrayLike<number>): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, place) => [name, values[place]]));
}

/** Largest first. */
function bySize(first: DetectedFace, second: DetectedFace): number {
  return area(second.box) - area(first.box);
}

function frameOf(
  faces: readonly FaceObservation[],
  { width, height, timestamp }: FrameRequest,
  timing: Timing,
): FrameObservation {
  return { faces, timing, width, height, timestamp };
}

function summarize({ manifest }: LoadedModel): ModelSummary {
  return {
    id: manifest.id,
    version: manifest.version,
    classes: manifest.classes,
    family: manifest.architecture.family,
    backbone: manifest.architecture.backbone,
    bytes: recognisingFiles(manifest).reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
