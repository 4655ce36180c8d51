/** The live camera of the Train tab: a mirrored picture, faults in words, frames on request. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { openCamera } from '../../../capture/camera.js';
import { captureFrame } from '../../../capture/frame.js';
import { asQcsError } from '../../../errors.js';
import { emit } from '../../ui/events.js';
import { icon } from '../../ui/icons.js';
import { buttonStyles, tokens } from '../../ui/tokens.js';
import { VisibilityWatch } from '../../ui/visibility-watch.js';

/** `hidden`: it comes back as soon as it can be seen. */
export type CameraState = 'live' | 'hidden' | 'fault';

/**
 * Has the camera while it can be seen, and gives it back when it is hidden, scrolled away or taken out of the page.
 *
 * @fires qcs-camera-state - The camera came, went because nobody can see it, or failed.
 * @slot - Lies over the picture.
 * @csspart video - The live picture.
 */
export class QcsCameraView extends LitElement {
  static override readonly styles = [
    tokens,
    buttonStyles,
    css`
      :host {
        position: relative;
        overflow: hidden;
        aspect-ratio: 4 / 3;
        border-radius: var(--_radius);
        background: var(--_stage);
      }
      video {
        display: block;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        transform: scaleX(-1);
      }
      .over {
        position: absolute;
        inset: 0;
      }
      .fault {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 12px;
        padding: 24px;
        background: var(--_raised);
        text-align: center;
      }
      .fault p {
        color: var(--_danger);
      }
    `,
  ];

  @state() private fault = '';
  private visible = true;
  private told: CameraState = 'hidden';
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
    return html`<video part="video" autoplay muted playsinline></video> ${
        this.fault === ''
          ? html`<div class="over"><slot></slot></div>`
          : html`<div class="over fault">
              <p role="alert">${this.fault}</p>
              <button type="button" @click=${this.start}>${icon('retry')}Try again</button>
            </div>`
      }`;
  }

  /**
   * The picture of this moment, the caller's to close or hand over.
   * @throws CaptureError while there is none
   */
  async frame(): Promise<ImageBitmap> {
    return (await captureFrame(this.renderRoot.querySelector('video')!)).bitmap;
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
    this.opening.abort();
    this.tell('hidden');
  }

  private tell(state: CameraState): void {
    if (state === this.told) return;
    this.told = state;
    emit(this, 'qcs-camera-state', state);
  }

  /** Until the signal is aborted, which gives the camera back. */
  private async open(signal: AbortSignal): Promise<void> {
    const fail = (error: unknown) => {
      if (signal.aborted) return;
      this.tell('fault');
      this.fault = asQcsError(error).message;
    };
    try {
      const camera = await openCamera({ facingMode: 'user', signal });
      camera.onFault(fail);
      await this.updateComplete;
      const video = this.renderRoot.querySelector('video');
      if (video === null || signal.aborted) return;
      video.srcObject = camera.stream;
      this.tell('live');
    } catch (error) {
      fail(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-camera-view': QcsCameraView;
  }
  interface HTMLElementEventMap {
    'qcs-camera-state': CustomEvent<CameraState>;
  }
}
