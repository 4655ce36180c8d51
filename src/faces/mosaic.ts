/** Faces that nobody is to be known by. */
import { context2d, createCanvas, type AnyContext } from './canvas.js';
import type { Box } from './geometry.js';

/** Cells a side: what lies in one is averaged, and cannot be had back. */
const CELLS = 6;

/**
 * Draws a part of a picture as a mosaic.
 *
 * @param from the part, pixels of the picture
 * @param to where it comes to, pixels of the canvas
 */
export function drawMosaic(onto: AnyContext, picture: CanvasImageSource, from: Box, to: Box): void {
  const small = createCanvas(CELLS, CELLS);
  const reduced = context2d(small);
  reduced.imageSmoothingQuality = 'high';
  reduced.drawImage(picture, from.x, from.y, from.width, from.height, 0, 0, CELLS, CELLS);
  onto.drawImage(small, 0, 0, CELLS, CELLS, to.x, to.y, to.width, to.height);
}
