/** The languages that the package speaks, and where one that it does not speak falls back to. */

/** By their own names, in the order of a menu. */
export const LANGUAGES = {
  en: 'English',
  ko: '한국어',
  zh: '中文',
  ja: '日本語',
  es: 'Español',
  fr: 'Français',
  de: 'Deutsch',
  pt: 'Português',
  hi: 'हिन्दी',
  ar: 'العربية',
} as const;

/** A language that the package speaks. */
export type Language = keyof typeof LANGUAGES;

/** What is spoken where nothing else is known. */
export const FALLBACK = 'en';

/** Languages written from right to left, by their first subtag. */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** A tag of BCP 47 in its canonical form; English for what is none. */
export function canonical(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? FALLBACK;
  } catch {
    return FALLBACK;
  }
}

/** From the most particular to the most general: `pt-BR` asks for `pt-BR`, then `pt`, then `en`. */
export function fallbacks(tag: string): string[] {
  const parts = canonical(tag).split('-');
  const own = parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
  return own.at(-1) === FALLBACK ? own : [...own, FALLBACK];
}

export function isRightToLeft(tag: string): boolean {
  return RIGHT_TO_LEFT.has(tag.split('-')[0]);
}
