/** Downloads from servers that fall silent. */
import { IDLE_DOWNLOAD_MS } from '../base/limits.js';

/** Why an attempt was given up. */
const IDLE = Symbol('idle');

/** Runs an attempt that an {@link IdleWatch} guards, and once more where the server fell silent; the second time `silent` makes the error. */
export async function onceMoreIfSilent<T>(attempt: () => Promise<T>, silent: (cause: unknown) => Error): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error !== IDLE) throw error;
  }
  try {
    return await attempt();
  } catch (error) {
    throw error === IDLE ? silent(error) : error;
  }
}

/** Aborts when nothing was heard for a while, or when the caller aborts. */
export class IdleWatch {
  private readonly idle = new AbortController();
  private timer: ReturnType<typeof setTimeout>;
  readonly signal: AbortSignal;

  constructor(
    private readonly milliseconds = IDLE_DOWNLOAD_MS,
    caller?: AbortSignal,
  ) {
    this.signal = caller === undefined ? this.idle.signal : AbortSignal.any([caller, this.idle.signal]);
    this.timer = this.start();
  }

  hear(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private start(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.idle.abort(IDLE), this.milliseconds);
  }
}
