/** A part of the stage, enlarged until it fills it. */
import type { Box } from '../../../inference/observation.js';
import type { Size } from './fit.js';

/** Enlarged = offset + scale x place on the stage, CSS px. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** A face takes this part of the shorter side. */
const FILLED = 0.45;
const LARGEST = 12;

/** What brings a face to the middle of the stage. */
export function zoomOn(face: Box, stage: Size): Zoom {
  const wanted = (FILLED * Math.min(stage.width, stage.height)) / Math.max(face.width, face.height, 1);
  const scale = Math.min(Math.max(wanted, 1), LARGEST);
  return {
    scale,
    x: stage.width / 2 - scale * (face.x + face.width / 2),
    y: stage.height / 2 - scale * (face.y + face.height / 2),
  };
}

/** Where a box of the stage comes to. */
export function enlarged({ x, y, width, height }: Box, zoom: Zoom): Box {
  const { scale } = zoom;
  return { x: zoom.x + scale * x, y: zoom.y + scale * y, width: scale * width, height: scale * height };
}
