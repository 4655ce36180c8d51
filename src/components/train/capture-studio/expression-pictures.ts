/** Faces that show what is meant by an expression, and the same in words. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import {
  DRAWING_SIDE,
  EXPRESSION_DRAWINGS,
  EYES,
  eyeOutline,
  HEAD,
  NOSE,
  PUPIL,
} from '../../../dataset/drawn/drawings.js';
import { type Expression, isExpression } from '../../../expressions.js';

/** What to do with the face. */
const WORDS: Readonly<Record<Expression, string>> = {
  neutral: 'The face at rest, lips closed',
  happiness: 'Corners of the mouth up, cheeks raised',
  surprise: 'Brows up, eyes wide, jaw dropped',
  sadness: 'Inner ends of the brows up, corners of the mouth down',
  anger: 'Brows down and together, lips pressed',
  disgust: 'Nose wrinkled, upper lip raised',
  fear: 'Brows up and together, eyes wide, lips stretched sideways',
  contempt: 'One corner of the mouth drawn up and back',
};

function eye(middle: number, half: number): SVGTemplateResult {
  return svg`<path d=${eyeOutline(middle, half)} /><circle cx=${middle} cy=${EYES.height} r=${PUPIL} fill="currentColor" stroke="none" />`;
}

/** A drawn face for a known expression; null for a class of one's own. */
export function expressionPicture(name: string, size: number): TemplateResult | null {
  if (!isExpression(name)) return null;
  const { eyes, lines } = EXPRESSION_DRAWINGS[name];
  return html`<svg
    class="picture"
    width=${size}
    height=${size}
    viewBox="0 0 ${DRAWING_SIDE} ${DRAWING_SIDE}"
    fill="none"
    stroke="currentColor"
    stroke-width="3.2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d=${HEAD} />
    ${eye(EYES.left, eyes)}${eye(EYES.right, eyes)}
    <path d=${NOSE} />
    <path d=${lines} />
  </svg>`;
}

/** How to make it; for a class of one's own, that it is one's own. */
export function expressionWords(name: string): string {
  return isExpression(name) ? WORDS[name] : 'Show it as it should be recognised later';
}
