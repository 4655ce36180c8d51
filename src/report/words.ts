/** A summary in sentences, the same in the page and on paper. Never a fact about a person: a face looked like an expression. */
import { percent } from '../base/format.js';
import { displayName } from '../expressions.js';
import type { ConditionFlag } from '../inference/observation.js';
import { secondsText } from './chart.js';
import type { ExpressionShare, PersonSummary } from './summary.js';

const FLAGS: Readonly<Record<ConditionFlag, string>> = {
  cut: 'cut off',
  turned: 'turned away',
  small: 'too small',
  blurred: 'blurred',
  noisy: 'noisy',
  covered: 'partly covered',
  dark: 'too dark',
  bright: 'too bright',
};
const MOST_SHARES = 3;
const LEAST_SHARE = 0.01;

/** "Seen for 12.0 s, clear for 11.5 s of it." */
export function presenceText({ seen, clear }: PersonSummary): string {
  return clear === seen
    ? `Seen for ${secondsText(seen)}, clear all the time.`
    : `Seen for ${secondsText(seen)}, clear for ${secondsText(clear)} of it.`;
}

/** "Of the clear time it looked like neutral 80 % (72 to 88 %), happiness 12 % (6 to 19 %)." Whole per cent: the intervals are no finer. */
export function sharesText({ shares }: PersonSummary): string {
  const largest = shares
    .filter(({ share }) => share >= LEAST_SHARE)
    .toSorted((first, second) => second.share - first.share)
    .slice(0, MOST_SHARES);
  if (largest.length === 0) return 'Never clear enough to be read.';
  const whole = (value: number) => Math.round(100 * value);
  const words = largest.map(
    ({ expression, share, low, high }) =>
      `${displayName(expression).toLowerCase()} ${whole(share)} % (${whole(low)} to ${whole(high)} %)`,
  );
  return `Of the clear time it looked like ${words.join(', ')}.`;
}

/** "70.1 to 85.0 %" */
export function intervalText({ low, high }: ExpressionShare): string {
  return `${(100 * low).toFixed(1)} to ${percent(high)}`;
}

/** "Face 150 pixels wide, turned 12°, light 0.45. Not clear: turned away 3.0 %." */
export function conditionsText({ conditions }: PersonSummary): string {
  const { size, turn, brightness, flags } = conditions;
  const middle = `In the median ${Math.round(size)} pixels wide, turned ${Math.round(turn)}° to a side, brightness ${brightness.toFixed(2)}.`;
  if (flags.length === 0) return middle;
  return `${middle} Not clear because ${flags.map(({ flag, share }) => `${FLAGS[flag]} ${percent(share)}`).join(', ')}.`;
}

/** What stands under every report. */
export const CAUTION =
  'An expression is what a face looks like to people who label photographs, not what somebody feels, means or is. Shares of time are estimates of a model; under 50 % a label is hardly better than its runner-up. Their 95 % intervals say what more of the same recording would show, not how often the model is wrong.';
