/** The areas by name, for what a page adds to them. */
import type { common } from './common/en.js';
import type { ErrorTexts } from './common/area.js';
import type { Catalogue, Translation } from './message.js';
import type { demo } from './demo/en.js';
import type { discover } from './discover/en.js';
import type { evaluate } from './evaluate/en.js';
import type { models } from './models/en.js';
import type { recognise } from './recognise/en.js';
import type { report } from './report/en.js';

type Some<English extends Catalogue> = Partial<Translation<English>>;

/** What {@link registerMessages} takes: texts by area and key, any of them left out. */
export interface Messages {
  /** Expressions, reasons, words that all elements share; and what to say of each error, by `error.` and its code. */
  readonly common?: Some<typeof common> & Partial<ErrorTexts>;
  /** The demo page; no element of the package uses it. */
  readonly demo?: Some<typeof demo>;
  /** `<qcs-fer>` and its parts. */
  readonly recognise?: Some<typeof recognise>;
  /** What helps to try things: the tour and the game of the demo page, drawn faces. */
  readonly discover?: Some<typeof discover>;
  /** `<qcs-evaluate>` and its parts. */
  readonly evaluate?: Some<typeof evaluate>;
  /** `<qcs-models>` and its parts. */
  readonly models?: Some<typeof models>;
  /** Reports of videos and recordings. */
  readonly report?: Some<typeof report>;
}
