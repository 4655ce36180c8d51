/** Live calls of which at most so many a second are read: the newest of each stream waits for its time, and older ones go with it. */
import { Pace } from '../base/pace.js';
import type { FrameRequest } from './engineTypes.js';
import type { FrameObservation } from './observation.js';
import type { FrameSource, RecognizeOptions } from './recognizer.js';

export interface Waiter<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** A call of `recognize`, and all who wait for what it gives. */
export interface Call {
  readonly source: FrameSource;
  readonly request: Omit<FrameRequest, 'width' | 'height'>;
  readonly waiters: Waiter<FrameObservation>[];
  readonly onPartial: RecognizeOptions['onPartial'];
}

interface Waiting {
  readonly call: Call;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class PacedCalls {
  private readonly paces = new Map<string, Pace>();
  private readonly waiting = new Map<string, Waiting>();

  /** @param begin takes a call whose time has come */
  constructor(private readonly begin: (call: Call) => void) {}

  /** @param perSecond no call waits when left out */
  take(call: Call, perSecond: number | undefined): void {
    const { stream } = call.request;
    if (perSecond === undefined || !(perSecond > 0)) {
      this.paces.delete(stream);
      this.start(this.withOlder(call));
      return;
    }
    const pace = this.paces.get(stream) ?? new Pace();
    this.paces.set(stream, pace);
    const start = (due: Call): void => {
      pace.take(performance.now(), perSecond);
      this.start(due);
    };
    const newest = this.withOlder(call);
    const wait = pace.wait(performance.now());
    if (wait === 0) start(newest);
    else this.waiting.set(stream, { call: newest, timer: setTimeout(() => start(newest), wait) });
  }

  /** A stream that begins anew begins at once. */
  forget(stream: string): void {
    this.paces.delete(stream);
  }

  /** Nothing is begun any more; those who waited are the caller's to answer. */
  end(): Waiter<FrameObservation>[] {
    const left = [...this.waiting.values()];
    this.waiting.clear();
    for (const { timer } of left) clearTimeout(timer);
    return left.flatMap(({ call }) => call.waiters);
  }

  private start(call: Call): void {
    this.waiting.delete(call.request.stream);
    this.begin(call);
  }

  /** The call, which answers for the one that waits too. */
  private withOlder(call: Call): Call {
    const older = this.waiting.get(call.request.stream);
    if (older === undefined) return call;
    clearTimeout(older.timer);
    return { ...call, waiters: [...call.waiters, ...older.call.waiters] };
  }
}
