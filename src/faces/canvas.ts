/** Canvases that work in a page and in a worker alike. */
import { RuntimeError } from '../errors.js';
import type { PixelSource } from './crop.js';
import type { Box } from './geometry.js';
import type { PixelImage } from './image.js';

export type AnyCanvas = OffscreenCanvas | HTMLCanvasElement;
export type AnyContext = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** What frames are when they reach the detector. */
export type Frame = ImageBitmap | AnyCanvas;

/**
 * A canvas of any kind that there is: pages without OffscreenCanvas have the element.
 * @throws RuntimeError `worker-blocked` in their workers, which have nothing
 */
export function createCanvas(width: number, height: number): AnyCanvas {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  if (typeof document === 'undefined') {
    throw new RuntimeError(
      'worker-blocked',
      'Workers of this browser cannot read images. Use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/**
 * An opaque 2D context: transparent parts of a picture become black.
 * @throws RuntimeError `out-of-memory` where the browser gives none
 */
export function context2d(canvas: AnyCanvas, options: { readonly willReadFrequently?: boolean } = {}): AnyContext {
  const context = canvas.getContext('2d', { alpha: false, ...options });
  if (context === null) {
    throw new RuntimeError('out-of-memory', 'The browser gives no canvas to draw on. Close other tabs and try again.');
  }
  return context;
}

/** Larger frames than this, in pixels, are reduced where all of their pixels are read at once. */
const MOST_PIXELS = 4_000_000;

/** A frame's pixels in memory, with the way to the rest where they are fewer than the frame has. */
export interface HeldFrame extends PixelImage {
  readonly frame: Frame;
  readonly detail?: PixelSource;
}

/** Reads frames through one scratch canvas, which grows as needed and is kept from frame to frame. */
export class FrameReader {
  private readonly canvas = createCanvas(1, 1);
  private readonly context = context2d(this.canvas, { willReadFrequently: true });

  over(frame: Frame): PixelSource {
    return { width: frame.width, height: frame.height, read: (box) => this.read(frame, box, box) };
  }

  /** All of a frame, at most {@link MOST_PIXELS}. */
  hold(frame: Frame): HeldFrame {
    const { width, height } = frame;
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
    const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    const held = { frame, ...this.read(frame, { x: 0, y: 0, width, height }, size) };
    return scale === 1 ? held : { ...held, detail: this.over(frame) };
  }

  private read(frame: Frame, part: Box, { width, height }: Pick<Box, 'width' | 'height'>): PixelImage {
    if (this.canvas.width < width) this.canvas.width = width;
    if (this.canvas.height < height) this.canvas.height = height;
    this.context.imageSmoothingQuality = 'high';
    this.context.clearRect(0, 0, width, height);
    this.context.drawImage(frame, part.x, part.y, part.width, part.height, 0, 0, width, height);
    const { data } = this.context.getImageData(0, 0, width, height);
    return { data, width, height };
  }
}
