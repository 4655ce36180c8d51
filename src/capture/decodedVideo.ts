/** Videos read with WebCodecs: the container is taken apart by mediabunny, and every frame is decoded once. */
import type { WrappedCanvas } from 'mediabunny';
import { CaptureError } from '../errors.js';
import { ROUNDING, reducedSize, sampleTimes } from './frameTimes.js';
import type { ReadFrame, VideoReader } from './videoReader.js';

/** One canvas is looked at, one is decoded ahead, one is being drawn. */
const CANVASES = 3;

/** Undefined where the browser has no decoder for the file, or nobody knows its format. */
export async function openDecodedVideo(file: Blob): Promise<VideoReader | undefined> {
  if (typeof VideoDecoder === 'undefined') return undefined;
  const { BlobSource, CanvasSink, Input, MATROSKA, MP4, MPEG_TS, QTFF, WEBM } = await import('mediabunny');
  const input = new Input({ source: new BlobSource(file), formats: [MP4, QTFF, WEBM, MATROSKA, MPEG_TS] });
  try {
    const track = (await input.canRead()) ? await input.getPrimaryVideoTrack() : null;
    if (track === null || !(await track.canDecode())) {
      input.dispose();
      return undefined;
    }
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    const first = await track.getFirstTimestamp();
    const duration = (await track.computeDuration()) - first;
    const sink = new CanvasSink(track, { ...reducedSize(width, height), fit: 'fill', poolSize: CANVASES });
    const chosen = (rate: number | undefined) =>
      rate === undefined
        ? everyFrame(sink.canvases(), first)
        : framesAt(sink.canvasesAtTimestamps(shifted(sampleTimes(duration, rate), first)), duration, rate);
    return {
      width,
      height,
      duration,
      method: 'decoder',
      frames: (rate) => named(chosen(rate), () => input.disposed),
      close: () => input.dispose(),
    };
  } catch {
    // Not a file that this reader understands: a video element may.
    input.dispose();
    return undefined;
  }
}

function* shifted(times: Iterable<number>, first: number): Generator<number, void, undefined> {
  for (const time of times) yield first + time + ROUNDING;
}

async function* everyFrame(frames: AsyncIterable<WrappedCanvas>, first: number): AsyncGenerator<ReadFrame> {
  let last = Number.NEGATIVE_INFINITY;
  for await (const { canvas, timestamp } of frames) {
    const time = timestamp - first;
    if (time <= last) continue;
    last = time;
    yield { time, canvas };
  }
}

async function* framesAt(
  frames: AsyncIterable<WrappedCanvas | null>,
  duration: number,
  rate: number,
): AsyncGenerator<ReadFrame> {
  const times = sampleTimes(duration, rate);
  for await (const frame of frames) {
    const { value: time } = times.next();
    if (frame !== null && time !== undefined) yield { time, canvas: frame.canvas };
  }
}

/** Frames whose fault has the name of ours. */
async function* named(frames: AsyncIterable<ReadFrame>, wasClosed: () => boolean): AsyncGenerator<ReadFrame> {
  let time = 0;
  try {
    for await (const frame of frames) {
      ({ time } = frame);
      yield frame;
    }
  } catch (cause) {
    if (wasClosed()) return;
    throw new CaptureError(
      'unsupported-video',
      `The video cannot be decoded beyond ${time.toFixed(1)} s: the file seems to be damaged. Save it again, or cut it there.`,
      { cause },
    );
  }
}
