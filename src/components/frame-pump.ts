/** Hands frames of a playing video to a consumer: the newest one whenever it is free, never two at once, so that latency cannot pile up. */

export class FramePump {
  private running = false;
  private busy = false;
  private stopped = false;
  private fresh = true;
  private cancel: (() => void) | undefined;

  /**
   * @param video where frames come from
   * @param consume called with a new frame in place; the next call waits until its promise settles
   */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly consume: () => Promise<void>,
  ) {
    video.addEventListener('seeked', this.onSeeked);
  }

  setRunning(running: boolean): void {
    if (this.stopped || running === this.running) return;
    this.running = running;
    if (!running) {
      this.cancel?.();
      this.cancel = undefined;
      return;
    }
    this.fresh = true;
    this.schedule();
    this.tryConsume();
  }

  stop(): void {
    this.setRunning(false);
    this.stopped = true;
    this.video.removeEventListener('seeked', this.onSeeked);
  }

  private readonly onFrame = (): void => {
    this.fresh = true;
    this.tryConsume();
  };

  /** A seek in a paused video brings one frame to look at. */
  private readonly onSeeked = (): void => {
    this.fresh = true;
    this.tryConsume(true);
  };

  private schedule(): void {
    const again = () => {
      if (!this.running) return;
      this.onFrame();
      this.schedule();
    };
    // Firefox before 132 has no requestVideoFrameCallback.
    if (typeof this.video.requestVideoFrameCallback === 'function') {
      const handle = this.video.requestVideoFrameCallback(again);
      this.cancel = () => this.video.cancelVideoFrameCallback(handle);
    } else {
      const handle = requestAnimationFrame(again);
      this.cancel = () => cancelAnimationFrame(handle);
    }
  }

  private tryConsume(evenPaused = false): void {
    if (this.busy || this.stopped || !this.fresh || !(this.running || evenPaused)) return;
    if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.busy = true;
    this.fresh = false;
    void this.consume().finally(() => {
      this.busy = false;
      this.tryConsume();
    });
  }
}
