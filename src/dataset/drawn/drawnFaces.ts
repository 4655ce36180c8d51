/** A small labelled set that needs no files and hurts no one's rights: drawn faces, each turned, shaped, inked and lit a little otherwise. */
import { Random } from '../../base/random.js';
import { EXPRESSIONS, type Expression } from '../../expressions.js';
import { context2d, createCanvas } from '../../faces/canvas.js';
import type { NamedBlob } from '../../storage/namedFiles.js';
import { encodePng } from '../browserImages.js';
import { DRAWING_SIDE, EXPRESSION_DRAWINGS, EYES, eyeOutline, HEAD, NOSE, PUPIL } from './drawings.js';

/** Drawings of each expression. */
export const DRAWN_A_CLASS = 20;
/** Side of a picture, px. */
const SIDE = 112;
const SEED = 14;

/** How far drawings differ: degrees, parts of the size, units of the drawing, and grey levels. */
const VARIETY = {
  turn: 14,
  size: 0.12,
  width: 0.1,
  shift: 5,
  eyes: 1.5,
  ink: [2.2, 4.6],
  face: [150, 235],
  lines: [20, 70],
} as const;

/** `happiness/3.png` and so on: the label is what was drawn. The same pictures every time. */
export async function drawnFaces(): Promise<NamedBlob[]> {
  const random = new Random(SEED);
  const files: NamedBlob[] = [];
  for (const expression of EXPRESSIONS) {
    for (let index = 1; index <= DRAWN_A_CLASS; index++) {
      const { bytes, type } = await encodePng(draw(expression, random));
      files.push({ path: `${expression}/${index}.png`, blob: new Blob([bytes], { type }) });
    }
  }
  return files;
}

function draw(expression: Expression, random: Random): ImageData {
  const canvas = createCanvas(SIDE, SIDE);
  const context = context2d(canvas);
  const around = (spread: number) => (2 * random.next() - 1) * spread;
  const between = ([low, high]: readonly [number, number]) => low + random.next() * (high - low);
  const light = context.createLinearGradient(0, 0, random.next() * SIDE, SIDE);
  for (const place of [0, 1]) light.addColorStop(place, grey(between([40, 210])));
  context.fillStyle = light;
  context.fillRect(0, 0, SIDE, SIDE);

  const scale = (SIDE / DRAWING_SIDE) * 1.08;
  const size = 1 + around(VARIETY.size);
  context.translate(SIDE / 2 + around(VARIETY.shift), SIDE / 2 + around(VARIETY.shift));
  context.rotate((around(VARIETY.turn) * Math.PI) / 180);
  context.scale(scale * size * (1 + around(VARIETY.width)), scale * size);
  context.translate(-DRAWING_SIDE / 2, -DRAWING_SIDE / 2);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = between(VARIETY.ink);
  context.fillStyle = grey(between(VARIETY.face));
  context.strokeStyle = grey(between(VARIETY.lines));

  const { eyes, lines } = EXPRESSION_DRAWINGS[expression];
  const opening = Math.max(2, eyes + around(VARIETY.eyes));
  context.save();
  context.clip(new Path2D(HEAD));
  context.fillRect(0, 0, DRAWING_SIDE, DRAWING_SIDE);
  context.restore();
  for (const outline of [HEAD, NOSE, lines, eyeOutline(EYES.left, opening), eyeOutline(EYES.right, opening)]) {
    context.stroke(new Path2D(outline));
  }
  context.fillStyle = context.strokeStyle;
  for (const middle of [EYES.left, EYES.right]) {
    context.beginPath();
    context.arc(middle, EYES.height, PUPIL, 0, 2 * Math.PI);
    context.fill();
  }
  return context.getImageData(0, 0, SIDE, SIDE);
}

function grey(level: number): string {
  return `hsl(0 0% ${((100 * level) / 255).toFixed(1)}%)`;
}
