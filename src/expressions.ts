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

/** A class name as people read it: first letter upper case, separators as spaces, and kept apart where it turns the direction of writing. */
export function displayName(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ').trim();
  return isolated(words.charAt(0).toUpperCase() + words.slice(1));
}

/** Letters of scripts that run from right to left, and what turns the direction of writing. */
const TURNS = /[\p{Bidi_Control}\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/u;
/** What would end the isolation early: its own characters, and the ends of paragraphs (Unicode Annex 9, 2.4.2). */
const ENDS = /[\u2066-\u2069\u2028\u2029]/gu;

/** A name from a file, kept apart from the text around it, which stays as it is written. Most names are returned as they are. */
export function isolated(name: string): string {
  return TURNS.test(name) ? `\u2068${name.replaceAll(ENDS, '')}\u2069` : name;
}
