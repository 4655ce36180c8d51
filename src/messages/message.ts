/** What a message is: a text with places for values, or one text for each plural form. Data alone, so that tests and hosts can read it. */

/** Texts by the plural forms of `Intl.PluralRules`; the form is chosen by the value `count`. */
export type Plural = { readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>;

/** `'Face {index} of {total}'`, or `{ one: '{count} face', other: '{count} faces' }`. */
export type Message = string | Plural;

export type Catalogue = Readonly<Record<string, Message>>;

/** The same keys and the same kinds of message, in another language. */
export type Translation<English extends Catalogue> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Plural;
};

type PlacesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | PlacesIn<Rest> : never;

/** Names of the values that a message takes. */
export type Places<Known extends Message> = Known extends string
  ? PlacesIn<Known>
  : Known extends Plural
    ? PlacesIn<Known['other']> | 'count'
    : never;

/** What stands behind the key of a message: its values, or nothing where it takes none. */
export type Values<Known extends Message> = [Places<Known>] extends [never]
  ? []
  : [
      values: {
        readonly [Name in Places<Known>]: Known extends Plural ? (Name extends 'count' ? number : Value) : Value;
      },
    ];

/** Numbers are written as the language does, texts as they stand. */
export type Value = string | number;

const PLACE = /\{(\w+)\}/g;

/** Names of the places in a text, in their order. */
export function placesOf(text: string): string[] {
  return [...text.matchAll(PLACE)].map(([, name]) => name);
}

/** @param write how numbers are written */
export function fill(text: string, values: Readonly<Record<string, Value>>, write: (value: number) => string): string {
  return text.replace(PLACE, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? write(value) : value;
  });
}
