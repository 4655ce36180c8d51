/** A part of the catalogue that is carried and loaded together: what one tab or element says. */
import type { Language } from './languages.js';
import type { Catalogue, Translation } from './message.js';

/** A module of one language: its default export is the area's texts. */
export interface Translated<Texts> {
  readonly default: Texts;
}

export interface Area<English extends Catalogue = Catalogue, Texts = Translation<English>> {
  readonly name: string;
  /** Comes with the element; what is missing elsewhere is said in it. */
  readonly english: English;
  /** The other languages, each a file of its own that is loaded when it is first needed. An area without them is said in English. */
  readonly load: {
    readonly [Code in Exclude<Language, 'en'>]?: () => Promise<Translated<Texts>>;
  };
}

/** An area, whatever it says. */
export type AnyArea = Area<Catalogue, Catalogue>;
