/** Records what is read of a camera, from one press to the next: readings, small pictures and markers, never the video. */
import type { Analysis } from '../../analysis/analysis.js';
import { FaceLog } from '../../analysis/faceLog.js';
import { lookOf } from '../../analysis/likeness.js';
import { context2d, createCanvas, FrameReader } from '../../faces/canvas.js';
import type { FrameObservation, ModelSummary, Prior } from '../../inference/observation.js';
import { newSession, type Marker, type Session } from '../../report/session.js';
import { FilmStrip } from './film-strip.js';

/** A recording takes no more frames after this many seconds: what is kept of it stays within bounds. */
export const LONGEST_RECORDING = 3600;
/** Pixels of the video are looked at this often, seconds. */
const SNAPSHOT_INTERVAL = 0.5;

export class SessionRecorder {
  private readonly log = new FaceLog();
  private readonly film = new FilmStrip();
  private readonly reader = new FrameReader();
  private readonly canvas = createCanvas(1, 1);
  private readonly markers: Marker[] = [];
  private began: number | undefined;
  private snapshotTime = Number.NEGATIVE_INFINITY;
  private size = { width: 0, height: 0 };
  /** Pictures are taken one after another. */
  private filming: Promise<void> = Promise.resolve();
  /** Seconds since the first frame. */
  length = 0;

  get isFull(): boolean {
    return this.length >= LONGEST_RECORDING;
  }

  /** Takes in a frame that was read, and the video that still shows about the same. */
  add({ timestamp, faces, width, height }: FrameObservation, video: HTMLVideoElement): void {
    this.began ??= timestamp;
    const time = (timestamp - this.began) / 1000;
    if (this.isFull || time < this.length) return;
    this.length = time;
    this.size = { width, height };
    const isDue = time - this.snapshotTime >= SNAPSHOT_INTERVAL && faces.length > 0;
    if (isDue) this.takeSnapshot(time, faces, video);
    const source = this.reader.over(this.canvas);
    this.log.add(time, faces, (face) => (isDue ? lookOf(source, face.keypoints) : undefined));
  }

  mark(text: string): void {
    this.markers.push({ time: this.length, text });
  }

  /**
   * What was recorded.
   * @param full what the last marker says where not everything could be taken
   */
  async finish(title: string, full: string, { id, version, classes }: ModelSummary, prior: Prior): Promise<Session> {
    await this.filming;
    if (this.isFull) this.mark(full);
    const { people, rows, gaps, brief, personOf } = this.log.record();
    const { frames } = this.log;
    const analysis: Analysis = {
      duration: this.length,
      rate: this.length === 0 ? 1 : frames / this.length,
      frames,
      ...this.size,
      people,
      rows,
      gaps,
      brief,
      classes,
      model: { id, version },
      prior,
    };
    return newSession('camera', title, analysis, this.film.pictures(personOf), this.markers);
  }

  private takeSnapshot(time: number, faces: FrameObservation['faces'], video: HTMLVideoElement): void {
    const { canvas, size } = this;
    this.snapshotTime = time;
    Object.assign(canvas, size);
    context2d(canvas).drawImage(video, 0, 0, size.width, size.height);
    this.filming = this.filming.then(() => this.film.add(time, faces, canvas));
  }
}
