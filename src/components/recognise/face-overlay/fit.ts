/** Where the pixels of a source lie on the screen: CSS `object-fit`, `object-position` and mirroring as one affine placement. */
import type { Box } from '../../../inference/observation.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Screen = offset + scale x source pixel, in CSS px of the stage; mirrored, x runs from the right edge of the stage. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly mirrored: boolean;
  readonly stageWidth: number;
}

/**
 * The placement of a picture inside a replaced element, as the browser makes it (CSS Images 3, section 5.5).
 * @param source size of the picture in its own pixels
 * @param stage size of the element's content box in CSS px
 * @param fit computed `object-fit`
 * @param position computed `object-position`: two values, each px or per cent
 */
export function placeMedia(
  source: Size,
  stage: Size,
  fit = 'contain',
  position = '50% 50%',
  mirrored = false,
): Placement {
  const scale = fitScale(source, stage, fit);
  const width = source.width * scale.x;
  const height = source.height * scale.y;
  const [positionX = '50%', positionY = '50%'] = position.split(/\s+/);
  return {
    scaleX: scale.x,
    scaleY: scale.y,
    offsetX: offsetOf(positionX, stage.width - width),
    offsetY: offsetOf(positionY, stage.height - height),
    mirrored,
    stageWidth: stage.width,
  };
}

function fitScale(source: Size, stage: Size, fit: string): { x: number; y: number } {
  if (source.width <= 0 || source.height <= 0) return { x: 0, y: 0 };
  const x = stage.width / source.width;
  const y = stage.height / source.height;
  const uniform = (scale: number) => ({ x: scale, y: scale });
  switch (fit) {
    case 'fill':
      return { x, y };
    case 'cover':
      return uniform(Math.max(x, y));
    case 'none':
      return uniform(1);
    case 'scale-down':
      return uniform(Math.min(1, x, y));
    default:
      return uniform(Math.min(x, y));
  }
}

function offsetOf(value: string, free: number): number {
  const number = Number.parseFloat(value);
  if (Number.isNaN(number)) return free / 2;
  return value.endsWith('%') ? (free * number) / 100 : number;
}

/** A box in source pixels as a box in CSS px of the stage. */
export function placeBox(box: Box, placement: Placement): Box {
  const width = box.width * placement.scaleX;
  const height = box.height * placement.scaleY;
  const left = placement.offsetX + box.x * placement.scaleX;
  const x = placement.mirrored ? placement.stageWidth - left - width : left;
  return { x, y: placement.offsetY + box.y * placement.scaleY, width, height };
}
