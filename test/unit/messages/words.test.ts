import { afterEach, describe, expect, test } from 'vitest';
import { commonArea } from '../../../src/messages/common/area.js';
import { Formats, pluralForm } from '../../../src/messages/formats.js';
import { fallbacks } from '../../../src/messages/languages.js';
import { recogniseArea } from '../../../src/messages/recognise/area.js';
import { onMessages, registerMessages } from '../../../src/messages/store.js';
import { Words } from '../../../src/messages/words.js';

describe('a text', () => {
  const words = new Words(recogniseArea, 'en');

  test('takes its values, numbers written as the language does', () => {
    expect(words.text('faceOf', { index: 2, total: 1200 })).toBe('Face 2 of 1,200');
  });

  test('takes the plural form of its count', () => {
    expect(words.shared('faces', { count: 1 })).toBe('1 face');
    expect(words.shared('faces', { count: 3000 })).toBe('3,000 faces');
  });

  test('keeps a value that looks like a place as it stands', () => {
    expect(words.text('sentence', { text: 'a {count} $& b' })).toBe('a {count} $& b.');
  });
});

describe('numbers', () => {
  test('stand in English as the browser’s own formatter writes them', () => {
    const english = new Formats('en-GB');
    for (const value of [
      0,
      -0,
      1,
      -1,
      0.5,
      1.5,
      2.5,
      -0.4,
      0.05,
      0.125,
      12.345,
      99.95,
      998.99,
      999.4,
      999.6,
      1000,
      1234.5,
      NaN,
      Infinity,
    ]) {
      for (const decimals of [0, 1, 2]) {
        const format = new Intl.NumberFormat('en-GB', {
          maximumFractionDigits: decimals,
          minimumFractionDigits: decimals,
        });
        expect([value, english.number(value, decimals)]).toEqual([value, format.format(value)]);
      }
    }
  });

  test('take the plural form that the browser’s own rules give them', () => {
    const rules = new Intl.PluralRules('en');
    for (const count of [0, 1, -1, 1.5, 2, 11, 21, 1000, Infinity])
      expect(pluralForm('en-US', count)).toBe(rules.select(count));
  });
});

describe('expressions', () => {
  const words = new Words(commonArea, 'en');

  test('have a form for sentences and one for standing alone', () => {
    expect(words.expression('happiness')).toBe('happiness');
    expect(words.title('happiness')).toBe('Happiness');
  });

  test('that nobody knows are their own names, those of objects too', () => {
    expect(words.title('deep_thought')).toBe('Deep thought');
    expect(words.expression('constructor')).toBe('constructor');
  });
});

describe('what a page registers', () => {
  afterEach(() => registerMessages('en', { recognise: { camera: 'Camera' } }));

  test('changes a text and leaves the others, and elements hear of it', () => {
    const heard: string[] = [];
    const stop = onMessages(() => heard.push(new Words(recogniseArea, 'en').text('camera')));
    registerMessages('en', { recognise: { camera: 'Webcam' } });
    stop();
    registerMessages('en', { recognise: { camera: 'Cam' } });
    expect(heard).toEqual(['Webcam']);
    expect(new Words(recogniseArea, 'en').text('photo')).toBe('Photo');
  });

  test('adds a language, with its own plural forms; what it leaves out is said in English', () => {
    registerMessages('pl', {
      common: { faces: { one: '{count} twarz', few: '{count} twarze', other: '{count} twarzy' } },
      recognise: { camera: 'Kamera' },
    });
    const words = new Words(recogniseArea, 'pl-PL');
    expect([1, 3, 5].map((count) => words.shared('faces', { count }))).toEqual(['1 twarz', '3 twarze', '5 twarzy']);
    expect([words.text('camera'), words.text('photo')]).toEqual(['Kamera', 'Photo']);
  });

  test('for a region goes before its language', () => {
    registerMessages('en-AU', { recognise: { photo: 'Snap' } });
    expect(new Words(recogniseArea, 'en-AU').text('photo')).toBe('Snap');
    expect(new Words(recogniseArea, 'en-GB').text('photo')).toBe('Photo');
  });
});

test('a tag falls back part by part, and to English in the end', () => {
  expect(fallbacks('zh-hant-TW')).toEqual(['zh-Hant-TW', 'zh-Hant', 'zh', 'en']);
  expect(fallbacks('en-GB')).toEqual(['en-GB', 'en']);
  expect(fallbacks('no such_tag')).toEqual(['en']);
});
