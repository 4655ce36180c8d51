/** The frames of a video file at chosen times, decoded as fast as they are asked for: nothing depends on how fast a machine plays. */
import type { AnyCanvas } from '../faces/canvas.js';
import { CaptureError } from '../errors.js';
import { openDecodedVideo } from './decodedVideo.js';
import { openSoughtVideo } from './soughtVideo.js';

/** One frame. The canvas is drawn over once two more frames were taken. */
export interface ReadFrame {
  /** Seconds from the first frame of the file; strictly increasing. */
  readonly time: number;
  /** Upright; reduced like the frames of live videos. */
  readonly canvas: AnyCanvas;
}

export interface VideoReader {
  /** Size in pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly duration: number;
  /** `decoder` reads every frame once; `seeking` asks a video element for each. */
  readonly method: 'decoder' | 'seeking';
  /**
   * Frames in their order. Read them once.
   * @param rate how many a second: the frames shown at 0, 1 / rate, 2 / rate, ... Every frame of the file when left out, or, where frames
   * are sought, {@link SOUGHT_RATE} a second.
   * @throws CaptureError `unsupported-video` where the file is damaged
   */
  frames(rate?: number): AsyncGenerator<ReadFrame, void, undefined>;
  /** Ends reading, also while a frame is awaited. */
  close(): void;
}

/**
 * Opens a video file: with WebCodecs where the browser has it and knows the format, else with a video element that seeks.
 *
 * @param method takes this way alone
 * @throws CaptureError `unsupported-video`
 */
export async function openVideoReader(file: Blob, method?: VideoReader['method']): Promise<VideoReader> {
  const decoded = method === 'seeking' ? undefined : await openDecodedVideo(file);
  if (decoded !== undefined) return decoded;
  if (method === 'decoder') {
    throw new CaptureError(
      'unsupported-video',
      'This browser cannot decode the video. Try an MP4 (H.264) or WebM file.',
    );
  }
  return openSoughtVideo(file);
}
