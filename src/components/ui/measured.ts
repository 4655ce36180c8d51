/** How measured numbers are written: always with their interval. */
import { html, type TemplateResult } from 'lit';
import type { Interval } from '../../evaluation/intervals.js';
import { ENGLISH_SHARED } from '../../messages/words.js';

const NARROW_SPACE = '\u202F';
const MINUS = '\u2212';

/** `85.2 %`; a dash for what was not measured. */
export function exactPercent(value: number | null, words = ENGLISH_SHARED): string {
  return value === null || Number.isNaN(value) ? '–' : words.percent(value, 1).replace('\u00A0', NARROW_SPACE);
}

/** A fraction or a difference of two as per cent without their sign, with a true minus: `−1.2`. */
export function points(value: number, words = ENGLISH_SHARED): string {
  return words.number(value * 100, 1).replace('-', MINUS);
}

/** `83.9 to 86.4`, in per cent; nothing for what was not measured. */
export function range({ value, low, high }: Interval, words = ENGLISH_SHARED): string {
  if (Number.isNaN(value)) return '';
  return words.shared('range', { low: points(low, words), high: points(high, words) });
}

/** The value with its interval small beside it. */
export function measured(interval: Interval, words = ENGLISH_SHARED): TemplateResult {
  const between = range(interval, words);
  const direction = words.isRightToLeft ? 'rtl' : 'ltr';
  return html`<span class="measured" dir=${direction}
    >${exactPercent(interval.value, words)}${
      between === '' ? '' : html` <small title=${words.shared('interval')}>${between}</small>`
    }</span
  >`;
}
