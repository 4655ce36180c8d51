/** Faces that show what is meant by an expression, drawn for this project, and the same in words. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { type Expression, isExpression } from '../../../expressions.js';

interface Drawing {
  /** Half the height of the eyes. */
  readonly eyes: number;
  /** Brows, mouth, lines. */
  readonly lines: string;
  /** What to do with the face. */
  readonly words: string;
}

const DRAWINGS: Readonly<Record<Expression, Drawing>> = {
  neutral: {
    eyes: 7,
    lines: 'M34 43q9-5 18-2M86 43q-9-5-18-2M48 87h24',
    words: 'The face at rest, lips closed',
  },
  happiness: {
    eyes: 5,
    lines: 'M34 42q9-5 18-2M86 42q-9-5-18-2M41 80q19 8 38 0q-6 17-19 17t-19-17ZM35 66q7 4 14 1M85 66q-7 4-14 1',
    words: 'Corners of the mouth up, cheeks raised',
  },
  surprise: {
    eyes: 11,
    lines: 'M32 33q10-8 20-3M88 33q-10-8-20-3M60 76c7 0 9 6 9 13s-4 10-9 10-9-3-9-10 2-13 9-13Z',
    words: 'Brows up, eyes wide, jaw dropped',
  },
  sadness: {
    eyes: 5,
    lines: 'M34 46q9-2 18-10M86 46q-9-2-18-10M46 92q14-12 28 0M36 50q7-4 14-3M84 50q-7-4-14-3',
    words: 'Inner ends of the brows up, corners of the mouth down',
  },
  anger: {
    eyes: 5,
    lines: 'M33 39q10 1 20 9M87 39q-10 1-20 9M57 44v7M63 44v7M46 87q14-3 28 0M49 92q11-2 22 0',
    words: 'Brows down and together, lips pressed',
  },
  disgust: {
    eyes: 4,
    lines:
      'M34 44q9-2 18 3M86 44q-9-2-18 3M52 60q8-5 16 0M51 65q9-5 18 0M45 89q8-10 15-5q7-5 15 5q-15 7-30 0ZM44 76q3-5 7-7M76 76q-3-5-7-7',
    words: 'Nose wrinkled, upper lip raised',
  },
  fear: {
    eyes: 11,
    lines: 'M33 38q9-5 19-6M87 38q-9-5-19-6M56 32v5M64 32v5M43 86q17-7 34 0q-2 9-17 9t-17-9Z',
    words: 'Brows up and together, eyes wide, lips stretched sideways',
  },
  contempt: {
    eyes: 6,
    lines: 'M34 43q9-4 18-1M86 39q-9-7-18-2M46 87q16 3 30-8M79 72q4 5 2 11',
    words: 'One corner of the mouth drawn up and back',
  },
};

function eye(middle: number, half: number): SVGTemplateResult {
  const outline = `M${middle - 9} 54q9-${2 * half} 18 0q-9 ${2 * half}-18 0Z`;
  return svg`<path d=${outline} /><circle cx=${middle} cy="54" r="3" fill="currentColor" stroke="none" />`;
}

/** A drawn face for a known expression; null for a class of one's own. */
export function expressionPicture(name: string, size: number): TemplateResult | null {
  if (!isExpression(name)) return null;
  const { eyes, lines } = DRAWINGS[name];
  return html`<svg
    class="picture"
    width=${size}
    height=${size}
    viewBox="0 0 120 120"
    fill="none"
    stroke="currentColor"
    stroke-width="3.2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d="M60 10c26 0 39 18 39 43 0 31-18 57-39 57S21 84 21 53c0-25 13-43 39-43Z" />
    ${eye(43, eyes)}${eye(77, eyes)}
    <path d="M60 54v16q-3 3-6 1" />
    <path d=${lines} />
  </svg>`;
}

/** How to make it; for a class of one's own, that it is one's own. */
export function expressionWords(name: string): string {
  return isExpression(name) ? DRAWINGS[name].words : 'Show it as it should be recognised later';
}
