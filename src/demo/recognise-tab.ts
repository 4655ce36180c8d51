/** The Recognise tab: `<qcs-fer>` with a sample, paste, downloads and the status line. */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { takePastedFiles } from '../capture/index.js';
import type { ReadyDetail, ResultDetail, StatusDetail } from '../components/recognise/events.js';
import { icon } from '../components/ui/icons.js';
import { saveFile } from '../components/ui/save-file.js';
import type { QcsFer } from '../components/recognise/qcs-fer/qcs-fer.js';
import { buttonStyles, tokens } from '../components/ui/tokens.js';
import { PaceMeter, type Pace } from './frame-rate.js';
import { ResultsLog } from './results-log.js';

/** Figures in the status line and the state of the downloads are renewed this often, milliseconds. */
const REFRESH = 500;

/** Camera, photo or video in, expressions out. */
export class QcsDemoRecognise extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
        min-block-size: 0;
      }
      .room {
        min-block-size: 0;
        padding: 16px 24px 0;
      }
      qcs-fer {
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
  @query('qcs-fer') private readonly fer!: QcsFer;
  private readonly log = new ResultsLog();
  private readonly meter = new PaceMeter();
  private refreshed = 0;
  /** The camera was switched off only because another tab was opened. */
  private interrupted = false;
  private stopPasting: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopPasting = takePastedFiles(this.onPaste);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopPasting?.();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('active') || this.fer.camera === false) return;
    if (this.active && this.interrupted) void this.fer.start();
    this.interrupted = !this.active && this.fer.status !== 'idle' && this.fer.status !== 'error';
    if (this.interrupted) this.fer.stop();
  }

  protected override render(): TemplateResult {
    return html`<div class="room">
        <qcs-fer
          controls
          fill
          .model=${this.model}
          @qcs-ready=${this.onReady}
          @qcs-result=${this.onResult}
          @qcs-status=${this.onStatus}
        >
          <button slot="invitation" type="button" @click=${this.onSample}>${icon('painting')}Try the Mona Lisa</button>
          <div slot="tools" class="tools">
            <p>Results</p>
            ${this.renderDownload('JSON', this.onJson)} ${this.renderDownload('CSV', this.onCsv)}
          </div>
        </qcs-fer>
      </div>
      <qcs-demo-status-line .ready=${this.ready} .pace=${this.pace}></qcs-demo-status-line>`;
  }

  private renderDownload(label: string, onClick: () => void): TemplateResult {
    return html`<button
      type="button"
      title="Download the results as ${label}"
      ?disabled=${this.recorded === 0}
      @click=${onClick}
    >
      ${icon('download')}<span class="visually-hidden">Download results as </span>${label}
    </button>`;
  }

  private readonly onReady = (event: CustomEvent<ReadyDetail>): void => {
    this.ready = event.detail;
  };

  private readonly onResult = (event: CustomEvent<ResultDetail>): void => {
    const now = performance.now();
    this.log.add(event.detail.observation);
    this.meter.add(event.detail.observation, now);
    if (now - this.refreshed < REFRESH) return;
    this.refreshed = now;
    this.pace = this.meter.pace;
    this.recorded = this.log.length;
  };

  private readonly onStatus = (event: CustomEvent<StatusDetail>): void => {
    // Every new picture begins with loading.
    if (event.detail.status !== 'loading') return;
    this.log.clear();
    this.meter.clear();
    this.recorded = 0;
    this.pace = undefined;
    this.refreshed = 0;
  };

  private readonly onSample = (): void => {
    this.fer.src = new URL(`${import.meta.env.BASE_URL}samples/mona-lisa.jpg`, document.baseURI).href;
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

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-recognise': QcsDemoRecognise;
  }
}
