/** The language of the page: chosen here, else the first that the browser asks for and the package speaks; remembered where it may be. */
import { canonical, FALLBACK, fallbacks, isRightToLeft, LANGUAGES, type Language } from '../messages/languages.js';
import { forget, remember, remembered } from './remembered.js';

const KEY = 'qcs-fer-language';

const isSpoken = (tag: string): tag is Language => Object.hasOwn(LANGUAGES, tag);

/** The language that was chosen on an earlier visit; null for none. */
export function storedLanguage(): Language | null {
  const stored = remembered(KEY);
  return stored !== null && isSpoken(stored) ? stored : null;
}

/** @param wanted tags in the order of liking */
export function firstSpoken(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [spoken] = fallbacks(canonical(tag)).filter((step) => isSpoken(step) && step === tag.split('-')[0]);
    if (spoken !== undefined) return spoken as Language;
  }
  return FALLBACK;
}

export function currentLanguage(): Language {
  return storedLanguage() ?? firstSpoken(navigator.languages);
}

/** Sets the page's `lang` and `dir`, which all elements follow. */
export function applyLanguage(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = isRightToLeft(language) ? 'rtl' : 'ltr';
}

export function chooseLanguage(language: Language): void {
  applyLanguage(language);
  remember(KEY, language);
}

/** As if none was ever chosen. */
export function forgetLanguage(): void {
  forget(KEY);
}
