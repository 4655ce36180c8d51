/**
 * The recogniser in front of an engine: takes frames from any source and hands them on one at a time, live ones two where that pays. While no more
 * may be under way, the newest live frame of each stream waits and replaces an older one, so that latency never piles up; still pictures wait
 * their turn.
 */
import { captureFrame, isVideo, type CapturedFrame } from '../capture/frame.js';
import type { QcsError } from '../errors.js';
import type { EngineHost } from './engineHost.js';
import { framesAtOnce } from './framesAtOnce.js';
import { disposedError, requestOf } from './frameRequest.js';
import type { BackendName, FrameObservation, ModelSummary } from './observation.js';
import { type Call, PacedCalls } from './pacedCalls.js';
import type { FrameSource, RecognizeOptions, Recognizer } from './recognizer.js';

interface Entry extends Omit<Call, 'source'> {
  readonly frame: Promise<CapturedFrame>;
}

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

  private enqueue(entry: Entry): void {
    const overtaken = this.queue.findIndex(
      ({ request }) =>
        request.mode === 'live' && entry.request.mode === 'live' && request.stream === entry.request.stream,
    );
    if (overtaken === -1) {
      this.queue.push(entry);
      return;
    }
    const older = this.queue[overtaken];
    discard(older);
    entry.waiters.push(...older.waiters);
    this.queue[overtaken] = entry;
  }

  private run(): void {
    while (this.queue.length > 0 && this.hasRoomFor(this.queue[0])) {
      const entry = this.queue.shift()!;
      this.underWay.add(entry);
      void this.process(entry);
    }
  }

  private hasRoomFor({ request }: Entry): boolean {
    const { size } = this.underWay;
    if (size === 0) return true;
    const isLive = [request, ...[...this.underWay].map((entry) => entry.request)].every(({ mode }) => mode === 'live');
    return isLive && size < framesAtOnce(this.backend);
  }

  private async process(entry: Entry): Promise<void> {
    const { frame, request, waiters, onPartial } = entry;
    try {
      const { bitmap, width, height } = await frame;
      const observation = await this.host.recognize(bitmap, { ...request, width, height }, onPartial);
      for (const { resolve } of waiters) resolve(observation);
    } catch (error) {
      for (const { reject } of waiters) reject(error);
    } finally {
      this.underWay.delete(entry);
      this.run();
    }
  }
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
