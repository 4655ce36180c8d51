/** The Recognise tab: `<qcs-fer>` with a sample, paste, downloads and the status line; whole videos and recordings with their reports. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { takePastedFiles } from '../capture/index.js';
import type { FrameDetail, ReadyDetail, ResultDetail, StatusDetail } from '../components/recognise/events.js';
import { SessionRecorder } from '../components/report/session-recorder.js';
import { icon } from '../components/ui/icons.js';
import { saveFile } from '../components/ui/save-file.js';
import { notice, noticeStyles } from '../components/ui/notice.js';
import type { QcsFer } from '../components/recognise/qcs-fer/qcs-fer.js';
import { buttonStyles, tokens } from '../components/ui/tokens.js';
import { clock } from '../components/ui/words.js';
import { Localised } from '../components/ui/localised.js';
import { demoArea } from '../messages/demo/area.js';
import { discoverArea } from '../messages/discover/area.js';
import type { Session } from '../report/session.js';
import { acquireRecognizer } from '../inference/index.js';
import { offlineCopy } from './offline/copy.js';
import { Preload } from './preload.js';
import type { SampleDetail } from './sample-pictures.js';
import { PaceMeter, type Pace } from './frame-rate.js';
import { MOST_FRAMES, ResultsLog, type LeftOut } from './results-log.js';

/** Figures in the status line and the state of the downloads are renewed this often, milliseconds. */
const REFRESH = 500;

/** Camera, photo or video in, expressions out. */
export class QcsDemoRecognise extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    noticeStyles,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
        min-block-size: 0;
      }
      .room {
        display: grid;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        min-block-size: 0;
        padding: 16px 24px 0;
      }
      .room qcs-fer {
        grid-row: 2;
      }
      .room.away {
        display: none;
      }
      .notice {
        margin-block-end: 8px;
        padding-block: 4px;
      }
      .sessions {
        min-block-size: 0;
        overflow: auto;
      }
      .sessions qcs-video-analysis {
        min-block-size: 100%;
      }
      qcs-fer {
        inline-size: 100%;
        block-size: 100%;
        max-inline-size: 1680px;
        margin-inline: auto;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .tools p {
        inline-size: 100%;
        margin: 0;
        color: var(--_ink-soft);
        font-size: 13px;
        font-weight: 600;
      }
      @media (max-width: 860px) {
        .room {
          padding: 8px 8px 0;
        }
      }
      @media (max-width: 640px) {
        .room {
          padding: 0;
        }
      }
    `,
  ];

  /** URL of a manifest to use instead of the shipped model. */
  @property({ attribute: false }) model: string | null = null;

  /** Whether the tab is in sight: without, its camera is off. */
  @property({ attribute: false }) active = true;

  @state() private ready: ReadyDetail | undefined;
  @state() private pace: Pace | undefined;
  @state() private recorded = 0;
  @state() private leftOut: LeftOut = { older: 0, repeated: 0 };
  /** A video that plays live, and may be analysed. */
  @state() private offered: File | undefined;
  @state() private analysed: File | undefined;
  @state() private shown: { readonly session: Session; readonly file?: File; readonly kept?: string } | undefined;
  @state() private hasCamera = false;
  /** The game is on. */
  @state() private plays = false;
  /** Whether the model knows how raters would share out, which the game counts by. */
  @state() private knowsShares = false;
  @state() private recorder: SessionRecorder | undefined;
  /** What the button of the recording says, seconds. */
  @state() private recordedSeconds = 0;
  private readonly localised = new Localised(this, demoArea);
  private readonly discover = new Localised(this, discoverArea);
  @query('qcs-fer') private readonly fer!: QcsFer;
  private readonly log = new ResultsLog();
  private readonly meter = new PaceMeter();
  private refreshed = 0;
  /** The camera was switched off only because another tab was opened. */
  private interrupted = false;
  private stopPasting: (() => void) | undefined;
  private preload: Preload | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopPasting = takePastedFiles(this.onPaste);
    this.preload = new Preload(acquireRecognizer, () => offlineCopy.soon());
    if (this.model === null) this.preload.whenIdle();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopPasting?.();
    this.preload?.end();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('active') || this.fer.camera === false) return;
    if (this.active && this.interrupted) void this.fer.start();
    this.interrupted = !this.active && this.fer.status !== 'idle' && this.fer.status !== 'error';
    if (this.interrupted) this.fer.stop();
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    const isAway = this.analysed !== undefined || this.shown !== undefined;
    return html`<div class="room ${isAway ? 'away' : ''}">
        <div class="above">
          ${this.renderOffer()}
          ${this.plays ? html`<qcs-demo-game @qcs-demo-game-end=${() => (this.plays = false)}></qcs-demo-game>` : nothing}
        </div>
        <qcs-fer
          controls
          fill
          .model=${this.model}
          @qcs-ready=${this.onReady}
          @qcs-frame=${this.onFrame}
          @qcs-result=${this.onResult}
          @qcs-status=${this.onStatus}
        >
          <div slot="invitation">
            <qcs-demo-samples @qcs-demo-sample=${this.onSample}></qcs-demo-samples>
            <qcs-demo-tour></qcs-demo-tour>
            ${isAway ? nothing : html`<qcs-demo-kept-sessions @qcs-demo-open-session=${this.onOpen}></qcs-demo-kept-sessions>`}
          </div>
          <div slot="tools" class="tools">
            ${this.renderRecording()}
            <p>${words.text('results')}</p>
            ${this.renderDownload('JSON', this.onJson)} ${this.renderDownload('CSV', this.onCsv)}
            ${this.renderLeftOut()}
          </div>
        </qcs-fer>
      </div>
      ${isAway ? this.renderSessions() : nothing}
      <qcs-demo-status-line .ready=${this.ready} .pace=${this.pace}></qcs-demo-status-line>`;
  }

  private renderOffer(): TemplateResult | typeof nothing {
    const { offered } = this;
    const { words } = this.localised;
    if (offered === undefined) return nothing;
    const analyse = () => {
      this.analysed = offered;
      this.leaveLive();
    };
    return notice(words.text('playsLive', { name: offered.name }), {
      actions: html`<span class="actions">
        <button type="button" class="primary" @click=${analyse}>${words.text('analyse')}</button>
        <button type="button" @click=${() => (this.offered = undefined)}>${words.text('playLive')}</button>
      </span>`,
    });
  }

  private renderRecording(): TemplateResult | typeof nothing {
    if (!this.hasCamera) return nothing;
    const { recorder } = this;
    const { words } = this.localised;
    if (recorder === undefined) {
      return html`<p>${words.text('session')}</p>
        <button type="button" @click=${() => (this.recorder = new SessionRecorder())}>
          ${icon('camera')}${words.text('record')}
        </button>
        ${this.renderGameStart()}`;
    }
    return html`<p>
        ${words.text(recorder.isFull ? 'sessionFull' : 'sessionLength', { time: clock(this.recordedSeconds) })}
      </p>
      <button type="button" class="primary" @click=${() => void this.finishRecording(recorder)}>
        ${icon('stop')}${words.text('stopAndSee')}
      </button>
      <button type="button" @click=${() => recorder.mark(words.text('marker'))}>
        ${icon('check')}${words.text('mark')}
      </button>`;
  }

  private renderGameStart(): TemplateResult | typeof nothing {
    if (this.plays || !this.knowsShares) return nothing;
    return html`<button type="button" @click=${() => void this.play()}>${this.discover.words.text('game')}</button>`;
  }

  private async play(): Promise<void> {
    await import('./game/define.js');
    this.plays = true;
  }

  private renderSessions(): TemplateResult {
    const { shown } = this;
    return html`<div class="sessions" tabindex="0" role="group" aria-label=${this.localised.words.text('session')}>
      ${
        shown === undefined
          ? html`<qcs-video-analysis
              .file=${this.analysed}
              .model=${this.model}
              @qcs-session=${(event: CustomEvent<{ readonly session: Session }>) => this.show(event.detail.session)}
              @qcs-report-close=${this.backToLive}
            ></qcs-video-analysis>`
          : html`<qcs-session-report
              .session=${shown.session}
              .file=${shown.file}
              .kept=${shown.kept}
              @qcs-report-close=${this.backToLive}
            ></qcs-session-report>`
      }
    </div>`;
  }

  private show(session: Session): void {
    const { analysed } = this;
    this.shown = analysed === undefined ? { session } : { session, file: analysed };
  }

  private readonly onOpen = (event: CustomEvent<{ readonly session: Session; readonly id: string }>): void => {
    const { session, id } = event.detail;
    this.shown = { session, kept: id };
    this.leaveLive();
  };

  private leaveLive(): void {
    this.offered = undefined;
    this.fer.source = null;
    this.fer.camera = false;
  }

  private readonly backToLive = (): void => {
    this.analysed = undefined;
    this.shown = undefined;
  };

  private async finishRecording(recorder: SessionRecorder): Promise<void> {
    this.recorder = undefined;
    const { model } = this.ready ?? {};
    if (model === undefined) return;
    const { words } = this.localised;
    const [title, full] = [words.text('cameraSession'), words.text('recordingFull')];
    this.shown = { session: await recorder.finish(title, full, model, this.fer.prior) };
    this.leaveLive();
  }

  private renderDownload(label: string, onClick: () => void): TemplateResult {
    return html`<button
      type="button"
      title=${this.localised.words.text('downloadTitle', { format: label })}
      ?disabled=${this.recorded === 0}
      @click=${onClick}
    >
      ${icon('download')}<span class="visually-hidden">${this.localised.words.text('downloadAs')} </span>${label}
    </button>`;
  }

  private renderLeftOut(): TemplateResult {
    const { older, repeated } = this.leftOut;
    return html`${
      older === 0
        ? nothing
        : html`<small>${this.localised.words.text('olderLeftOut', { kept: MOST_FRAMES, older })}</small>`
    }
    ${repeated === 0 ? nothing : html`<small>${this.localised.words.text('repeatedLeftOut')}</small>`}`;
  }

  private readonly onReady = (event: CustomEvent<ReadyDetail>): void => {
    this.ready = event.detail;
    // The element has its own share now.
    this.preload?.end();
    offlineCopy.soon();
  };

  private readonly onFrame = ({ detail: { timestamp, video } }: CustomEvent<FrameDetail>): void =>
    this.recorder?.see(timestamp, video);

  private readonly onResult = (event: CustomEvent<ResultDetail>): void => {
    const now = performance.now();
    this.log.add(event.detail.observation);
    this.meter.add(event.detail.observation, now);
    this.recorder?.add(event.detail.observation);
    this.renderRoot.querySelector('qcs-demo-game')?.add(event.detail.observation);
    if (now - this.refreshed < REFRESH) return;
    this.refreshed = now;
    this.pace = this.meter.pace;
    this.recorded = this.log.length;
    this.leftOut = this.log.leftOut;
    this.recordedSeconds = this.recorder?.length ?? 0;
    this.knowsShares ||= event.detail.observation.faces.at(0)?.shares !== undefined;
  };

  private readonly onStatus = (event: CustomEvent<StatusDetail>): void => {
    // Every new picture begins with loading.
    this.hasCamera = this.fer.camera !== false;
    this.plays &&= this.hasCamera;
    if (event.detail.status !== 'loading') return;
    this.offered = videoOf(this.fer.source);
    this.log.clear();
    this.meter.clear();
    this.recorded = 0;
    this.leftOut = this.log.leftOut;
    this.pace = undefined;
    this.refreshed = 0;
  };

  private readonly onSample = ({ detail: { file } }: CustomEvent<SampleDetail>): void => {
    this.fer.src = new URL(`${import.meta.env.BASE_URL}samples/${file}`, document.baseURI).href;
  };

  private readonly onPaste = (file: File): void => {
    if (this.fer.checkVisibility()) this.fer.source = file;
  };

  private readonly onJson = (): void => {
    const { model, backend } = this.ready ?? {};
    const json = this.log.toJson({ model, backend });
    saveFile('qcs-fer-results.json', new Blob([json], { type: 'application/json' }));
  };

  private readonly onCsv = (): void => {
    const csv = this.log.toCsv(this.ready?.model.classes ?? []);
    saveFile('qcs-fer-results.csv', new Blob([csv], { type: 'text/csv' }));
  };
}

/** A file that is offered to be analysed. */
function videoOf(source: unknown): File | undefined {
  return source instanceof File && /^video\/|\.(mkv|mov|mp4|webm|m4v)$/i.test(`${source.type}${source.name}`)
    ? source
    : undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-recognise': QcsDemoRecognise;
  }
}
