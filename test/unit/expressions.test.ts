import { expect, test } from 'vitest';
import { displayName, isolated } from '../../src/expressions.js';

test('names that turn the direction of writing are kept apart, whatever they hold', () => {
  expect(isolated('x\u202Egnp.exe')).toBe('\u2068x\u202Egnp.exe\u2069');
  expect(isolated('\u05E9\u05DE\u05D7\u05D4')).toBe('\u2068\u05E9\u05DE\u05D7\u05D4\u2069');
  // Its own ends would let the override out.
  expect(isolated('a\u2069\u202Eb\u2029c')).toBe('\u2068a\u202Ebc\u2069');
  expect(displayName('very_\u202Eyppah')).toBe('\u2068Very \u202Eyppah\u2069');
});

test('other names are as they were', () => {
  for (const name of ['Happiness', 'Überraschung', '喜び', 'a < b & c']) expect(isolated(name)).toBe(name);
  expect(displayName('slightly-amused')).toBe('Slightly amused');
});
