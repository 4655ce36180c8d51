/** A video file read from its first frame to its last. */
import { openVideoReader, type ReadFrame, type VideoReader } from '../capture/index.js';
import { RuntimeError } from '../errors.js';
import { FrameReader, type AnyCanvas } from '../faces/canvas.js';
import { createRecognizer } from '../inference/createRecognizer.js';
import type { Prior } from '../inference/observation.js';
import type { Recognizer } from '../inference/recognizer.js';
import { analyseFrames, type SeenFrame } from './analyseFrames.js';
import type { Analysis, AnalysisRow } from './analysis.js';
import type { FaceRecord } from './faceLog.js';

export interface AnalysisProgress {
  /** Seconds of the video that are done. */
  readonly time: number;
  /** Its length in seconds. */
  readonly duration: number;
  /** Frames that were looked at. */
  readonly frames: number;
}

export interface AnalyseOptions {
  /** Frames to look at a second, up to 240. Every frame of the file when left out; 30 a second where the browser cannot decode it and has to seek. */
  readonly rate?: number;
  /** Reads the frames, and is the caller's to dispose. One with the shipped model is made, and disposed, when left out. */
  readonly recognizer?: Recognizer;
  readonly prior?: Prior;
  /** Ends the analysis. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AnalysisProgress) => void;
  /** Takes the way of reading alone; by default `decoder` (WebCodecs) where it is there, else `seeking`. */
  readonly method?: VideoReader['method'];
}

/** What the page's report takes besides: pictures of the faces. @internal */
export interface WatchedOptions extends AnalyseOptions {
  readonly onFrame?: (seen: SeenFrame<AnyCanvas>) => void | Promise<void>;
}

/** @internal */
export interface WatchedAnalysis {
  readonly analysis: Analysis;
  readonly personOf: FaceRecord['personOf'];
}

const HIGHEST_RATE = 240;

/**
 * Finds the faces in the frames of a video, reads each and follows every person through the whole file. The result depends on the file, the options and
 * the model, never on the speed of the machine.
 *
 * ```ts
 * import { analyseVideo } from 'qcs-fer';
 * const file = await (await fetch('/video.webm')).blob();
 * const { people, rows } = await analyseVideo(file, { rate: 5 });
 * rows[0]; // { time: 0, person: 1, expression: 'neutral', confidence: 0.83, probabilities: {...}, box: {...}, conditions: {...} }
 * ```
 * @throws CaptureError `unsupported-video`; RuntimeError `option-invalid`; what createRecognizer throws; an aborted signal's reason
 */
export async function analyseVideo(file: Blob, options: AnalyseOptions = {}): Promise<Analysis> {
  return (await analyseWatched(file, options)).analysis;
}

/** As {@link analyseVideo}, for who wants to see the frames too. @internal */
export async function analyseWatched(file: Blob, options: WatchedOptions = {}): Promise<WatchedAnalysis> {
  const { rate, signal, method } = options;
  if (rate !== undefined && !(rate > 0 && rate <= HIGHEST_RATE)) {
    throw new RuntimeError(
      'option-invalid',
      `The rate ${rate} is no number of frames a second. Give one up to ${HIGHEST_RATE}.`,
    );
  }
  signal?.throwIfAborted();
  const reader = await openVideoReader(file, method);
  const close = (): void => reader.close();
  signal?.addEventListener('abort', close);
  let own: Recognizer | undefined;
  try {
    signal?.throwIfAborted();
    own = options.recognizer === undefined ? await createRecognizer(signal === undefined ? {} : { signal }) : undefined;
    return await read(reader, (options.recognizer ?? own)!, options);
  } finally {
    signal?.removeEventListener('abort', close);
    reader.close();
    await own?.dispose();
  }
}

async function read(
  reader: VideoReader,
  recognizer: Recognizer,
  { rate, prior = 'trained', signal, onProgress, onFrame }: WatchedOptions,
): Promise<WatchedAnalysis> {
  const { duration, width, height } = reader;
  const pixels = new FrameReader();
  let done = 0;
  let scale = 1;
  const { people, rows, gaps, brief, frames, personOf } = await analyseFrames(timed(reader.frames(rate)), {
    recognizer,
    pixels: (canvas: AnyCanvas) => pixels.over(canvas),
    prior,
    signal,
    onFrame: async (seen) => {
      scale = width / seen.frame.width;
      await onFrame?.(seen);
      done += 1;
      onProgress?.({ time: seen.time, duration, frames: done });
    },
  });
  const { id, version, classes } = recognizer.model;
  const analysis: Analysis = {
    duration,
    rate: rate ?? frames / duration,
    frames,
    width,
    height,
    people,
    rows: rows.map((row) => inVideo(row, scale)),
    gaps,
    brief,
    classes,
    model: { id, version },
    prior,
  };
  return { analysis, personOf };
}

async function* timed(frames: AsyncIterable<ReadFrame>): AsyncGenerator<{ time: number; frame: AnyCanvas }> {
  for await (const { time, canvas } of frames) yield { time, frame: canvas };
}

/** From pixels of a reduced frame to those of the video. */
function inVideo(row: AnalysisRow, scale: number): AnalysisRow {
  const { x, y, width, height } = row.box;
  return {
    ...row,
    box: { x: x * scale, y: y * scale, width: width * scale, height: height * scale },
    conditions: { ...row.conditions, size: row.conditions.size * scale },
  };
}
