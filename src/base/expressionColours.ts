/** How expressions are drawn, wherever they are. */
import { isExpression, type Expression } from '../expressions.js';
import { hashText } from './hash.js';

/** Told apart with the common forms of colour blindness (after Okabe and Ito). */
export const PALETTE = {
  grey: '#8A8F98',
  orange: '#E69F00',
  sky: '#56B4E9',
  blue: '#0072B2',
  vermilion: '#D55E00',
  green: '#009E73',
  pink: '#CC79A7',
  violet: '#7A5AA6',
} as const;

/** Always shown with an icon or a name beside them. */
export const EXPRESSION_COLOURS: Readonly<Record<Expression, string>> = {
  neutral: PALETTE.grey,
  happiness: PALETTE.orange,
  surprise: PALETTE.sky,
  sadness: PALETTE.blue,
  anger: PALETTE.vermilion,
  disgust: PALETTE.green,
  fear: PALETTE.pink,
  contempt: PALETTE.violet,
};

/** The colour of a class: the palette's where it has one, else one made from the name, the same on every page and in every run. */
export function expressionColour(name: string): string {
  if (isExpression(name)) return EXPRESSION_COLOURS[name];
  const hash = hashText(name);
  const hue = hash % 360;
  const lightness = 46 + ((hash >>> 10) % 3) * 6;
  return `hsl(${hue} 55% ${lightness}%)`;
}

/** Below this probability the most probable class is called "not clear" and drawn faint. */
export const CLEAR_CONFIDENCE = 0.5;
