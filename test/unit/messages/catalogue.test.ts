import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyArea } from '../../../src/messages/area.js';
import { LANGUAGES, type Language } from '../../../src/messages/languages.js';
import { placesOf, type Catalogue, type Message } from '../../../src/messages/message.js';

const root = join(import.meta.dirname, '../../..');
const OTHERS = Object.keys(LANGUAGES).filter((code): code is Exclude<Language, 'en'> => code !== 'en');

/** Words that are truly the same in both languages. */
const SAME: Readonly<Partial<Record<Language, readonly string[]>>> = {
  es: ['neutral', '{seconds} s', '{time} ms'],
  fr: [
    'surprise',
    'Photo',
    'Expression',
    'Page (HTML)',
    '{seconds} s',
    '{time} ms',
    '{origin} · {size} · version {version}',
    'Classes',
    '{layout}, {count} images',
    '{dataset}, {count} classes',
    'Validation',
    'Test',
  ],
  de: ['neutral', 'Video', 'Name', 'Person {number}', '{seconds} s', '{time} ms', 'Training', 'Test'],
  pt: ['{seconds} s', '{time} ms', 'Classes', '{dataset}, {count} classes'],
};

const areas = await Promise.all(
  readdirSync(join(root, 'src/messages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }) => {
      const module = (await import(`../../../src/messages/${name}/area.ts`)) as Readonly<Record<string, AnyArea>>;
      return Object.values(module)[0];
    }),
);
const translated = await Promise.all(
  areas.flatMap((area) =>
    OTHERS.map(async (language) => {
      const texts = await area.load[language]?.();
      return { name: `${area.name} in ${language}`, area, language, texts: texts?.default ?? {} };
    }),
  ),
);

/** Error messages are written where they are thrown, in English: the catalogue has them in the other languages alone. */
const errorKeys = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^### `([\w-]+)`$/gm)]
  .map(([, code]) => `error.${code}`)
  .toSorted();

/** Every text of a message, by its plural form. */
function formsOf(message: Message): Readonly<Record<string, string>> {
  return typeof message === 'string' ? { other: message } : message;
}

function expectedKeys({ name, english }: AnyArea): string[] {
  return [...Object.keys(english), ...(name === 'common' ? errorKeys : [])].toSorted();
}

/** What is amiss with one translated message. */
function faultsOf(language: Language, english: Message, message: Message): string[] {
  if ((typeof english === 'string') !== (typeof message === 'string')) return ['is a plural in one language alone'];
  const faults: string[] = [];
  const wanted = new Set(Object.values(formsOf(english)).flatMap(placesOf));
  for (const [form, text] of Object.entries(formsOf(message))) {
    const places = new Set(placesOf(text));
    const strange = [...places].filter((place) => !wanted.has(place));
    // A form that stands for one number alone may say it in words.
    const missing = [...wanted].filter((place) => !places.has(place) && (place !== 'count' || form === 'other'));
    if (strange.length + missing.length > 0)
      faults.push(`${form}: has ${[...places].join()}, wants ${[...wanted].join()}`);
    if (text.trim() === '') faults.push(`${form}: is empty`);
  }
  if (typeof message !== 'string') {
    const needed: string[] = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    if (String(Object.keys(message).toSorted()) !== String(needed)) faults.push(`has not the forms ${needed.join()}`);
  }
  return faults;
}

/** Whether any letter stands outside of the places. */
function hasWords(text: string): boolean {
  return /\p{L}/u.test(text.replaceAll(/\{\w+\}/g, ''));
}

function untranslated(language: Language, english: Catalogue, texts: Catalogue): string[] {
  return Object.entries(english)
    .filter(([key, message]) => {
      const { other } = formsOf(message);
      return hasWords(other) && other === formsOf(texts[key]).other && SAME[language]?.includes(other) !== true;
    })
    .map(([key]) => key);
}

test('the errors of the documents are known by their codes', () => {
  expect(errorKeys.length).toBeGreaterThan(30);
});

describe.each(translated)('$name', ({ area, language, texts }) => {
  test('nothing is missing and nothing is left over', () => {
    expect(Object.keys(texts).toSorted()).toEqual(expectedKeys(area));
  });

  test('every message has the values and the plural forms that it needs', () => {
    const faults = Object.entries(area.english).flatMap(([key, english]) =>
      faultsOf(language, english, texts[key]).map((fault) => `${key}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('nothing is left in English', () => {
    expect(untranslated(language, area.english, texts)).toEqual([]);
  });
});
