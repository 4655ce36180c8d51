/** The recogniser that `<qcs-fer>` borrows: taken at the first wish, given back when the element needs it no more. */
import { RuntimeError, type QcsError } from '../../../errors.js';
import type { BackendPreference, LoadProgress } from '../../../inference/observation.js';
import type { Recognizer, RecognizerOptions } from '../../../inference/recognizer.js';

/** Lends a recogniser; its `dispose()` gives the loan back. */
export type RecognizerProvider = (options: RecognizerOptions) => Promise<Recognizer>;

export interface LoanTerms {
  readonly provider: RecognizerProvider;
  readonly model: string | undefined;
  readonly backend: BackendPreference;
  readonly muscles: boolean;
}

/** Who borrows. */
export interface Borrower {
  readonly terms: LoanTerms;
  /** Progress or the state of the recogniser has changed. */
  loanChanged(): void;
  /** It runs; again after a lost GPU. */
  loanReady(recognizer: Recognizer): void;
  loanLost(error: QcsError): void;
  /** The last word to a recogniser that goes. */
  loanEnds(recognizer: Recognizer): void;
}

/** ms. Pages take elements out and put them, or others, in again: for so long a recogniser that is ready stays. */
export const KEPT_MS = 30_000;

export class Loan {
  /** The recogniser in use. */
  borrowed: Recognizer | undefined;
  progress: ReadonlyMap<LoadProgress['stage'], LoadProgress> = new Map();
  /** True from the loss of the GPU until recognition runs again. */
  recovering = false;

  private asked: Promise<Recognizer> | undefined;
  private askedTerms: LoanTerms | undefined;
  /** Aborted when the present loan is not wanted any more. */
  private borrowing = new AbortController();
  private stopListening: (() => void) | undefined;
  private leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly borrower: Borrower) {}

  /** @throws what the provider throws; RuntimeError `disposed` where it is given back meanwhile */
  take(): Promise<Recognizer> {
    clearTimeout(this.leaving);
    this.giveBackOutdated();
    const asked = (this.asked ??= this.borrow());
    asked.catch(() => {
      // The next to take it tries again.
      if (this.asked === asked) this.asked = undefined;
    });
    return asked;
  }

  /** Asks beforehand. A fault is for who takes it. */
  expect(): void {
    this.asked ??= this.borrow();
    this.asked.catch(() => undefined);
  }

  /** Gives back what was borrowed on other terms than today's. */
  giveBackOutdated(): void {
    const { terms } = this.borrower;
    const { askedTerms } = this;
    const current = (['provider', 'model', 'backend', 'muscles'] as const).every(
      (term) => terms[term] === askedTerms?.[term],
    );
    if (!current) this.giveBack();
  }

  /** The element has left the page: what is loading ends, what is ready waits a while for it to come back. */
  leave(): void {
    clearTimeout(this.leaving);
    if (this.borrowed === undefined) this.giveBack();
    else this.leaving = setTimeout(() => this.giveBack(), KEPT_MS);
  }

  giveBack(): void {
    clearTimeout(this.leaving);
    const { borrowed } = this;
    this.borrowed = undefined;
    this.asked = undefined;
    // The settings changed, or the element left the page: a model that is still loading is not wanted.
    this.borrowing.abort(new RuntimeError('disposed', 'The model is no longer needed. Start again to load it anew.'));
    this.borrowing = new AbortController();
    this.recovering = false;
    this.progress = new Map();
    this.stopListening?.();
    this.stopListening = undefined;
    if (borrowed === undefined) return;
    this.borrower.loanEnds(borrowed);
    void borrowed.dispose();
  }

  private async borrow(): Promise<Recognizer> {
    this.askedTerms = this.borrower.terms;
    const { provider, model, backend, muscles } = this.askedTerms;
    const { signal } = this.borrowing;
    this.progress = new Map();
    const recognizer = await provider({
      ...(model === undefined ? {} : { model }),
      backend,
      ...(muscles ? { muscles } : {}),
      signal,
      onProgress: (progress) => {
        if (signal.aborted) return;
        this.progress = new Map(this.progress).set(progress.stage, progress);
        this.borrower.loanChanged();
      },
    });
    // A provider need not listen.
    if (signal.aborted) {
      void recognizer.dispose();
      signal.throwIfAborted();
    }
    this.borrowed = recognizer;
    this.stopListening = recognizer.onLost((error) => this.onLost(recognizer, error));
    this.borrower.loanReady(recognizer);
    return recognizer;
  }

  private onLost(recognizer: Recognizer, error: QcsError | null): void {
    if (recognizer !== this.borrowed) return;
    this.recovering = error !== null;
    if (error === null) this.borrower.loanReady(recognizer);
    else this.borrower.loanLost(error);
    this.borrower.loanChanged();
  }
}
