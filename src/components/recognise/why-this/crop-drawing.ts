/** An explained face as it was read, upright and cut out, with what did not matter in the dark. */
import type { Explanation } from '../../../reading/explanation/explanation.js';

export interface DrawingOptions {
  /** One number a patch: how much it speaks for the reading. */
  readonly weights: readonly number[];
  /** As people see themselves. */
  readonly mirrored: boolean;
}

/** How dark it is where nothing speaks for the reading, 0..1. */
const DARKEST = 0.78;

/** Fills a square canvas. @param picture of which the explanation tells, in its own pixels */
export function drawExplained(
  canvas: HTMLCanvasElement,
  picture: CanvasImageSource,
  { corners, side }: Pick<Explanation, 'corners' | 'side'>,
  { weights, mirrored }: DrawingOptions,
): void {
  const context = canvas.getContext('2d')!;
  const { width } = canvas;
  const flip = new DOMMatrix(mirrored ? [-1, 0, 0, 1, width, 0] : [1, 0, 0, 1, 0, 0]);
  const [origin, right, , below] = corners;
  const toPicture = new DOMMatrix([
    (right.x - origin.x) / width,
    (right.y - origin.y) / width,
    (below.x - origin.x) / width,
    (below.y - origin.y) / width,
    origin.x,
    origin.y,
  ]);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, width);
  context.imageSmoothingQuality = 'high';
  context.setTransform(flip.multiply(toPicture.inverse()));
  context.drawImage(picture, 0, 0);
  context.setTransform(flip);
  context.drawImage(shade(weights, side), 0, 0, width, width);
  context.setTransform(1, 0, 0, 1, 0, 0);
}

/** One pixel a patch, black and the clearer the more it matters; drawn large, it is smoothed. */
function shade(weights: readonly number[], side: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(side, side);
  const largest = Math.max(...weights, 0);
  weights.forEach((weight, patch) => {
    const share = largest === 0 ? 0 : Math.max(weight, 0) / largest;
    pixels.data[4 * patch + 3] = Math.round(255 * DARKEST * (1 - Math.sqrt(share)));
  });
  context.putImageData(pixels, 0, 0);
  return canvas;
}
