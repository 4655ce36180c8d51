/** How measured numbers are written: always with their interval. */
import { percent } from '../../base/format.js';
import { html, type TemplateResult } from 'lit';
import type { Interval } from '../../evaluation/intervals.js';

const NARROW_SPACE = '\u202F';

/** `85.2 %`; a dash for what was not measured. */
export function exactPercent(value: number | null): string {
  return percent(value).replace(' ', NARROW_SPACE);
}

/** A fraction or a difference of two as per cent without their sign, with a true minus: `−1.2`. */
export function points(value: number): string {
  return (value * 100).toFixed(1).replace('-', '\u2212');
}

/** `83.9 to 86.4`, in per cent; nothing for what was not measured. */
export function range({ value, low, high }: Interval): string {
  return Number.isNaN(value) ? '' : `${points(low)} to ${points(high)}`;
}

/** The value with its interval small beside it. */
export function measured(interval: Interval): TemplateResult {
  const between = range(interval);
  return html`<span class="measured" dir="ltr"
    >${exactPercent(interval.value)}${between === '' ? '' : html` <small title="95 % interval">${between}</small>`}</span
  >`;
}
