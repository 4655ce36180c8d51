/** The recogniser is loaded before it is asked for: where the page has been left alone for a while, or a person turns to it. */
import type { Recognizer, RecognizerOptions } from '../inference/recognizer.js';

/** ms: whoever acts sooner than this begins the loading anyway. */
export const LEFT_ALONE = 3000;

/** What is lent, and how it is asked for. */
export type Lender = (options: RecognizerOptions) => Promise<Recognizer>;

/** Connections on which nobody wants megabytes that they did not ask for. */
interface Connection {
  readonly saveData?: boolean;
}

export class Preload {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private begun: Promise<Recognizer> | undefined;
  private readonly ended = new AbortController();

  /**
   * @param lend shares one recogniser among all who ask for the same
   * @param loaded is called when it is there
   */
  constructor(
    private readonly lend: Lender,
    private readonly loaded: () => void = () => {},
  ) {}

  /** Waits until the page has been left alone. Not where data are saved. */
  whenIdle(): void {
    const { connection } = navigator as Navigator & { readonly connection?: Connection };
    if (connection?.saveData === true) return;
    this.timer = setTimeout(() => this.begin(), LEFT_ALONE);
  }

  /** At once, and once only. A fault is nobody's business yet: who asks for the recogniser hears of it. */
  begin(): void {
    clearTimeout(this.timer);
    if (this.begun !== undefined || this.ended.signal.aborted) return;
    this.begun = this.lend({ backend: 'auto', signal: this.ended.signal });
    this.begun.then(this.loaded, () => (this.begun = undefined));
  }

  /** The recogniser is in use, or not wanted: what was lent is given back. */
  end(): void {
    clearTimeout(this.timer);
    const { begun } = this;
    this.begun = undefined;
    this.ended.abort();
    void begun?.then((recognizer) => recognizer.dispose()).catch(() => undefined);
  }
}
