/** Lets a run wait between two of its steps. */
export class Pausing {
  private waiting: { readonly promise: Promise<void>; readonly release: () => void } | null = null;

  get paused(): boolean {
    return this.waiting !== null;
  }

  pause(): void {
    if (this.waiting !== null) return;
    let release = (): void => undefined;
    const promise = new Promise<void>((resolve) => (release = resolve));
    this.waiting = { promise, release };
  }

  resume(): void {
    this.waiting?.release();
    this.waiting = null;
  }

  /** Resolves when the run may go on, at once where it is not paused. */
  async wait(): Promise<void> {
    await this.waiting?.promise;
  }
}
