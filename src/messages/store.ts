/** The texts that are there: loaded by language and area, and those that a page added or changed. */
import type { AnyArea } from './area.js';
import type { Messages } from './areas.js';
import { canonical, FALLBACK, fallbacks } from './languages.js';
import type { Catalogue, Message } from './message.js';

const shipped = new Map<string, Catalogue>();
const registered = new Map<string, Catalogue>();
const asked = new Map<string, Promise<void>>();
const listeners = new Set<() => void>();

const place = (area: string, tag: string) => `${area} ${tag}`;

/**
 * Adds a language, or changes texts of one that is there; what is left out falls back as ever. Elements in the page show it at once.
 * ```ts
 * import { registerMessages } from 'qcs-fer';
 *
 * registerMessages('nl', { common: { 'expression.happiness': 'blijdschap' }, recognise: { camera: 'Camera' } });
 * registerMessages('en', { recognise: { invitation: 'Look into the camera' } });
 * ```
 * @param tag a tag of BCP 47, such as `nl` or `pt-BR`
 * @param messages by area and key; places such as `{count}` are kept as they are in English, plurals take the forms of `Intl.PluralRules`
 */
export function registerMessages(tag: string, messages: Messages): void {
  for (const [area, texts] of Object.entries(messages) as [string, Catalogue][]) {
    const key = place(area, canonical(tag));
    registered.set(key, { ...registered.get(key), ...texts });
  }
  tell();
}

/** Loads what the package says in a language; nothing to do for English. A file that cannot be loaded is asked for again at the next call. */
export async function loadMessages(area: AnyArea, tag: string): Promise<void> {
  const language = shippedLanguage(area, tag);
  if (language === undefined) return;
  const key = place(area.name, language);
  const loading = asked.get(key) ?? fetchTexts(area, language);
  asked.set(key, loading);
  // English stands in for what is not there.
  await loading.catch(() => asked.delete(key));
}

async function fetchTexts(area: AnyArea, language: keyof AnyArea['load']): Promise<void> {
  const texts = await area.load[language]?.();
  if (texts === undefined) return;
  shipped.set(place(area.name, language), texts.default);
  tell();
}

/** Calls back when texts have come. Returns a function that stops it. */
export function onMessages(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The text of a key with the tag that it is written in, along the chain of fallbacks. */
export function find(area: AnyArea, tag: string, key: string): readonly [tag: string, message: Message] | undefined {
  for (const step of fallbacks(tag)) {
    const texts = [registered.get(place(area.name, step)), shipped.get(place(area.name, step))];
    const message = texts.find((known) => known !== undefined && Object.hasOwn(known, key))?.[key];
    if (message !== undefined) return [step, message];
  }
  return Object.hasOwn(area.english, key) ? [FALLBACK, area.english[key]] : undefined;
}

/** The first tag of the chain of fallbacks that anything of an area is written in; English where nothing is. */
export function spoken(area: AnyArea, tag: string): string {
  const isThere = (step: string) => registered.has(place(area.name, step)) || shipped.has(place(area.name, step));
  return fallbacks(tag).find(isThere) ?? FALLBACK;
}

function shippedLanguage(area: AnyArea, tag: string): keyof AnyArea['load'] | undefined {
  const [language] = fallbacks(tag).filter((step) => Object.hasOwn(area.load, step));
  return language as keyof AnyArea['load'] | undefined;
}

function tell(): void {
  for (const listener of listeners) listener();
}
