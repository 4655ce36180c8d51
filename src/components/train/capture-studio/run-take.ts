/** One take: countdown, then a face every quarter of a second until there are enough. */
import type { Take } from '../../../dataset/takes.js';
import { asQcsError } from '../../../errors.js';
import type { CaptureReply } from '../../../training/session/protocol.js';
import { promptAt, type TakeScript } from './take-script.js';

/** Where the faces of takes go. */
export interface TakeTarget {
  /** Takes a frame over and says what became of it. */
  take(frame: ImageBitmap, label: string, take: Take): Promise<CaptureReply>;
  /** The take has ended: stores what was taken, and resolves when the view has it. */
  end(): Promise<void>;
}

export type TakeProgress =
  | { readonly stage: 'countdown'; readonly seconds: number }
  | {
      readonly stage: 'recording';
      readonly taken: number;
      readonly prompt: string;
      /** Of the newest frame; null before the first. */
      readonly reply: CaptureReply | null;
    };

export interface TakeSetup {
  readonly script: TakeScript;
  readonly label: string;
  readonly take: Take;
  readonly target: TakeTarget;
  /** Seconds before it begins. */
  readonly countdown: number;
  frame(): Promise<ImageBitmap>;
  readonly onProgress: (progress: TakeProgress) => void;
  /** Ends it early; what was taken stays. */
  readonly signal: AbortSignal;
}

export interface TakeEnd {
  readonly taken: number;
  /** `early`: by the signal; `slow`: the time was over before there were enough faces. */
  readonly end: 'full' | 'early' | 'slow';
  /** What went wrong with the last frame, where something did. */
  readonly fault: string | null;
}

/** Neighbouring frames are near-identical: at most this often, ms. */
const FRAME_INTERVAL = 250;
/** A take that goes this long without a new face ends, ms. */
const PATIENCE = 15_000;

export async function runTake(setup: TakeSetup): Promise<TakeEnd> {
  const { script, label, take, target, signal, onProgress } = setup;
  for (let seconds = setup.countdown; seconds > 0 && !signal.aborted; seconds--) {
    onProgress({ stage: 'countdown', seconds });
    await pause(1000, signal);
  }
  let taken = 0;
  let fault: string | null = null;
  let lastFace = performance.now();
  onProgress({ stage: 'recording', taken, prompt: promptAt(script, 0), reply: null });
  while (!signal.aborted && taken < script.faces && performance.now() - lastFace < PATIENCE) {
    const began = performance.now();
    try {
      const frame = await setup.frame();
      if (signal.aborted) {
        frame.close();
        break;
      }
      const reply = await target.take(frame, label, take);
      if (reply.outcome === 'taken') {
        taken += 1;
        lastFace = performance.now();
      }
      fault = null;
      onProgress({ stage: 'recording', taken, prompt: promptAt(script, taken), reply });
    } catch (error) {
      fault = asQcsError(error).message;
    }
    if (taken < script.faces) await pause(FRAME_INTERVAL - (performance.now() - began), signal);
  }
  await target.end();
  return { taken, end: taken >= script.faces ? 'full' : signal.aborted ? 'early' : 'slow', fault };
}

/** Milliseconds, at most until the signal is aborted. */
function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    setTimeout(resolve, Math.max(0, time));
  });
}
