/** A photo with what was read drawn into it, to keep or to send. */
import { context2d, createCanvas, type AnyCanvas, type AnyContext } from '../../../faces/canvas.js';
import { centre, squareAround } from '../../../faces/geometry.js';
import { drawMosaic } from '../../../faces/mosaic.js';
import type { Box, FaceObservation } from '../../../inference/observation.js';
import { LABEL_SIZES, placeLabels } from '../face-overlay/label-places.js';
import { expressionColour } from '../../ui/tokens.js';

/** The longest side of the picture, px. */
const LONGEST_SIDE = 3200;
/** Labels are laid out as on a stage of this many units a side, whatever the pixels. */
const STAGE_SIDE = 1600;
/** A mosaic covers this many face sizes: hair and chin too. */
const COVERED = 1.45;
const FONT = ['550', '14px', 'system-ui'].join(' ');
const LINE = 22;
const PADDING = 12;

export interface AnnotationParts {
  /** Faces as a mosaic. */
  readonly blurred: boolean;
  /** What is written for a face. */
  readonly text: (face: FaceObservation) => string;
}

/**
 * The picture with a bracket and a label a face. Where a label would hide another face there is a number, and its words stand under the picture.
 *
 * @param faces boxes in pixels of the picture
 */
export function annotatedPicture(
  picture: HTMLCanvasElement,
  faces: readonly FaceObservation[],
  { blurred, text }: AnnotationParts,
): AnyCanvas {
  const longest = Math.max(picture.width, picture.height);
  const pixels = Math.min(1, LONGEST_SIDE / longest);
  /** Units of the stage for a pixel of the picture, and pixels of the result for a unit. */
  const units = STAGE_SIDE / longest;
  const unit = pixels / units;
  const stage = { width: picture.width * units, height: picture.height * units };
  const drawn = faces.map((face) => ({ face, box: scaled(face.box, units) }));
  const ruler = context2d(createCanvas(1, 1));
  ruler.font = FONT;
  const widthOf = (words: string) => ruler.measureText(words).width + 2 * PADDING;
  const places = placeLabels(
    drawn.map(({ face, box }) => ({ id: face.id, box, width: widthOf(text(face)) })),
    stage,
  );
  const numbered = drawn.filter(({ face }) => places.get(face.id)?.kind !== 'words');
  const columnWidth = Math.max(1, ...numbered.map(({ face }, index) => widthOf(`${index + 1}  ${text(face)}`)));
  const columns = Math.max(1, Math.floor((stage.width - 2 * PADDING) / columnWidth));
  const rows = Math.ceil(numbered.length / columns);
  const legend = rows === 0 ? 0 : rows * LINE + 2 * PADDING;
  const canvas = createCanvas(Math.round(stage.width * unit), Math.round((stage.height + legend) * unit));
  const context = context2d(canvas);
  context.scale(unit, unit);
  context.fillStyle = '#0a0f12';
  context.fillRect(0, 0, stage.width, stage.height + legend);
  context.drawImage(picture, 0, 0, stage.width, stage.height);
  if (blurred) {
    for (const { face } of drawn) {
      const around = squareAround(centre(face.box), Math.max(face.box.width, face.box.height) * COVERED);
      drawMosaic(context, picture, around, scaled(around, units));
    }
  }
  context.font = FONT;
  context.textBaseline = 'middle';
  for (const { face, box } of drawn) drawBracket(context, box, expressionColour(face.expression));
  for (const { face, box } of drawn) {
    const { kind, x, y } = places.get(face.id)!;
    const number = numbered.findIndex((other) => other.face === face) + 1;
    const [width, words] = kind === 'words' ? [widthOf(text(face)), text(face)] : [LABEL_SIZES.icon, String(number)];
    drawLabel(
      context,
      { x: box.x + x, y: box.y + y, width, height: kind === 'words' ? LABEL_SIZES.words : LABEL_SIZES.icon },
      words,
    );
  }
  context.textAlign = 'start';
  context.fillStyle = '#fff';
  for (const [index, { face }] of numbered.entries()) {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const y = stage.height + PADDING + (row + 0.5) * LINE;
    context.fillText(`${index + 1}  ${text(face)}`, PADDING + column * columnWidth, y);
  }
  return canvas;
}

function drawBracket(context: AnyContext, { x, y, width, height }: Box, colour: string): void {
  context.beginPath();
  context.roundRect(x, y, width, height, 10);
  for (const [line, style] of [
    [5, 'rgb(0 0 0 / 45%)'],
    [3, colour],
  ] as const) {
    context.lineWidth = line;
    context.strokeStyle = style;
    context.stroke();
  }
}

function drawLabel(context: AnyContext, { x, y, width, height }: Box, words: string): void {
  context.fillStyle = 'rgb(10 15 18 / 84%)';
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fill();
  context.fillStyle = '#fff';
  context.textAlign = 'center';
  context.fillText(words, x + width / 2, y + height / 2 + 1);
}

function scaled({ x, y, width, height }: Box, scale: number): Box {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}
