/** What happens behind `<qcs-fer>`: it borrows a recogniser, opens pictures, and lets one look at the other. */
import { pumpFrames, usualRate, type FramePump } from '../../../capture/index.js';
import { asQcsError, CaptureError, type QcsError } from '../../../errors.js';
import { framesAtOnce } from '../../../inference/framesAtOnce.js';
import type { FrameObservation, LoadProgress } from '../../../inference/observation.js';
import type { FrameSource, RecognizeOptions, Recognizer } from '../../../inference/recognizer.js';
import { emit } from '../../ui/events.js';
import type { FerStatus } from '../events.js';
import { Loan } from './loan.js';
import { isMoving, type Picture, type PictureRequest } from './picture.js';
import type { SessionSettings } from './session-settings.js';

/** The element, as its session sees it. */
export interface SessionHost extends EventTarget {
  readonly settings: SessionSettings;
  openPicture(request: PictureRequest, signal: AbortSignal): Promise<Picture>;
  /** Status, picture, fault or progress have changed. */
  sessionChanged(): void;
  sessionReady(recognizer: Recognizer): void;
  /** @param event `qcs-partial` where the small faces of a photo are still searched */
  sessionResult(observation: FrameObservation, event?: 'qcs-result' | 'qcs-partial'): void;
  sessionFault(error: QcsError): void;
}

let sessions = 0;

export class RecognitionSession {
  status: FerStatus = 'idle';
  picture: Picture | undefined;
  /** The fault that stands in the stage. */
  fault: QcsError | undefined;
  /** True while a live picture gives no frames. */
  isMuted = false;

  private readonly stream = `qcs-fer-${++sessions}`;
  private request: PictureRequest | undefined;
  private readonly loan: Loan;
  private pump: FramePump | undefined;
  private opening = new AbortController();
  private paused = false;
  private visible = true;
  /** Counts what was opened and closed: whatever comes back under an older number is out of date. */
  private turn = 0;

  constructor(private readonly host: SessionHost) {
    this.loan = new Loan({
      get terms() {
        return host.settings;
      },
      loanChanged: () => host.sessionChanged(),
      loanReady: (recognizer) => {
        this.steerPump();
        host.sessionReady(recognizer);
      },
      loanLost: (error) => {
        this.steerPump();
        host.sessionFault(error);
      },
      loanEnds: (recognizer) => recognizer.forget(this.stream),
    });
  }

  /** The recogniser in use. */
  get borrowed(): Recognizer | undefined {
    return this.loan.borrowed;
  }

  get progress(): ReadonlyMap<LoadProgress['stage'], LoadProgress> {
    return this.loan.progress;
  }

  /** True from the loss of the GPU until recognition runs again. */
  get recovering(): boolean {
    return this.loan.recovering;
  }

  /** True while what is asked for is a camera. */
  get waitsForCamera(): boolean {
    return this.request?.from === 'camera';
  }

  /** Asks for the recogniser before there is a picture. */
  expect(): void {
    this.loan.expect();
  }

  /** Shows and recognises a picture; what was there before is closed. Faults are reported to the host, never thrown. */
  async open(request: PictureRequest): Promise<void> {
    this.closePicture();
    const turn = ++this.turn;
    this.request = request;
    this.fault = undefined;
    this.setStatus('loading');
    try {
      const [picture, recognizer] = await Promise.all([this.openPicture(request, turn), this.loan.take()]);
      if (turn !== this.turn) return;
      if (isMoving(picture)) this.run(picture.frames, recognizer);
      else await this.recognizeStill();
    } catch (error) {
      if (turn === this.turn) this.fail(asQcsError(error));
    }
  }

  /** Opens the last picture once more. */
  async retry(): Promise<void> {
    if (this.request !== undefined) return this.open(this.request);
    this.fault = undefined;
    this.setStatus('idle');
  }

  /** Closes the picture. The recogniser stays, so that the next picture starts at once. */
  close(): void {
    this.closePicture();
    this.turn++;
    this.request = undefined;
    this.fault = undefined;
    this.setStatus('idle');
  }

  /** Closes the picture; the recogniser is given back unless the element comes again soon. */
  release(): void {
    this.close();
    this.loan.leave();
  }

  /** Loads the recogniser ahead of the first picture. Faults are reported to the host, never thrown. */
  async preload(): Promise<void> {
    const isIdle = this.status === 'idle';
    const { turn } = this;
    if (isIdle) this.setStatus('loading');
    try {
      await this.loan.take();
      if (isIdle && turn === this.turn) this.setStatus('ready');
    } catch (error) {
      if (isIdle && turn === this.turn) this.fail(asQcsError(error));
    }
  }

  /** Model or backend are others now: shows the picture anew with them, also where the ones before had failed. */
  changeModel(): void {
    this.loan.giveBackOutdated();
    if (this.request !== undefined && !(this.fault instanceof CaptureError)) void this.retry();
  }

  setPaused(paused: boolean): void {
    this.paused = paused;
    this.applyPause();
  }

  /** Work stops while the element cannot be seen, unless it is headless. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.settle();
  }

  /** Looks at the live picture, or rests, as things are now; and says so. */
  settle(): void {
    this.steerPump();
    const { status } = this;
    if (status !== 'running' && status !== 'suspended') return;
    if (this.picture !== undefined && isMoving(this.picture)) this.setStatus(this.isResting ? 'suspended' : 'running');
  }

  /** Recognises any source with the element's settings; what is in the stage stays as it is. */
  async recognize(source: FrameSource, options: RecognizeOptions = {}): Promise<FrameObservation> {
    const quiet = this.status !== 'idle' && this.status !== 'ready';
    if (!quiet) this.setStatus('loading');
    try {
      const recognizer = await this.loan.take();
      const observation = await recognizer.recognize(source, { ...this.recognizeOptions, ...options });
      if (!quiet && this.picture === undefined) this.setStatus('ready');
      return observation;
    } catch (error) {
      const fault = asQcsError(error);
      if (!quiet) this.fail(fault);
      throw fault;
    }
  }

  /** Recognises the photo in the stage, again if it has been before. */
  async recognizeStill(): Promise<void> {
    const { picture, turn } = this;
    if (picture === undefined || isMoving(picture)) return;
    try {
      const recognizer = await this.loan.take();
      this.setStatus('running');
      const observation = await recognizer.recognize(picture.frames, {
        ...this.recognizeOptions,
        mode: 'still',
        onPartial: (partial) => {
          if (turn === this.turn) this.host.sessionResult(partial, 'qcs-partial');
        },
      });
      if (turn !== this.turn) return;
      this.host.sessionResult(observation);
      this.setStatus('ready');
    } catch (error) {
      if (turn === this.turn) this.fail(asQcsError(error));
    }
  }

  private get recognizeOptions(): RecognizeOptions {
    const { maxFaces, smoothing, prior } = this.host.settings;
    return { stream: this.stream, smoothing, prior, ...(maxFaces === undefined ? {} : { maxFaces }) };
  }

  private async openPicture(request: PictureRequest, turn: number): Promise<Picture> {
    const { signal } = this.opening;
    const picture = await this.host.openPicture(request, signal);
    if (turn !== this.turn) {
      picture.close();
      return picture;
    }
    this.picture = picture;
    const stopWatching = picture.onFault((error) => this.fail(error));
    const stopListening = picture.onMute((isMuted) => this.setMuted(isMuted));
    signal.addEventListener('abort', () => (stopWatching(), stopListening()), { once: true });
    this.host.sessionChanged();
    return picture;
  }

  private run(video: HTMLVideoElement, recognizer: Recognizer): void {
    const look = () => this.look(video, recognizer);
    this.pump = pumpFrames(video, look, {
      rate: () => this.host.settings.maxFps ?? usualRate(),
      atOnce: () => framesAtOnce(recognizer.backend),
    });
    // A seek in a paused video brings one frame to look at.
    video.addEventListener('seeked', () => this.paused && void look(), { signal: this.opening.signal });
    this.setStatus('running');
    this.applyPause();
  }

  private async look(video: HTMLVideoElement, recognizer: Recognizer): Promise<void> {
    const { picture, turn, host } = this;
    if (picture === undefined) return;
    const copy = picture.element;
    if (copy instanceof HTMLCanvasElement) copy.getContext('2d')?.drawImage(video, 0, 0, copy.width, copy.height);
    const timestamp = picture.duration === undefined ? performance.now() : video.currentTime * 1000;
    emit(host, 'qcs-frame', { timestamp, video });
    try {
      const observation = await recognizer.recognize(video, { ...this.recognizeOptions, mode: 'live', timestamp });
      if (turn === this.turn && !this.isMuted) this.host.sessionResult(observation);
    } catch (error) {
      const fault = asQcsError(error);
      // A lost GPU is told by `onLost`, and recovered from there.
      if (turn === this.turn && !this.recovering && fault.code !== 'device-lost') this.fail(fault);
    }
  }

  /** A camera that gives no pictures shows black, which says nothing of anybody. */
  private setMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
    this.borrowed?.forget(this.stream);
    this.settle();
    this.host.sessionChanged();
  }

  /** Nobody can see it, or there is nothing to see. */
  private get isResting(): boolean {
    return this.isMuted || (!this.visible && !this.host.settings.headless);
  }

  private steerPump(): void {
    if (!this.isResting && !this.paused && !this.recovering) this.pump?.resume();
    else this.pump?.pause();
  }

  private applyPause(): void {
    const { picture } = this;
    if (picture === undefined || this.pump === undefined || !isMoving(picture)) return;
    if (this.paused) picture.frames.pause();
    else void picture.frames.play().catch(() => undefined);
    this.steerPump();
    this.setStatus(this.paused ? 'paused' : this.isResting ? 'suspended' : 'running');
  }

  private closePicture(): void {
    this.opening.abort();
    this.opening = new AbortController();
    this.pump?.stop();
    this.pump = undefined;
    this.picture?.close();
    this.picture = undefined;
    this.isMuted = false;
    this.borrowed?.forget(this.stream);
  }

  private fail(error: QcsError): void {
    this.closePicture();
    this.turn++;
    // What failed while computing is not trusted with the next try.
    if (!(error instanceof CaptureError)) this.loan.giveBack();
    this.fault = error;
    this.host.sessionFault(error);
    this.setStatus('error');
  }

  private setStatus(status: FerStatus): void {
    this.status = status;
    this.host.sessionChanged();
  }
}
