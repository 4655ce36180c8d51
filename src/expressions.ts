/**
 * The expressions that known data sets name. A model's manifest names its own classes: nothing relies on position alone, and a model
 * may have classes that stand in no list here.
 */

export const EXPRESSIONS = [
  'neutral',
  'happiness',
  'surprise',
  'sadness',
  'anger',
  'disgust',
  'fear',
  'contempt',
] as const;

/** The names that {@link EXPRESSIONS} has. */
export type Expression = (typeof EXPRESSIONS)[number];

/** Class orders of the published data sets, by the name that the command line and the Models tab use. */
export const CLASS_ORDERS = {
  ferplus: ['neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt'],
  rafdb: ['surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral'],
  affectnet7: ['neutral', 'happiness', 'sadness', 'surprise', 'fear', 'disgust', 'anger'],
  affectnet8: ['neutral', 'happiness', 'sadness', 'surprise', 'fear', 'disgust', 'anger', 'contempt'],
} as const satisfies Record<string, readonly Expression[]>;

/** A data set whose order of classes is known. */
export type ClassOrder = keyof typeof CLASS_ORDERS;

/** What the Models tab calls those data sets. */
export const ORDER_TITLES: Readonly<Record<ClassOrder, string>> = {
  ferplus: 'FERPlus',
  rafdb: 'RAF-DB',
  affectnet7: 'AffectNet, 7 classes',
  affectnet8: 'AffectNet, 8 classes',
};

/** Whether a class name is one of the eight. */
export function isExpression(name: string): name is Expression {
  return (EXPRESSIONS as readonly string[]).includes(name);
}

/** A class name as people read it: first letter upper case, separators as spaces. */
export function displayName(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
