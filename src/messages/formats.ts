/** Numbers, lists and dates as a language writes them. */
import { megabytes } from '../base/format.js';
import { FALLBACK, isRightToLeft } from './languages.js';

const NO_BREAK_SPACE = '\u00A0';

const LISTS = { or: 'disjunction', and: 'conjunction', plain: 'unit' } as const;

export class Formats {
  /** @param locale a tag of BCP 47 */
  constructor(readonly locale: string) {}

  /** The language without region and script: `pt` of `pt-BR`. */
  get language(): string {
    return this.locale.split('-')[0];
  }

  get isRightToLeft(): boolean {
    return isRightToLeft(this.locale);
  }

  /** A number with the language's separators and as many decimals as are asked for. */
  number(value: number, decimals = 0): string {
    if (this.language === FALLBACK && isPlain(value)) return value.toFixed(decimals);
    return numberFormat(this.locale, exactly(decimals)).format(value);
  }

  /** A fraction 0..1 as per cent, as the language writes it. English has the no-break space of the standards: "93 %". */
  percent(fraction: number, decimals = 0): string {
    if (this.language === FALLBACK) return `${(fraction * 100).toFixed(decimals)}${NO_BREAK_SPACE}%`;
    return numberFormat(this.locale, { style: 'percent', ...exactly(decimals) }).format(fraction);
  }

  /** A size in bytes: "420 kB", "3.1 MB". */
  bytes(size: number): string {
    if (this.language === FALLBACK) {
      const text = size < 1e6 ? `${Math.round(size / 1e3)} kB` : megabytes(size);
      return text.replace(' ', NO_BREAK_SPACE);
    }
    return size < 1e6 ? this.measure(size / 1e3, 'kilobyte') : this.measure(size / 1e6, 'megabyte', 1);
  }

  /** A day and a time of day. */
  date(moment: Date, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' }): string {
    return new Intl.DateTimeFormat(this.locale, options).format(moment);
  }

  /** "neutral or sadness", "neutral and sadness", "neutral, sadness". */
  list(items: readonly string[], type: keyof typeof LISTS): string {
    const form = LISTS[type];
    return once(`list ${this.locale} ${form}`, () => new Intl.ListFormat(this.locale, { type: form })).format(items);
  }

  /** With its first letter in upper case, in scripts that have one. */
  capital(text: string): string {
    return text.charAt(0).toLocaleUpperCase(this.locale) + text.slice(1);
  }

  /** As a capital, the other way round: for a sentence that goes on after a colon. */
  uncapital(text: string): string {
    return text.charAt(0).toLocaleLowerCase(this.locale) + text.slice(1);
  }

  private measure(amount: number, unit: string, decimals = 0): string {
    return numberFormat(this.locale, { style: 'unit', unit, ...exactly(decimals) }).format(amount);
  }
}

/** The form of `Intl.PluralRules` that a number takes in a language. */
export function pluralForm(tag: string, count: number): Intl.LDMLPluralRule {
  if (tag.split('-')[0] === FALLBACK && Number.isFinite(count)) return Math.abs(count) === 1 ? 'one' : 'other';
  return once(`plural ${tag}`, () => new Intl.PluralRules(tag)).select(count);
}

/** Numbers that English writes without separators. A formatter of the browser's takes some 50 ms to make, when a page is being drawn first. */
function isPlain(value: number): boolean {
  return Math.abs(value) < 999 && !Object.is(value, -0);
}

function exactly(decimals: number): Intl.NumberFormatOptions {
  return { maximumFractionDigits: decimals, minimumFractionDigits: decimals };
}

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return once(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));
}

const kept = new Map<string, unknown>();

/** Formatters are dear to make. */
function once<Format>(key: string, make: () => Format): Format {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key) as Format;
}
