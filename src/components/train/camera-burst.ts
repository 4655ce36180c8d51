/** The camera of the Train tab: hold the button, and aligned faces are taken as long as it is held. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { openCamera } from '../../capture/camera.js';
import { captureFrame } from '../../capture/frame.js';
import { asQcsError } from '../../errors.js';
import { icon } from '../ui/icons.js';
import { buttonStyles, tokens } from '../ui/tokens.js';
import { VisibilityWatch } from '../ui/visibility-watch.js';

export type CaptureResult = 'taken' | 'same' | 'no-face';

/** Where the faces of a burst go. */
export interface BurstTarget {
  /** Takes a frame over and says what became of it. */
  take(frame: ImageBitmap, burst: string): Promise<CaptureResult>;
  /** The button was released, or the camera went away: what was taken can be stored. */
  end(): void;
}

/** At most this many frames a second: neighbouring ones would be near-identical. */
const FRAME_INTERVAL = 150;

/**
 * Has the camera while it can be seen, and gives it back when it is hidden, scrolled away or taken out of the page.
 *
 * @csspart video - The live picture.
 */
export class QcsCameraBurst extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: 12px;
        justify-items: center;
      }
      video {
        inline-size: min(100%, 420px);
        aspect-ratio: 4 / 3;
        border-radius: var(--_radius);
        background: var(--_stage);
        object-fit: cover;
        transform: scaleX(-1);
      }
      button.primary {
        min-block-size: 56px;
        min-inline-size: 200px;
        touch-action: none;
        user-select: none;
      }
      button.holding {
        box-shadow: 0 0 0 4px color-mix(in oklab, var(--_accent) 40%, transparent);
      }
      p {
        min-block-size: 1.5em;
        color: var(--_ink-soft);
      }
      p.fault {
        color: var(--_danger);
      }
    `,
  ];

  @property({ attribute: false }) target: BurstTarget | null = null;
  /** The class that the faces will belong to, as people read it. */
  @property() label = '';
  /** Aborted when the button is released; null while nobody holds it. */
  @state() private held: AbortController | null = null;
  @state() private message = '';
  /** What screen readers say: the sum of a burst, never a sentence a frame. */
  @state() private spoken = '';
  @state() private fault = '';
  private visible = true;
  private opening = new AbortController();

  constructor() {
    super();
    this.addController(new VisibilityWatch(this, (visible) => this.setVisible(visible)));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.visible = true;
    this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override render(): TemplateResult {
    return html`<video part="video" autoplay muted playsinline></video>
      ${
        this.fault === ''
          ? html`<button
              type="button"
              class="primary ${this.held === null ? '' : 'holding'}"
              @pointerdown=${this.onDown}
              @pointerup=${this.release}
              @pointercancel=${this.release}
              @contextmenu=${(event: Event) => event.preventDefault()}
              @keydown=${this.onKeyDown}
              @keyup=${this.release}
              @blur=${this.release}
            >
              ${icon('camera')}Hold to capture ${this.label}
            </button>`
          : html`<button type="button" @click=${this.start}>${icon('retry')}Try again</button>`
      }
      ${this.fault === '' ? html`<p>${this.message}</p>` : html`<p class="fault" role="alert">${this.fault}</p>`}
      <span class="visually-hidden" role="status">${this.spoken}</span>`;
  }

  private setVisible(visible: boolean): void {
    if (visible === this.visible) return;
    this.visible = visible;
    if (visible) this.start();
    else this.stop();
  }

  private readonly start = (): void => {
    this.stop();
    this.fault = '';
    this.opening = new AbortController();
    void this.open(this.opening.signal);
  };

  private stop(): void {
    this.release();
    this.opening.abort();
  }

  /** Until the signal is aborted, which gives the camera back. */
  private async open(signal: AbortSignal): Promise<void> {
    try {
      const camera = await openCamera({ facingMode: 'user', signal });
      camera.onFault((error) => {
        if (signal.aborted) return;
        this.release();
        this.fault = error.message;
      });
      await this.updateComplete;
      const video = this.renderRoot.querySelector('video');
      if (video !== null && !signal.aborted) video.srcObject = camera.stream;
    } catch (error) {
      if (!signal.aborted) this.fault = asQcsError(error).message;
    }
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.hold();
  };

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if ((event.key !== ' ' && event.key !== 'Enter') || event.repeat) return;
    event.preventDefault();
    this.hold();
  };

  private hold(): void {
    if (this.held !== null || this.target === null) return;
    this.held = new AbortController();
    this.message = '';
    void this.burst(this.target, this.held.signal);
  }

  private readonly release = (): void => {
    this.held?.abort();
    this.held = null;
  };

  /** Goes on with the target that it began with: one burst is one group of one class. */
  private async burst(target: BurstTarget, released: AbortSignal): Promise<void> {
    const video = this.renderRoot.querySelector('video');
    if (video === null) return;
    const name = `burst-${Date.now().toString(36)}`;
    let taken = 0;
    while (!released.aborted) {
      const began = performance.now();
      try {
        const { bitmap } = await captureFrame(video);
        if (released.aborted) {
          bitmap.close();
          break;
        }
        const result = await target.take(bitmap, name);
        if (result === 'taken') taken += 1;
        this.message = describe(result, taken);
      } catch (error) {
        this.message = asQcsError(error).message;
      }
      await pause(FRAME_INTERVAL - (performance.now() - began), released);
    }
    this.spoken = this.message;
    target.end();
  }
}

function describe(result: CaptureResult, taken: number): string {
  const counted = `${taken} taken`;
  if (result === 'no-face') return `${counted}. No face in the picture`;
  if (result === 'same') return `${counted}. Move a little: the picture is the same`;
  return counted;
}

/** Milliseconds, at most until the signal is aborted. */
function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    setTimeout(resolve, Math.max(0, time));
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-camera-burst': QcsCameraBurst;
  }
}
