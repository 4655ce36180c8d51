/** Where the labels of faces stand so that none hides a face: beside its own, clear of all others and of each other. */
import type { Box } from '../../../inference/observation.js';
import type { Size } from './fit.js';

/** How much is written: the expression in words, its icon, or a spot in its colour where there is room for no more. */
export type LabelKind = 'words' | 'icon' | 'spot';

/** A face that wants a label. Lengths are CSS px of the stage. */
export interface LabelledFace {
  readonly id: number;
  readonly box: Box;
  /** Room that the label takes in words; undefined where an icon is enough. */
  readonly width: number | undefined;
}

/** Where a label stands, from the corner of its face's box, CSS px. */
export interface LabelPlace {
  readonly kind: LabelKind;
  readonly x: number;
  readonly y: number;
}

/** Heights, and the width of what is no words, CSS px. */
export const LABEL_SIZES = { words: 28, icon: 22, spot: 10 } as const satisfies Record<LabelKind, number>;
/** Between a face and its label, CSS px. */
const GAP = 4;
/** A face this many labels high shows enough of itself beside one in its corner. */
const ROOMY = 5;

/** @param faces the most important first: they choose their places before the others */
export function placeLabels(faces: readonly LabelledFace[], stage: Size): ReadonlyMap<number, LabelPlace> {
  const taken: Box[] = [];
  const places = new Map<number, LabelPlace>();
  for (const face of faces) {
    const others = faces.filter((other) => other !== face).map(({ box }) => box);
    const isApart = (label: Box) => !taken.some((box) => meet(box, label));
    const isFree = (label: Box) =>
      isApart(label) &&
      label.x >= 0 &&
      label.y >= 0 &&
      label.x + label.width <= stage.width &&
      label.y + label.height <= stage.height &&
      !others.some((box) => meet(box, label));
    const corners = spots(face.box);
    const [kind, label] = candidates(face).find(([, candidate]) => isFree(candidate)) ?? [
      'spot',
      corners.find(isApart) ?? corners[0],
    ];
    taken.push(label);
    places.set(face.id, { kind, x: label.x - face.box.x, y: label.y - face.box.y });
  }
  return places;
}

function candidates({ box, width }: LabelledFace): (readonly [LabelKind, Box])[] {
  const of = (kind: LabelKind, labels: readonly Box[]) => labels.map((label) => [kind, label] as const);
  const side = LABEL_SIZES.icon;
  return [
    ...(width === undefined ? [] : of('words', around(box, width, LABEL_SIZES.words, 0))),
    ...of('icon', around(box, side, side, (box.width - side) / 2)),
    ...of('spot', spots(box)),
  ];
}

/** Above, below and beside a face; in its corner where it is large. */
function around(box: Box, width: number, height: number, inset: number): Box[] {
  const { x, y } = box;
  const left = x + inset;
  const right = x + box.width - width - inset;
  const rows = [y - height - GAP, y + box.height + GAP];
  const free = [
    ...rows.flatMap((top) => [left, right].map((start) => ({ x: start, y: top, width, height }))),
    ...[x + box.width + GAP, x - width - GAP].map((start) => ({
      x: start,
      y: y + (box.height - height) / 2,
      width,
      height,
    })),
  ];
  const isRoomy = box.height >= ROOMY * height && box.width >= width + 2 * GAP;
  return isRoomy ? [...free, { x: x + GAP, y: y + GAP, width, height }] : free;
}

/** On the corners of the brackets, then on the middles of its sides. */
function spots({ x, y, width, height }: Box): Box[] {
  const side = LABEL_SIZES.spot;
  const at = (across: number, down: number) => ({
    x: x + across * width - side / 2,
    y: y + down * height - side / 2,
    width: side,
    height: side,
  });
  const corners = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
  return [...corners, at(0.5, 0), at(0.5, 1), at(0, 0.5), at(1, 0.5)];
}

function meet(first: Box, second: Box): boolean {
  return (
    first.x < second.x + second.width &&
    second.x < first.x + first.width &&
    first.y < second.y + second.height &&
    second.y < first.y + first.height
  );
}
