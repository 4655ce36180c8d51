/**
 * The recogniser in front of an engine: takes frames from any source and hands them on one at a time, live ones two where that pays. While no more
 * may be under way, the newest live frame of each stream waits and replaces an older one, so that latency never piles up; still pictures wait
 * their turn.
 */
import { captureFrame, isVideo, type CapturedFrame } from '../capture/frame.js';
import type { QcsError } from '../errors.js';
import type { Explanation } from '../reading/explanation/explanation.js';
import type { EngineHost } from './engineHost.js';
import { framesAtOnce } from './framesAtOnce.js';
import { explainRequest, type ExplainedFace, type ExplainOptions, type ExplainRequest } from './explainRequest.js';
import { disposedError, requestOf } from './frameRequest.js';
import type { BackendName, FrameObservation, ModelSummary } from './observation.js';
import { type Call, PacedCalls, type Waiter } from './pacedCalls.js';
import type { FrameSource, RecognizeOptions, Recognizer } from './recognizer.js';

interface RecognizeEntry extends Omit<Call, 'source'> {
  readonly frame: Promise<CapturedFrame>;
}

interface ExplainEntry {
  readonly frame: Promise<CapturedFrame>;
  readonly question: Omit<ExplainRequest, 'width' | 'height'>;
  readonly waiters: Waiter<Explanation>[];
}

type Entry = RecognizeEntry | ExplainEntry;

export class QueuedRecognizer implements Recognizer {
  private readonly host: EngineHost;
  private readonly queue: Entry[] = [];
  private readonly paced = new PacedCalls((call) => this.begin(call));
  private readonly underWay = new Set<Entry>();
  private disposed = false;

  constructor(host: EngineHost) {
    this.host = host;
  }

  get backend(): BackendName {
    return this.host.backend.name;
  }

  get backendReason(): string {
    return this.host.backend.reason;
  }

  get model(): ModelSummary {
    return this.host.model;
  }

  get inWorker(): boolean {
    return this.host.inWorker;
  }

  recognize(source: FrameSource, options: RecognizeOptions = {}): Promise<FrameObservation> {
    if (this.disposed) return Promise.reject(disposedError());
    const request = requestOf(options, isVideo(source) ? 'live' : 'still');
    return new Promise((resolve, reject) => {
      const call: Call = { source, request, waiters: [{ resolve, reject }], onPartial: options.onPartial };
      if (request.mode === 'live') this.paced.take(call, options.maxFps);
      else this.begin(call);
    });
  }

  explain(face: ExplainedFace, source: FrameSource, options: ExplainOptions = {}): Promise<Explanation> {
    if (this.disposed) return Promise.reject(disposedError());
    const frame = captureFrame(source);
    frame.catch(() => undefined);
    return new Promise((resolve, reject) => {
      this.queue.push({ frame, question: explainRequest(face, options), waiters: [{ resolve, reject }] });
      this.run();
    });
  }

  forget(stream = ''): void {
    this.paced.forget(stream);
    this.host.forget(stream);
  }

  onLost(listener: (error: QcsError | null) => void): () => void {
    return this.host.onLost(listener);
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    for (const { reject } of this.paced.end()) reject(disposedError());
    for (const entry of this.queue.splice(0)) {
      discard(entry);
      for (const { reject } of entry.waiters) reject(disposedError());
    }
    await this.host.dispose();
  }

  private begin({ source, ...call }: Call): void {
    const frame = captureFrame(source);
    frame.catch(() => undefined);
    this.enqueue({ ...call, frame });
    this.run();
  }

  private enqueue(entry: RecognizeEntry): void {
    const older = this.queue.find((waiting): waiting is RecognizeEntry => isOvertaken(waiting, entry));
    if (older === undefined) {
      this.queue.push(entry);
      return;
    }
    discard(older);
    entry.waiters.push(...older.waiters);
    this.queue[this.queue.indexOf(older)] = entry;
  }

  private run(): void {
    while (this.queue.length > 0 && this.hasRoomFor(this.queue[0])) {
      const entry = this.queue.shift()!;
      this.underWay.add(entry);
      void this.process(entry);
    }
  }

  private hasRoomFor(entry: Entry): boolean {
    const { size } = this.underWay;
    if (size === 0) return true;
    const isLive = [entry, ...this.underWay].every((each) => 'request' in each && each.request.mode === 'live');
    return isLive && size < framesAtOnce(this.backend);
  }

  private async process(entry: Entry): Promise<void> {
    try {
      const { bitmap, width, height } = await entry.frame;
      if ('question' in entry) {
        const explanation = await this.host.explain(bitmap, { ...entry.question, width, height });
        for (const { resolve } of entry.waiters) resolve(explanation);
      } else {
        const observation = await this.host.recognize(bitmap, { ...entry.request, width, height }, entry.onPartial);
        for (const { resolve } of entry.waiters) resolve(observation);
      }
    } catch (error) {
      for (const { reject } of entry.waiters) reject(error);
    } finally {
      this.underWay.delete(entry);
      this.run();
    }
  }
}

/** A live frame that still waits makes way for a newer one of its stream. */
function isOvertaken(waiting: Entry, { request: { mode, stream } }: RecognizeEntry): boolean {
  if ('question' in waiting) return false;
  return mode === 'live' && waiting.request.mode === 'live' && waiting.request.stream === stream;
}

function discard({ frame }: Entry): void {
  void closeWhenThere(frame);
}

async function closeWhenThere(frame: Promise<CapturedFrame>): Promise<void> {
  try {
    (await frame).bitmap.close();
  } catch {
    // A frame that could not be captured holds nothing to close.
  }
}
