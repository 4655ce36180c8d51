/** What happens behind `<qcs-fer>`: it borrows a recogniser, opens pictures, and lets one look at the other. */
import { pumpFrames, type FramePump } from '../../../capture/index.js';
import { asQcsError, CaptureError, RuntimeError, type QcsError } from '../../../errors.js';
import type { BackendPreference, FrameObservation, LoadProgress, Prior } from '../../../inference/observation.js';
import type { FrameSource, RecognizeOptions, Recognizer, RecognizerOptions } from '../../../inference/recognizer.js';
import type { FerStatus } from '../events.js';
import { isMoving, type Picture, type PictureRequest } from './picture.js';

/** Lends a recogniser; its `dispose()` gives the loan back. */
export type RecognizerProvider = (options: RecognizerOptions) => Promise<Recognizer>;

export interface SessionSettings {
  readonly provider: RecognizerProvider;
  readonly model: string | undefined;
  readonly backend: BackendPreference;
  readonly maxFaces: number | undefined;
  /** Milliseconds. */
  readonly smoothing: number;
  readonly prior: Prior;
}

/** The element, as its session sees it. */
export interface SessionHost {
  readonly settings: SessionSettings;
  openPicture(request: PictureRequest, signal: AbortSignal): Promise<Picture>;
  /** Status, picture, fault or progress have changed. */
  sessionChanged(): void;
  sessionReady(recognizer: Recognizer): void;
  sessionResult(observation: FrameObservation): void;
  sessionFault(error: QcsError): void;
}

let sessions = 0;

export class RecognitionSession {
  status: FerStatus = 'idle';
  picture: Picture | undefined;
  /** The fault that stands in the stage. */
  fault: QcsError | undefined;
  progress: ReadonlyMap<LoadProgress['stage'], LoadProgress> = new Map();
  /** True from the loss of the GPU until recognition runs again. */
  recovering = false;

  private readonly stream = `qcs-fer-${++sessions}`;
  private request: PictureRequest | undefined;
  private loan: Promise<Recognizer> | undefined;
  /** Aborted when the present loan is not wanted any more. */
  private borrowing = new AbortController();
  private loanSettings: SessionSettings | undefined;
  /** The recogniser in use. */
  borrowed: Recognizer | undefined;
  private stopListening: (() => void) | undefined;
  private pump: FramePump | undefined;
  private opening = new AbortController();
  private paused = false;
  private visible = true;
  /** Counts what was opened and closed: whatever comes back under an older number is out of date. */
  private turn = 0;

  constructor(private readonly host: SessionHost) {}

  /** True while what is asked for is a camera. */
  get waitsForCamera(): boolean {
    return this.request?.from === 'camera';
  }

  /** Shows and recognises a picture; what was there before is closed. Faults are reported to the host, never thrown. */
  async open(request: PictureRequest): Promise<void> {
    this.closePicture();
    const turn = ++this.turn;
    this.request = request;
    this.fault = undefined;
    this.setStatus('loading');
    try {
      const [picture, recognizer] = await Promise.all([this.openPicture(request, turn), this.recognizer()]);
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

  /** Closes the picture and gives the recogniser back. */
  release(): void {
    this.close();
    this.giveBack();
  }

  /** Model or backend are others now: shows the picture anew with them, also where the ones before had failed. */
  changeModel(): void {
    this.giveBackOutdated();
    if (this.request !== undefined && !(this.fault instanceof CaptureError)) void this.retry();
  }

  setPaused(paused: boolean): void {
    this.paused = paused;
    this.applyPause();
  }

  /** Work stops while the element cannot be seen. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.steerPump();
  }

  /** Recognises any source with the element's settings; what is in the stage stays as it is. */
  async recognize(source: FrameSource, options: RecognizeOptions = {}): Promise<FrameObservation> {
    const quiet = this.status !== 'idle' && this.status !== 'ready';
    if (!quiet) this.setStatus('loading');
    try {
      const recognizer = await this.recognizer();
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
      const recognizer = await this.recognizer();
      this.setStatus('running');
      const observation = await recognizer.recognize(picture.frames, { ...this.recognizeOptions, mode: 'still' });
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
    signal.addEventListener('abort', stopWatching, { once: true });
    this.host.sessionChanged();
    return picture;
  }

  private run(video: HTMLVideoElement, recognizer: Recognizer): void {
    const look = () => this.look(video, recognizer);
    this.pump = pumpFrames(video, look);
    // A seek in a paused video brings one frame to look at.
    video.addEventListener('seeked', () => this.paused && void look(), { signal: this.opening.signal });
    this.setStatus('running');
    this.applyPause();
  }

  private async look(video: HTMLVideoElement, recognizer: Recognizer): Promise<void> {
    const { picture, turn } = this;
    if (picture === undefined) return;
    const copy = picture.element;
    if (copy instanceof HTMLCanvasElement) copy.getContext('2d')?.drawImage(video, 0, 0, copy.width, copy.height);
    const timestamp = picture.duration === undefined ? performance.now() : video.currentTime * 1000;
    try {
      const observation = await recognizer.recognize(video, { ...this.recognizeOptions, mode: 'live', timestamp });
      if (turn === this.turn) this.host.sessionResult(observation);
    } catch (error) {
      const fault = asQcsError(error);
      // A lost GPU is told by `onLost`, and recovered from there.
      if (turn === this.turn && !this.recovering && fault.code !== 'device-lost') this.fail(fault);
    }
  }

  private steerPump(): void {
    if (this.visible && !this.paused && !this.recovering) this.pump?.resume();
    else this.pump?.pause();
  }

  private applyPause(): void {
    const { picture } = this;
    if (picture === undefined || this.pump === undefined || !isMoving(picture)) return;
    if (this.paused) picture.frames.pause();
    else void picture.frames.play().catch(() => undefined);
    this.steerPump();
    this.setStatus(this.paused ? 'paused' : 'running');
  }

  private recognizer(): Promise<Recognizer> {
    this.giveBackOutdated();
    this.loan ??= this.borrow();
    return this.loan;
  }

  private async borrow(): Promise<Recognizer> {
    this.loanSettings = this.host.settings;
    const { provider, model, backend } = this.loanSettings;
    const { signal } = this.borrowing;
    this.progress = new Map();
    try {
      const recognizer = await provider({
        ...(model === undefined ? {} : { model }),
        backend,
        signal,
        onProgress: (progress) => {
          if (signal.aborted) return;
          this.progress = new Map(this.progress).set(progress.stage, progress);
          this.host.sessionChanged();
        },
      });
      // A provider need not listen.
      if (signal.aborted) {
        void recognizer.dispose();
        signal.throwIfAborted();
      }
      this.borrowed = recognizer;
      this.stopListening = recognizer.onLost((error) => this.onLost(recognizer, error));
      this.host.sessionReady(recognizer);
      return recognizer;
    } catch (error) {
      if (!signal.aborted) this.loan = undefined;
      throw error;
    }
  }

  private onLost(recognizer: Recognizer, error: QcsError | null): void {
    if (recognizer !== this.borrowed) return;
    this.recovering = error !== null;
    this.steerPump();
    if (error !== null) this.host.sessionFault(error);
    else this.host.sessionReady(recognizer);
    this.host.sessionChanged();
  }

  private giveBackOutdated(): void {
    const { host, loanSettings } = this;
    const { provider, model, backend } = host.settings;
    const current =
      provider === loanSettings?.provider && model === loanSettings.model && backend === loanSettings.backend;
    if (!current) this.giveBack();
  }

  private giveBack(): void {
    const { borrowed } = this;
    this.borrowed = undefined;
    this.loan = undefined;
    // The settings changed, or the element left the page: a model that is still loading is not wanted.
    this.borrowing.abort(new RuntimeError('disposed', 'The model is no longer needed. Start again to load it anew.'));
    this.borrowing = new AbortController();
    this.recovering = false;
    this.progress = new Map();
    this.stopListening?.();
    this.stopListening = undefined;
    borrowed?.forget(this.stream);
    void borrowed?.dispose();
  }

  private closePicture(): void {
    this.opening.abort();
    this.opening = new AbortController();
    this.pump?.stop();
    this.pump = undefined;
    this.picture?.close();
    this.picture = undefined;
    this.borrowed?.forget(this.stream);
  }

  private fail(error: QcsError): void {
    this.closePicture();
    this.turn++;
    // What failed while computing is not trusted with the next try.
    if (!(error instanceof CaptureError)) this.giveBack();
    this.fault = error;
    this.host.sessionFault(error);
    this.setStatus('error');
  }

  private setStatus(status: FerStatus): void {
    this.status = status;
    this.host.sessionChanged();
  }
}
