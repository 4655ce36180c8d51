/** Reads the faces of frames in their order, wherever frames and recogniser come from: the page, or Node. */
import type { PixelSource } from '../faces/crop.js';
import type { FaceObservation, FrameObservation, Prior } from '../inference/observation.js';
import type { RecognizeOptions } from '../inference/recognizer.js';
import { FaceLog, type FaceRecord } from './faceLog.js';
import { lookOf } from './likeness.js';

/** Faces of a frame beyond this number, the smallest, are left out. */
const MOST_FACES = 32;

/** The part of a recogniser that reading frames takes. */
export interface FrameRecognizer<Frame> {
  readonly model: { readonly id: string; readonly version: string; readonly classes: readonly string[] };
  recognize(frame: Frame, options: RecognizeOptions): Promise<FrameObservation>;
  forget(stream: string): void;
}

export interface TimedFrame<Frame> {
  /** Seconds, strictly increasing. */
  readonly time: number;
  readonly frame: Frame;
}

/** A frame with what was seen in it. */
export interface SeenFrame<Frame> extends TimedFrame<Frame> {
  readonly faces: readonly FaceObservation[];
}

export interface FramesOptions<Frame> {
  readonly recognizer: FrameRecognizer<Frame>;
  readonly pixels: (frame: Frame) => PixelSource;
  readonly prior: Prior;
  /** Ends the work between two frames. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every frame, when its faces are known. */
  readonly onFrame?: ((seen: SeenFrame<Frame>) => void | Promise<void>) | undefined;
}

let streams = 0;

/**
 * Every frame is read once and alone: while one is recognised, the last is dealt with and the next is fetched, and none is ever left out, so that the result is
 * the same however fast the machine is. Boxes are in pixels of the frames.
 *
 * @throws the signal's reason
 */
export async function analyseFrames<Frame>(
  frames: AsyncIterable<TimedFrame<Frame>>,
  { recognizer, pixels, prior, signal, onFrame }: FramesOptions<Frame>,
): Promise<FaceRecord & { readonly frames: number }> {
  const stream = `qcs-analysis-${++streams}`;
  const log = new FaceLog();
  const reading = frames[Symbol.asyncIterator]();
  let observed: Promise<FrameObservation> | undefined;
  const read = ({ time, frame }: TimedFrame<Frame>): Promise<FrameObservation> => {
    signal?.throwIfAborted();
    const options = { stream, timestamp: time * 1000, smoothing: 0, maxFaces: MOST_FACES, prior };
    return recognizer.recognize(frame, { mode: 'live', ...options });
  };
  try {
    signal?.throwIfAborted();
    let next: IteratorResult<TimedFrame<Frame>, unknown> = await reading.next();
    observed = next.done === true ? undefined : read(next.value);
    while (next.done !== true && observed !== undefined) {
      const { time, frame } = next.value;
      const [seen, following]: [FrameObservation, IteratorResult<TimedFrame<Frame>, unknown>] = await Promise.all([
        observed,
        reading.next(),
      ]);
      const { faces } = seen;
      observed = following.done === true ? undefined : read(following.value);
      const source = pixels(frame);
      log.add(time, faces, (face) => lookOf(source, face.keypoints));
      await onFrame?.({ time, frame, faces });
      signal?.throwIfAborted();
      next = following;
    }
  } finally {
    await observed?.catch(() => undefined);
    recognizer.forget(stream);
    await reading.return?.();
  }
  return { ...log.record(), frames: log.frames };
}
