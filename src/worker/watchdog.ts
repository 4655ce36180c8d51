/**
 * Tells a worker that hangs from one that works. A thread that computes answers no message until it is done, so silence alone proves
 * nothing; what can be known is how long the steps of its work take.
 * - Where all steps are short (a frame after loading), {@link PROMPT_SILENCE} is too long, unless this very worker has been nearly as
 *   silent before and gone on: a slow device, or a large network.
 * - Where one step may be long (compiling for the GPU, a training step without one), only {@link LONG_SILENCE} is.
 *
 * Silence is counted in the page's own ticks, not by the clock: a laptop that slept has a silent worker and no hung one.
 */

/** How often a worker at work is asked for a sign of life, ms. */
const TICK = 1000;
/** ms. A hung worker is noticed in the tick after: within 10 s. */
const PROMPT_SILENCE = 8000;
/** ms */
const LONG_SILENCE = 300_000;
/** How many times as long as the longest step so far a step may take: four faces after a warm-up with one, and half as much again. */
const LENIENCY = 6;

export interface WatchdogOptions {
  readonly ping: () => void;
  readonly onHung: () => void;
  /** True while every call that waits is done in short steps. */
  readonly isPrompt: () => boolean;
}

export class Watchdog {
  private timer: ReturnType<typeof setInterval> | undefined;
  private unansweredPings = 0;
  /** ms */
  private longestSilence = 0;

  constructor(private readonly options: WatchdogOptions) {}

  /** The worker has something to do. */
  watch(): void {
    this.timer ??= setInterval(() => this.tick(), TICK);
  }

  /** The worker has nothing to do, or is gone. */
  rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.unansweredPings = 0;
  }

  /** The worker has said something. */
  hear(): void {
    this.longestSilence = Math.max(this.longestSilence, this.unansweredPings * TICK);
    this.unansweredPings = 0;
  }

  private tick(): void {
    const { ping, onHung, isPrompt } = this.options;
    const limit = isPrompt() ? Math.max(PROMPT_SILENCE, LENIENCY * this.longestSilence) : LONG_SILENCE;
    if (this.unansweredPings * TICK >= limit) {
      onHung();
      return;
    }
    this.unansweredPings += 1;
    ping();
  }
}
