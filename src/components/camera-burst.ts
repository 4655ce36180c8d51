/** The camera of the Train tab: hold the button, and aligned faces are taken as long as it is held. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { openCamera, type Camera } from '../capture/camera.js';
import { captureFrame } from '../capture/frame.js';
import { asQcsError } from '../errors.js';
import { icon } from './icons.js';
import { buttonStyles, tokens } from './tokens.js';

export type CaptureResult = 'taken' | 'same' | 'no-face';

/** At most this many frames a second: neighbouring ones would be near-identical. */
const FRAME_INTERVAL = 150;

/**
 * Opens the camera when it appears and gives it back when it goes.
 *
 * @fires qcs-burst-end - The button was released; what was taken can be stored.
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
        margin: 0;
        min-block-size: 1.5em;
        color: var(--_ink-soft);
      }
      p.fault {
        color: var(--_danger);
      }
    `,
  ];

  /** Takes a frame over and says what became of it. */
  @property({ attribute: false }) capture: ((frame: ImageBitmap, burst: string) => Promise<CaptureResult>) | null =
    null;
  /** The class that the faces will belong to, as people read it. */
  @property() label = '';
  @state() private holding = false;
  @state() private taken = 0;
  @state() private message = '';
  @state() private fault = '';
  private camera: Camera | null = null;
  private opening = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.opening = new AbortController();
    void this.open(this.opening.signal);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.holding = false;
    this.opening.abort();
    this.camera?.stop();
    this.camera = null;
  }

  protected override render(): TemplateResult {
    return html`<video part="video" autoplay muted playsinline></video>
      ${
        this.fault === ''
          ? html`<button
              type="button"
              class="primary ${this.holding ? 'holding' : ''}"
              @pointerdown=${this.onDown}
              @pointerup=${this.release}
              @pointercancel=${this.release}
              @keydown=${this.onKeyDown}
              @keyup=${this.release}
              @blur=${this.release}
            >
              ${icon('camera')}Hold to capture ${this.label}
            </button>`
          : html`<button type="button" @click=${this.retry}>${icon('retry')}Try again</button>`
      }
      <p role="status" class=${this.fault === '' ? nothing : 'fault'}>
        ${this.fault === '' ? this.message : this.fault}
      </p>`;
  }

  private async open(signal: AbortSignal): Promise<void> {
    try {
      const camera = await openCamera({ facingMode: 'user', signal });
      this.camera = camera;
      this.fault = '';
      camera.onFault((error) => (this.fault = error.message));
      await this.updateComplete;
      const video = this.renderRoot.querySelector('video');
      if (video !== null) video.srcObject = camera.stream;
    } catch (error) {
      if (!signal.aborted) this.fault = asQcsError(error).message;
    }
  }

  private readonly retry = (): void => {
    this.fault = '';
    void this.open(this.opening.signal);
  };

  private readonly onDown = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.hold();
  };

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if ((event.key !== ' ' && event.key !== 'Enter') || event.repeat) return;
    event.preventDefault();
    this.hold();
  };

  private hold(): void {
    if (this.holding) return;
    this.holding = true;
    this.taken = 0;
    void this.burst(`burst-${Date.now().toString(36)}`);
  }

  private readonly release = (): void => {
    this.holding = false;
  };

  private async burst(name: string): Promise<void> {
    const video = this.renderRoot.querySelector('video');
    if (video === null) return;
    while (this.holding && this.capture !== null) {
      const began = performance.now();
      try {
        const { bitmap } = await captureFrame(video);
        this.tell(await this.capture(bitmap, name));
      } catch (error) {
        this.message = asQcsError(error).message;
      }
      const rest = FRAME_INTERVAL - (performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, rest)));
    }
    this.dispatchEvent(new CustomEvent('qcs-burst-end', { bubbles: true, composed: true }));
  }

  private tell(result: CaptureResult): void {
    if (result === 'taken') this.taken += 1;
    const counted = `${this.taken} taken`;
    if (result === 'no-face') this.message = `${counted}. No face in the picture`;
    else if (result === 'same') this.message = `${counted}. Move a little: the picture is the same`;
    else this.message = counted;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-camera-burst': QcsCameraBurst;
  }
  interface GlobalEventHandlersEventMap {
    'qcs-burst-end': CustomEvent<null>;
  }
}
