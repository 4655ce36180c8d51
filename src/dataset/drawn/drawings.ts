/** Outlines of faces that show an expression, drawn for this project, on a square of 120 units. */
import type { Expression } from '../../expressions.js';

/** Side of the square. */
export const DRAWING_SIDE = 120;

export interface ExpressionDrawing {
  /** Half the height of the eyes. */
  readonly eyes: number;
  /** Brows, mouth, lines, as the `d` of a path. */
  readonly lines: string;
}

export const EXPRESSION_DRAWINGS: Readonly<Record<Expression, ExpressionDrawing>> = {
  neutral: {
    eyes: 7,
    lines: 'M34 43q9-5 18-2M86 43q-9-5-18-2M48 87h24',
  },
  happiness: {
    eyes: 5,
    lines: 'M34 42q9-5 18-2M86 42q-9-5-18-2M41 80q19 8 38 0q-6 17-19 17t-19-17ZM35 66q7 4 14 1M85 66q-7 4-14 1',
  },
  surprise: {
    eyes: 11,
    lines: 'M32 33q10-8 20-3M88 33q-10-8-20-3M60 76c7 0 9 6 9 13s-4 10-9 10-9-3-9-10 2-13 9-13Z',
  },
  sadness: {
    eyes: 5,
    lines: 'M34 46q9-2 18-10M86 46q-9-2-18-10M46 92q14-12 28 0M36 50q7-4 14-3M84 50q-7-4-14-3',
  },
  anger: {
    eyes: 5,
    lines: 'M33 39q10 1 20 9M87 39q-10 1-20 9M57 44v7M63 44v7M46 87q14-3 28 0M49 92q11-2 22 0',
  },
  disgust: {
    eyes: 4,
    lines:
      'M34 44q9-2 18 3M86 44q-9-2-18 3M52 60q8-5 16 0M51 65q9-5 18 0M45 89q8-10 15-5q7-5 15 5q-15 7-30 0ZM44 76q3-5 7-7M76 76q-3-5-7-7',
  },
  fear: {
    eyes: 11,
    lines: 'M33 38q9-5 19-6M87 38q-9-5-19-6M56 32v5M64 32v5M43 86q17-7 34 0q-2 9-17 9t-17-9Z',
  },
  contempt: {
    eyes: 6,
    lines: 'M34 43q9-4 18-1M86 39q-9-7-18-2M46 87q16 3 30-8M79 72q4 5 2 11',
  },
};

/** The outline of the head. */
export const HEAD = 'M60 10c26 0 39 18 39 43 0 31-18 57-39 57S21 84 21 53c0-25 13-43 39-43Z';
export const NOSE = 'M60 54v16q-3 3-6 1';
/** Where the eyes are, and how wide a pupil. */
export const EYES = { left: 43, right: 77, height: 54 } as const;
export const PUPIL = 3;

/** The outline of an eye. */
export function eyeOutline(middle: number, half: number): string {
  return `M${middle - 9} ${EYES.height}q9-${2 * half} 18 0q-9 ${2 * half}-18 0Z`;
}
