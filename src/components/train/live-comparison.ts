/** Two models side by side on one live camera: both read the very same frames. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { openCamera } from '../../capture/camera.js';
import { captureFrame } from '../../capture/frame.js';
import { asQcsError } from '../../errors.js';
import { createRecognizer } from '../../inference/createRecognizer.js';
import type { FaceObservation } from '../../inference/observation.js';
import type { Recognizer } from '../../inference/recognizer.js';
import { commonArea } from '../../messages/common/area.js';
import { emit } from '../ui/events.js';
import { icon } from '../ui/icons.js';
import { Localised } from '../ui/localised.js';
import { surface } from '../ui/styles.js';
import { buttonStyles, MODEL_COLOURS, tokens } from '../ui/tokens.js';
import { styled } from '../ui/styled.js';
import { VisibilityWatch } from '../ui/visibility-watch.js';
import { counted, sentence } from '../ui/words.js';

export interface ComparedModel {
  readonly name: string;
  /** What `<qcs-fer model>` takes; null for the shipped model. */
  readonly model: string | null;
}

/** What both said of the largest face of one frame. */
interface Reading {
  readonly faces: readonly (FaceObservation | undefined)[];
  /** Frames with a face so far, and those of them on which both named the same expression. */
  readonly read: number;
  readonly agreed: number;
}

const NOTHING_READ: Reading = { faces: [], read: 0, agreed: 0 };

/**
 * @fires qcs-comparison-close - The person has seen enough.
 * @csspart video - The live picture.
 * @csspart reading - What one model says.
 */
export class QcsLiveComparison extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(220px, 1fr) repeat(2, minmax(0, 1fr));
        gap: 16px;
        align-items: start;
        padding: 16px;
        ${surface}
      }
      header,
      .agreement {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
        grid-column: 1 / -1;
      }
      h2 {
        font-size: 18px;
      }
      video {
        inline-size: 100%;
        aspect-ratio: 4 / 3;
        border-radius: var(--_radius);
        background: var(--_stage);
        object-fit: cover;
        transform: scaleX(-1);
      }
      .reading {
        min-inline-size: 0;
        padding-block-start: 8px;
        border-block-start: 3px solid var(--_series);
      }
      h3 {
        font-size: 15px;
        overflow-wrap: anywhere;
      }
      .reading p {
        min-block-size: 3em;
      }
      p {
        color: var(--_ink-soft);
      }
      [role='alert'] {
        grid-column: 1 / -1;
        color: var(--_danger);
      }
      @media (max-width: 820px) {
        :host {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        video {
          grid-column: 1 / -1;
          max-block-size: 36vh;
        }
      }
      @media (max-width: 520px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  /** Two, for as long as it is on the page. */
  @property({ attribute: false }) models: readonly ComparedModel[] = [];
  @state() private recognizers: readonly Recognizer[] = [];
  @state() private reading: Reading = NOTHING_READ;
  @state() private fault = '';
  private visible = false;
  private readonly localised = new Localised(this, commonArea);
  private running = new AbortController();

  constructor() {
    super();
    // It tells for the first time once the element is on the page.
    this.addController(new VisibilityWatch(this, (visible) => this.setVisible(visible)));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.setVisible(false);
  }

  protected override render(): TemplateResult {
    const { words } = this.localised;
    const { read, agreed } = this.reading;
    return html`<header>
        <h2>Side by side on one camera</h2>
        <button type="button" class="quiet" @click=${() => emit(this, 'qcs-comparison-close', undefined)}>
          ${words.shared('close')}
        </button>
      </header>
      ${this.fault === '' ? nothing : html`<p role="alert">${this.fault}</p>`}
      <video part="video" autoplay muted playsinline></video>
      ${this.models.map((model, index) => this.renderReading(model, index))}
      <div class="agreement">
        <p role="status">${this.recognizers.length < 2 && this.fault === '' ? 'Loading both models' : ''}</p>
        <p>${read === 0 ? '' : `They name the same expression on ${agreed} of ${counted(read, 'frame', 'frames')}.`}</p>
        ${this.fault === '' ? nothing : html`<button type="button" @click=${this.start}>${icon('retry')}${words.shared('tryAgain')}</button>`}
      </div>`;
  }

  private renderReading({ name }: ComparedModel, index: number): TemplateResult {
    const { words } = this.localised;
    const face = this.reading.faces.at(index);
    return html`<div class="reading" part="reading" ${styled({ '--_series': MODEL_COLOURS[index] })}>
      <h3>${name}</h3>
      <p>${face === undefined ? words.shared('noFace') : sentence(words, face)}</p>
      <qcs-probability-bars
        .classes=${this.recognizers.at(index)?.model.classes ?? []}
        .probabilities=${face?.probabilities}
      ></qcs-probability-bars>
    </div>`;
  }

  private setVisible(visible: boolean): void {
    if (visible === this.visible) return;
    this.visible = visible;
    if (visible) this.start();
    else this.stop();
  }

  private readonly start = (): void => {
    this.stop();
    this.running = new AbortController();
    this.fault = '';
    this.reading = NOTHING_READ;
    void this.run(this.running.signal);
  };

  private stop(): void {
    this.running.abort();
    this.recognizers = [];
  }

  /** Until the signal is aborted, which gives camera and models back. */
  private async run(signal: AbortSignal): Promise<void> {
    try {
      const [camera, ...recognizers] = await Promise.all([
        openCamera({ facingMode: 'user', signal }),
        ...this.models.map(async ({ model }) => started(model, signal)),
      ]);
      this.recognizers = recognizers;
      camera.onFault((error) => this.fail(error, signal));
      const video = this.renderRoot.querySelector('video');
      if (video === null) return;
      video.srcObject = camera.stream;
      await this.follow(video, recognizers, signal);
    } catch (error) {
      this.fail(error, signal);
    }
  }

  private async follow(
    video: HTMLVideoElement,
    recognizers: readonly Recognizer[],
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      await nextFrame(video);
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) continue;
      const { bitmap } = await captureFrame(video);
      try {
        const timestamp = performance.now();
        const options = { mode: 'live', maxFaces: 1, timestamp } as const;
        const seen = await Promise.all(recognizers.map(async (one) => one.recognize(bitmap, options)));
        if (!signal.aborted)
          this.reading = addReading(
            this.reading,
            seen.map(({ faces }) => faces.at(0)),
          );
      } finally {
        bitmap.close();
      }
    }
  }

  private fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.stop();
    this.fault = asQcsError(error).message;
  }
}

/** Ends with the signal, also where it was aborted while it loaded. */
async function started(model: string | null, signal: AbortSignal): Promise<Recognizer> {
  const recognizer = await createRecognizer({ ...(model === null ? {} : { model }), signal });
  const end = () => void recognizer.dispose();
  if (signal.aborted) end();
  signal.throwIfAborted();
  signal.addEventListener('abort', end, { once: true });
  return recognizer;
}

/** A new picture, or a moment where the browser does not tell. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve());
    else setTimeout(resolve, 40);
    // A stream that stands still must not hold the end up.
    setTimeout(resolve, 1000);
  });
}

/** Counts a frame with a face. */
export function addReading(before: Reading, faces: readonly (FaceObservation | undefined)[]): Reading {
  const [first, second] = faces;
  if (first === undefined || second === undefined) return { ...before, faces };
  const agrees = first.expression === second.expression ? 1 : 0;
  return { faces, read: before.read + 1, agreed: before.agreed + agrees };
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-live-comparison': QcsLiveComparison;
  }
  interface HTMLElementEventMap {
    'qcs-comparison-close': CustomEvent<undefined>;
  }
}
