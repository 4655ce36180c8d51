/** Records what is read of a camera, from one press to the next: readings, small pictures and markers, never the video. */
import type { Analysis } from '../../analysis/analysis.js';
import { FaceLog } from '../../analysis/faceLog.js';
import { lookOf } from '../../analysis/likeness.js';
import { context2d, createCanvas, FrameReader, type AnyCanvas } from '../../faces/canvas.js';
import type { FrameObservation, ModelSummary, Prior } from '../../inference/observation.js';
import { newSession, type Marker, type Session } from '../../report/session.js';
import { FilmStrip } from './film-strip.js';

/** A recording takes no more frames after this many seconds: what is kept of it stays within bounds. */
export const LONGEST_RECORDING = 3600;
export class SessionRecorder {
  private readonly log = new FaceLog();
  private readonly film = new FilmStrip();
  private readonly reader = new FrameReader();
  /** Pictures of the frames that are being read, by their timestamps, and canvases for the next. */
  private readonly seen = new Map<number, AnyCanvas>();
  private readonly spare: AnyCanvas[] = [];
  private readonly markers: Marker[] = [];
  private began: number | undefined;
  private size = { width: 0, height: 0 };
  /** Pictures are taken one after another. */
  private filming: Promise<void> = Promise.resolve();
  /** Seconds since the first frame. */
  length = 0;

  get isFull(): boolean {
    return this.length >= LONGEST_RECORDING;
  }

  /**
   * Takes the picture of a frame that is about to be read: when its result comes the video shows another, on a slow machine one of a second later.
   *
   * @param timestamp that of the result
   */
  see(timestamp: number, video: HTMLVideoElement | HTMLCanvasElement): void {
    if (this.isFull) return;
    const [width, height] =
      video instanceof HTMLCanvasElement ? [video.width, video.height] : [video.videoWidth, video.videoHeight];
    const canvas = this.spare.pop() ?? createCanvas(width, height);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context2d(canvas).drawImage(video, 0, 0);
    this.seen.set(timestamp, canvas);
  }

  /** Takes in a frame that was read. */
  add({ timestamp, faces, width, height }: FrameObservation): void {
    const picture = this.pictureOf(timestamp);
    this.began ??= timestamp;
    const time = (timestamp - this.began) / 1000;
    if (this.isFull || time < this.length) return;
    this.length = time;
    this.size = { width, height };
    const source = picture === undefined ? undefined : this.reader.over(picture);
    this.log.add(time, faces, ({ keypoints }) => (source === undefined ? undefined : lookOf(source, keypoints)));
    if (picture === undefined) return;
    this.filming = this.filmAfter(this.filming, time, faces, picture);
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

  private async filmAfter(
    before: Promise<void>,
    time: number,
    faces: FrameObservation['faces'],
    picture: AnyCanvas,
  ): Promise<void> {
    await before;
    await this.film.add(time, faces, picture);
    this.spare.push(picture);
  }

  /** The picture of a frame; those before it, which no result came of, are given up. */
  private pictureOf(timestamp: number): AnyCanvas | undefined {
    const own = this.seen.get(timestamp);
    for (const [time, canvas] of this.seen) {
      if (time > timestamp) continue;
      this.seen.delete(time);
      if (canvas !== own) this.spare.push(canvas);
    }
    return own;
  }
}
