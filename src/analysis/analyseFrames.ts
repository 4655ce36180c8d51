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
 * Every frame is read once and alone: while one is recognised the next is fetched, and none is ever left out, so that the result is the same however
 * fast the machine is. Boxes are in pixels of the frames.
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
  try {
    signal?.throwIfAborted();
    let next = await reading.next();
    signal?.throwIfAborted();
    while (next.done !== true) {
      const { time, frame } = next.value;
      const read = recognizer.recognize(frame, {
        mode: 'live',
        stream,
        timestamp: time * 1000,
        smoothing: 0,
        maxFaces: MOST_FACES,
        prior,
      });
      const [observation, following] = await Promise.all([read, reading.next()]);
      signal?.throwIfAborted();
      const source = pixels(frame);
      log.add(time, observation.faces, (face) => lookOf(source, face.keypoints));
      await onFrame?.({ time, frame, faces: observation.faces });
      next = following;
    }
  } finally {
    recognizer.forget(stream);
    await reading.return?.();
  }
  return { ...log.record(), frames: log.frames };
}
