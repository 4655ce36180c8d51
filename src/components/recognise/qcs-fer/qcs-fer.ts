/** The element that people put into their pages. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { fileFrom } from '../../../capture/index.js';
import type { QcsError } from '../../../errors.js';
import { acquireRecognizer } from '../../../inference/acquireRecognizer.js';
import type {
  BackendPreference,
  FaceObservation,
  FrameObservation,
  ModelSummary,
  Prior,
} from '../../../inference/observation.js';
import type { FrameSource, RecognizeOptions, Recognizer } from '../../../inference/recognizer.js';
import { recogniseArea } from '../../../messages/recognise/area.js';
import { Announcer } from './announcer.js';
import { CameraList } from './camera-list.js';
import { cameraConverter } from './camera-attribute.js';
import { answerShortcut, commandHandlers } from './command-target.js';
import type { Consent, FerStatus } from '../events.js';
import { emit, obey } from '../../ui/events.js';
import type { SeekDetail } from '../expression-timeline/expression-timeline.js';
import type { SelectDetail } from '../face-overlay/face-overlay.js';
import { obeyKeys } from '../shortcuts/shortcuts.js';
import { openPicture } from './open-picture.js';
import { dressPicture, positionIn, seekIn, type FerSource, type Picture, type PictureRequest } from './picture.js';
import { keepNewest, mayOpen, namesPicture, needsConsent, wishedPicture } from './picture-wish.js';
import { ferStyles } from './qcs-fer.styles.js';
import {
  controlsTemplate,
  peopleTemplate,
  readingTemplate,
  stageTemplate,
  type FerView,
  type ShownPart,
} from './qcs-fer.templates.js';
import { Reading } from './reading.js';
import { RecognitionSession, type SessionHost } from './recognition-session.js';
import { DEFAULT_SMOOTHING, type SessionSettings, settingsOf } from './session-settings.js';
import { FileChoice } from './file-choice.js';
import type { RecognizerProvider } from './loan.js';
import { DropController, dropStyles } from '../../ui/drop.js';
import { FocusKeeper } from '../../ui/focus-keeper.js';
import { Localised } from '../../ui/localised.js';
import { tokens } from '../../ui/tokens.js';
import { explainMoment, type ExplainedMoment } from '../why-this/explain-moment.js';
import { VisibilityWatch } from '../../ui/visibility-watch.js';

/**
 * Finds every face in a camera, photo or video and shows which expression it looks like, in the page, on the visitor's device.
 *
 * @slot invitation - Stands in the stage while there is no picture, under the choices where `controls` is set.
 * @slot consent - Words of the page's own where it asks before the camera.
 * @slot tools - Further buttons under the reading.
 * @event qcs-ready - The model runs: `detail.backend`, `detail.backendReason`, `detail.model`. Again after a lost GPU.
 * @event qcs-frame - A live frame is about to be read: `detail.video` shows it now, `detail.timestamp` is that of its result.
 * @event qcs-result - A frame was recognised: `detail.observation`.
 * @event qcs-partial - The large faces of a photo were read, small ones are still searched: `detail.observation`.
 * @event qcs-change - A face is new in a live picture (`from` undefined) or its stable label changed: `detail.face`, `from`, `to`.
 * @event qcs-error - Something failed: `detail.error`. The element shows it and can be used on.
 * @event qcs-status - `detail.status` is the new status.
 * @event qcs-consent - The person was asked before the camera: `detail.given`. Keep the answer.
 * @csspart video - The picture: video, or photo as a canvas.
 * @csspart overlay - Everything drawn over the picture.
 * @csspart face - One face.
 * @csspart label - The label of a face.
 * @csspart bars - The probability bars.
 * @csspart why-face - The drawing of the face, where its reading is explained.
 * @csspart timeline - The expression timeline.
 * @csspart status - The polite live region for screen readers; visually hidden unless styled.
 * @csspart people - The strip of faces under a photo of several people.
 * @csspart controls - The bar of tools.
 * @csspart tool - One button of the bar.
 * @csspart devices - The list of cameras in the bar.
 * @csspart choice - One of the large buttons of the invitation.
 * @csspart drop - The hint while a file is held over the element.
 * @cssproperty --qcs-accent - Colour of what can be acted on.
 * @cssproperty --qcs-on-accent - Colour of text on `--qcs-accent`.
 * @cssproperty --qcs-surface - Background of the panels.
 * @cssproperty --qcs-raised - Background of grooves and hovered buttons.
 * @cssproperty --qcs-page - Background of the large choices.
 * @cssproperty --qcs-ink - Colour of text.
 * @cssproperty --qcs-ink-soft - Colour of secondary text.
 * @cssproperty --qcs-line - Colour of dividing lines.
 * @cssproperty --qcs-control-line - Colour of the borders of controls.
 * @cssproperty --qcs-danger - Colour of the sign of an error.
 * @cssproperty --qcs-stage - Background around the picture.
 * @cssproperty --qcs-stage-ratio - Aspect ratio of the stage; by default that of the picture.
 * @cssproperty [--qcs-fit=contain] - `object-fit` of the picture.
 * @cssproperty [--qcs-radius=12px] - Corners of panels.
 * @cssproperty [--qcs-radius-control=8px] - Corners of controls.
 * @cssproperty [--qcs-bracket-width=3px] - Stroke of the brackets around faces.
 * @cssproperty [--qcs-timeline-height=64px] - Height of the timeline.
 * @cssproperty --qcs-font - Font family.
 * @cssproperty [--qcs-motion=180ms ease-out] - Duration and easing of transitions.
 */
export class QcsFer extends LitElement implements SessionHost {
  static override readonly styles = [tokens, dropStyles, ferStyles];

  /** Shows a camera: `true` or the empty attribute for any, `user` for the front, `environment` for the back, or a device id. */
  @property({ converter: cameraConverter, reflect: true }) camera: boolean | string = false;
  /** URL of a photo or video. */
  @property({ reflect: true }) src: string | null = null;
  /** URL of a model's manifest; the shipped model when left out. */
  @property({ reflect: true }) model: string | null = null;
  /** `auto` takes WebGPU on a real GPU, else WebAssembly; a name takes that one alone. */
  @property({ reflect: true, useDefault: true }) backend: BackendPreference = 'auto';
  /** Loads the part of the model that reads muscles, too: results have `muscles` then. The shipped model has no such part. */
  @property({ type: Boolean, reflect: true }) muscles = false;
  /** At most this many faces. Default: 4 in live pictures, all in a photo. */
  @property({ type: Number, attribute: 'max-faces', reflect: true }) maxFaces: number | null = null;
  /** At most this many frames of a live picture are read in a second. Default: every one, or 15 on battery, with data saving and on weak devices. */
  @property({ type: Number, attribute: 'max-fps', reflect: true }) maxFps: number | null = null;
  /** Time constant of the smoothing of live results in milliseconds; 0 for none. */
  @property({ type: Number, reflect: true, useDefault: true }) smoothing = DEFAULT_SMOOTHING;
  /** `balanced` calls rare expressions sooner; the model's card says at what price. */
  @property({ reflect: true, useDefault: true }) prior: Prior = 'trained';
  /** Shows live pictures as in a mirror; what is recognised stays the same. */
  @property({ type: Boolean, reflect: true }) mirrored = false;
  /** Holds a live picture and its recognition. */
  @property({ type: Boolean, reflect: true }) paused = false;
  /** Shows the tools, and makes the element take dropped files. */
  @property({ type: Boolean, reflect: true }) controls = false;
  /** Takes the height it is given; in a narrow place the reading becomes a sheet that opens over the stage. */
  @property({ type: Boolean, reflect: true }) fill = false;
  /** Recognises also where nobody can see the element: without room, out of sight or with `display: none`. */
  @property({ type: Boolean, reflect: true }) headless = false;
  /** `required` opens no camera until the person has agreed, which makes it `given`; empty asks nothing. */
  @property({ reflect: true, useDefault: true }) consent: Consent = '';
  /** What to show, separated by spaces: `boxes labels bars timeline why people`. */
  @property({ reflect: true, useDefault: true }) show = 'boxes labels bars timeline why people';
  /** A picture that is no URL: video element, image, canvas, bitmap, MediaStream, File or Blob. */
  @property({ attribute: false }) source: FerSource | null = null;
  /** Where the recogniser comes from. By default elements with equal `model`, `backend` and `muscles` share one. */
  @property({ attribute: false }) recognizerProvider: RecognizerProvider = acquireRecognizer;

  @state() private announcement = '';
  @state() private sheetOpen = false;

  private readonly session = new RecognitionSession(this);
  private readonly reading = new Reading();
  private readonly localised = new Localised(this, recogniseArea);
  private readonly cameras = new CameraList(this);
  private readonly announcer = new Announcer(() => this.localised.words);
  private readonly files = new FileChoice((file) => this.openFile(file));
  private readonly drop = new DropController(this, {
    hint: () => this.localised.words.text('dropHere'),
    wanted: () => this.controls,
    take: (transfer) => this.openFile(fileFrom(transfer)),
  });
  private toldStatus: FerStatus = 'idle';
  private hasOpened = false;
  private lastModel: ModelSummary | undefined;

  constructor() {
    super();
    obey(this, 'qcs-command', commandHandlers(this, this.reading));
    obeyKeys(this, (shortcut) =>
      answerShortcut(shortcut, this, this.session.picture, this.renderRoot.querySelector('qcs-face-overlay')),
    );
    this.addController(new VisibilityWatch(this, (visible) => this.session.setVisible(visible)));
    this.addController(new FocusKeeper(this, () => this.renderRoot.querySelector('.stage')));
  }

  /** idle, loading, ready, running, paused, suspended (out of sight, and not `headless`, or a camera without pictures) or error. */
  get status(): FerStatus {
    return this.session.status;
  }

  /** The newest result of what is in the stage. */
  get observation(): FrameObservation | undefined {
    return this.reading.observation;
  }

  /** The recogniser in use, from `qcs-ready` on: its backend, model and where it runs. The element's own: do not dispose it. */
  get recognizer(): Recognizer | undefined {
    return this.session.borrowed;
  }

  /** The fault that stands in the stage, if one does. */
  get error(): QcsError | undefined {
    return this.session.fault;
  }

  /** Recognises what the attributes or `source` name, the camera where they name nothing; ends a pause. Faults come as `qcs-error`. */
  async start(): Promise<void> {
    this.paused = false;
    if (this.session.picture !== undefined && this.session.fault === undefined) return;
    const request = wishedPicture(this);
    if (request !== undefined) return this.open(request);
    this.camera = true;
    await this.updateComplete;
  }

  /** Closes camera or file. The model stays loaded, so that `start()` is quick. */
  stop(): void {
    this.session.close();
    this.reading.begin();
    this.announcement = this.localised.words.text('stopped');
  }

  /**
   * Recognises one picture with the element's model and settings; what is in the stage stays as it is.
   * @throws QcsError when the model cannot be loaded or the picture cannot be read
   */
  recognize(source: FrameSource, options?: RecognizeOptions): Promise<FrameObservation> {
    return this.session.recognize(source, options);
  }

  /** Loads the recogniser ahead of the first picture. Faults come as `qcs-error`. */
  async preload(): Promise<void> {
    await this.updateComplete;
    await this.session.preload();
  }

  /** Tries once more what failed last. */
  async retry(): Promise<void> {
    await this.updateComplete;
    if (needsConsent(this)) return;
    this.reading.begin();
    await this.session.retry();
  }

  /** Opens the browser's dialog for a photo or video; needs `controls` and a person's click. */
  chooseFile(kind: 'photo' | 'video'): void {
    this.files.open(kind);
  }

  /** The person's answer where `consent` is `required`; for pages that ask in their own words. */
  answerConsent(given: boolean): void {
    if (given) this.consent = 'given';
    else this.camera = false;
    emit(this, 'qcs-consent', { given });
  }

  /** Emphasises a face and shows its reading. */
  selectFace(id: number): void {
    this.reading.select(id);
    this.requestUpdate();
  }

  /** Shows which keys do what. */
  showShortcuts(): void {
    this.renderRoot.querySelector('qcs-shortcut-help')?.show();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const request = wishedPicture(this);
    if (this.hasUpdated && request !== undefined) void this.open(request);
  }

  /** A move within the page, by `moveBefore`, changes nothing. */
  connectedMoveCallback(): void {
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session.release();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.hasUpdated) keepNewest(this, (name) => changed.has(name));
    // Before it is drawn, which takes longer than to ask for the model.
    if (this.isConnected && namesPicture(changed) && mayOpen(this)) this.session.expect();
    dressPicture(this.session.picture, this.mirrored, this.localised.words);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('paused')) this.session.setPaused(this.paused);
    if (changed.has('headless')) this.session.settle();
    const modelTerms = ['model', 'backend', 'muscles', 'recognizerProvider'] as const;
    if (modelTerms.some((name) => changed.has(name))) this.session.changeModel();
    if (this.isConnected && namesPicture(changed)) this.applySource();
    const reread = changed.has('maxFaces') || changed.has('prior');
    if (reread && this.session.picture?.kind === 'photo') void this.session.recognizeStill();
  }

  protected override render(): TemplateResult {
    const view = this.view;
    const reading = readingTemplate(view, {
      open: this.sheetOpen,
      position: positionIn(this.session.picture, this.reading.observation),
      toggle: () => {
        this.sheetOpen = !this.sheetOpen;
      },
    });
    return html`<div
      dir=${this.localised.direction}
      class="layout ${reading === nothing ? 'alone' : this.sheetOpen ? 'open' : ''}"
      @qcs-select=${(event: CustomEvent<SelectDetail>) => this.selectFace(event.detail.id)}
      @qcs-seek=${({ detail }: CustomEvent<SeekDetail>) => seekIn(this.session.picture, detail.time, this)}
    >
      ${stageTemplate(view)} ${peopleTemplate(view)} ${controlsTemplate(view)}
      ${this.controls ? this.files.render(this.localised.words) : nothing} ${reading}
      <qcs-shortcut-help></qcs-shortcut-help>
      <p part="status" class="visually-hidden" role="status" aria-live="polite">${this.announcement}</p>
    </div>`;
  }

  private get view(): FerView {
    return {
      words: this.localised.words,
      asksConsent: needsConsent(this),
      session: this.session,
      reading: this.reading,
      classes: this.lastModel?.classes ?? [],
      show: new Set(this.show.split(/\s+/) as ShownPart[]),
      mirrored: this.mirrored,
      paused: this.paused,
      cameras: this.cameras.cameras,
      controls: this.controls,
      ownModel: this.model !== null,
      drop: this.drop,
      kind: this.session.picture?.kind ?? 'none',
      explain: this.explain,
    };
  }

  private applySource(): void {
    const request = wishedPicture(this);
    if (request !== undefined) void this.open(request);
    else if (this.hasOpened) this.stop();
  }

  private async open(request: PictureRequest): Promise<void> {
    this.hasOpened = true;
    if (needsConsent(this)) return this.session.close();
    this.reading.begin();
    this.announcer.reset();
    await this.session.open(request);
  }

  private readonly explain = async (face: FaceObservation): Promise<ExplainedMoment | undefined> => {
    const { picture, borrowed } = this.session;
    if (picture === undefined || borrowed === undefined) return undefined;
    return explainMoment(picture, face, borrowed, this.settings.prior);
  };

  private openFile(file: File | undefined): void {
    if (file === undefined) return;
    this.paused = false;
    this.source = file;
  }

  // What the session reports.

  get settings(): SessionSettings {
    return settingsOf(this);
  }

  async openPicture(request: PictureRequest, signal: AbortSignal): Promise<Picture> {
    const picture = await openPicture(request, signal);
    this.reading.begin(picture.duration);
    if (picture.kind === 'camera') this.cameras.watch(signal);
    return picture;
  }

  sessionChanged(): void {
    const { status, isMuted } = this.session;
    if (isMuted) this.reading.pause();
    this.requestUpdate();
    if (status === this.toldStatus) return;
    this.toldStatus = status;
    this.announcement = this.announcer.ofStatus(status, isMuted) ?? this.announcement;
    emit(this, 'qcs-status', { status });
  }

  sessionReady(recognizer: Recognizer): void {
    this.lastModel = recognizer.model;
    const { backend, backendReason, model } = recognizer;
    emit(this, 'qcs-ready', { backend, backendReason, model });
  }

  sessionResult(observation: FrameObservation, event: 'qcs-result' | 'qcs-partial' = 'qcs-result'): void {
    const isPartial = event === 'qcs-partial';
    const changes = this.reading.add(observation, isPartial);
    const live = this.session.picture?.kind !== 'photo';
    this.requestUpdate();
    if (isPartial) {
      this.announcement = this.announcer.ofSearch();
      return emit(this, 'qcs-partial', { observation });
    }
    emit(this, 'qcs-result', { observation });
    if (live) for (const change of changes) emit(this, 'qcs-change', change);
    const text = this.announcer.next(observation, performance.now(), !live);
    if (text !== undefined) this.announcement = text;
  }

  sessionFault(error: QcsError): void {
    emit(this, 'qcs-error', { error });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-fer': QcsFer;
  }
}
