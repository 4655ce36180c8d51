/** A small video that a test makes: frame by frame, so that what it shows when is known. */
import { BufferTarget, CanvasSource, Output, QUALITY_HIGH, WebMOutputFormat } from 'mediabunny';

export interface ClipOptions {
  readonly width: number;
  readonly height: number;
  /** Frames a second. */
  readonly rate: number;
  readonly frames: number;
  readonly draw: (context: OffscreenCanvasRenderingContext2D, frame: number) => void;
}

/** A WebM file (VP8). */
export async function makeClip({ width, height, rate, frames, draw }: ClipOptions): Promise<File> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const output = new Output({ format: new WebMOutputFormat(), target: new BufferTarget() });
  const source = new CanvasSource(canvas, { codec: 'vp8', bitrate: QUALITY_HIGH, keyFrameInterval: 1 });
  output.addVideoTrack(source, { frameRate: rate });
  await output.start();
  for (let frame = 0; frame < frames; frame++) {
    context.fillStyle = '#345';
    context.fillRect(0, 0, width, height);
    draw(context, frame);
    await source.add(frame / rate, 1 / rate);
  }
  await output.finalize();
  return new File([output.target.buffer!], 'clip.webm', { type: 'video/webm' });
}
