import { expect, test } from 'vitest';
import { firstSpoken } from '../../../src/demo/language.js';

test('the page speaks the first language of the browser that the package has', () => {
  expect(firstSpoken(['nl-NL', 'pt-BR', 'en'])).toBe('pt');
  expect(firstSpoken(['en-GB', 'ko'])).toBe('en');
  expect(firstSpoken(['zh-Hant-TW'])).toBe('zh');
  expect(firstSpoken(['tlh'])).toBe('en');
  expect(firstSpoken([])).toBe('en');
});
