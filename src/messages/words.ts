/** What an element says in one language: its texts by key, and the words that all elements share. */
import type { QcsError } from '../errors.js';
import { displayName, isExpression } from '../expressions.js';
import type { AnyArea, Area } from './area.js';
import { commonArea } from './common/area.js';
import type { common } from './common/en.js';
import { Formats, pluralForm } from './formats.js';
import { canonical, FALLBACK } from './languages.js';
import { fill, type Catalogue, type Message, type Value, type Values } from './message.js';
import { find, spoken } from './store.js';

/** Expressions, errors, and what every element may say. */
export class SharedWords extends Formats {
  shared<Key extends keyof typeof common>(key: Key, ...[values]: Values<(typeof common)[Key]>): string {
    return this.say(commonArea, key, values);
  }

  /** A class name inside a sentence. A class that is none of the known expressions is its own name. */
  expression(name: string): string {
    return isExpression(name) ? this.shared(`expression.${name}`) : displayName(name).toLowerCase();
  }

  /** A class name that stands alone. */
  title(name: string): string {
    return isExpression(name) ? this.capital(this.expression(name)) : displayName(name);
  }

  /** What happened and what to do. In English the error's own message, which names the particulars. */
  fault(error: QcsError): string {
    const [, message] = find(commonArea, this.locale, `error.${error.code}`) ?? [];
    return typeof message === 'string' ? message : error.message;
  }

  protected say(area: AnyArea, key: string, values: Readonly<Record<string, Value>> = {}): string {
    const [tag, message] = find(area, this.locale, key) ?? [FALLBACK, key];
    return fill(formOf(message, tag, values['count']), values, (value) => this.number(value));
  }
}

/** For what nobody asks for in another language. */
export const ENGLISH_SHARED = new SharedWords(FALLBACK);

/** The texts of one area, and what all share. */
export class Words<English extends Catalogue> extends SharedWords {
  /** @param tag of BCP 47, such as that of an element's `lang`; English is spoken where the area has nothing in it */
  constructor(
    private readonly area: Area<English>,
    tag: string,
  ) {
    super(spoken(area, tag) === FALLBACK ? englishOf(tag) : canonical(tag));
  }

  text<Key extends Extract<keyof English, string>>(key: Key, ...[values]: Values<English[Key]>): string {
    return this.say(this.area, key, values);
  }
}

function formOf(message: Message, tag: string, count: Value | undefined): string {
  if (typeof message === 'string') return message;
  return (typeof count === 'number' ? message[pluralForm(tag, count)] : undefined) ?? message.other;
}

/** `en-GB` stays; a language that is not spoken here is answered in plain English. */
function englishOf(tag: string): string {
  const known = canonical(tag);
  return known.split('-')[0] === FALLBACK ? known : FALLBACK;
}
