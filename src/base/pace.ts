/** When the next of a row of events is due that come at most so many times a second. */

/** ms. Frames come a little early or late; one that is early by this much is not waited for until the next. */
const EARLY = 4;

export class Pace {
  private due = Number.NEGATIVE_INFINITY;

  /** Milliseconds until the next is due; 0 when it is. */
  wait(now: number): number {
    return this.due - now > EARLY ? this.due - now : 0;
  }

  /** One takes place now. Whoever is a little late may be early by as much the next time, so that the mean is kept. */
  take(now: number, perSecond: number): void {
    const interval = 1000 / perSecond;
    this.due = (now - this.due > interval ? now : this.due) + interval;
  }
}
