/** A summary in sentences, the same in the page and on paper. Never a fact about a person: a face looked like an expression. */
import { isolated } from '../expressions.js';
import { FALLBACK } from '../messages/languages.js';
import { reportArea } from '../messages/report/area.js';
import type { report } from '../messages/report/en.js';
import { Words } from '../messages/words.js';
import type { Session } from './session.js';
import type { ExpressionShare, PersonSummary } from './summary.js';

/** What a report says, in a language. */
export type ReportWords = Words<typeof report>;

/** What is spoken where nobody asks for a language. */
export const ENGLISH: ReportWords = new Words(reportArea, FALLBACK);

const MOST_SHARES = 3;
const LEAST_SHARE = 0.01;
/** From here on a share is all or most of the time. */
const ALL = 0.995;
const MOST = 0.5;

/** A number without the zeros at its end: "5", "2.5". */
export function shortNumber(value: number, words: ReportWords, decimals = 1): string {
  const [, fraction = ''] = String(Number(value.toFixed(decimals))).split('.');
  return words.number(value, fraction.length);
}

/** "12.5 s" under a minute, else "3:05". */
export function secondsText(seconds: number, words = ENGLISH): string {
  if (seconds < 60) return words.text('seconds', { seconds: shortNumber(seconds, words) });
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** "85 %": intervals are no finer. */
export function shareText(share: number, words = ENGLISH): string {
  return words.percent(share);
}

/** "Person 2", or what they are called here. */
export function nameOf({ names }: Pick<Session, 'names'>, person: number, words = ENGLISH): string {
  return names.get(person) ?? words.text('person', { number: String(person) });
}

/** {@link nameOf} for text that people read: a name that turns the direction of writing turns nothing but itself. */
export function shownNameOf(session: Pick<Session, 'names'>, person: number, words = ENGLISH): string {
  return isolated(nameOf(session, person, words));
}

/** What was found, in a line: "Looked mostly like neutral; 3 strong moments." */
export function findingText({ shares, strongMoments }: PersonSummary, words = ENGLISH): string {
  const [first, second] = shares.toSorted((one, other) => other.share - one.share);
  if (first === undefined || first.share === 0) return words.text('neverClear');
  const expression = words.expression(first.expression);
  const looks =
    first.share >= ALL
      ? words.text('foundAlways', { expression })
      : first.share >= MOST
        ? words.text('foundMostly', { expression })
        : words.text('foundMixed', { expression, second: words.expression(second.expression) });
  const moments = strongMoments === 0 ? words.text('noStrong') : words.text('strong', { count: strongMoments });
  return words.text('found', { looks, moments });
}

/** "Seen for 12 s, clear for 11.5 s of it." */
export function presenceText({ seen, clear }: PersonSummary, words = ENGLISH): string {
  const times = { seen: secondsText(seen, words), clear: secondsText(clear, words) };
  return clear === seen ? words.text('seenClear', times) : words.text('seenPartly', times);
}

/** "Of the clear time it looked like neutral 80 % (72 to 88 %), happiness 12 % (6 to 19 %)."; nothing where it never was clear. */
export function sharesText({ shares }: PersonSummary, words = ENGLISH): string {
  const largest = shares
    .filter(({ share }) => share >= LEAST_SHARE)
    .toSorted((first, second) => second.share - first.share)
    .slice(0, MOST_SHARES);
  if (largest.length === 0) return '';
  const parts = largest.map((share) =>
    words.text('shareWithin', {
      what: words.expression(share.expression),
      share: shareText(share.share, words),
      interval: intervalText(share, words),
    }),
  );
  return words.text('looked', { shares: words.list(parts, 'plain') });
}

/** "70 to 85 %" */
export function intervalText({ low, high }: ExpressionShare, words = ENGLISH): string {
  return words.text('span', { from: words.number(100 * low), to: shareText(high, words) });
}

/** "In the median 150 pixels wide, turned 12° to a side, brightness 0.45. Not clear because turned away 3 %." */
export function conditionsText({ conditions }: PersonSummary, words = ENGLISH): string {
  const { size, turn, brightness, flags } = conditions;
  const middle = words.text('conditions', {
    size: Math.round(size),
    turn: `${words.number(Math.round(turn))}°`,
    brightness: words.number(brightness, 2),
  });
  if (flags.length === 0) return middle;
  const parts = flags.map(({ flag, share }) =>
    words.text('shareOf', { what: words.text(`flag.${flag}`), share: shareText(share, words) }),
  );
  return `${middle} ${words.text('notClearBecause', { reasons: words.list(parts, 'plain') })}`;
}

/** "Not seen 3 s to 5 s."; nothing where nobody went away. */
export function gapsText(gaps: readonly { readonly from: number; readonly to: number }[], words = ENGLISH): string {
  if (gaps.length === 0) return '';
  const spans = gaps.map(({ from, to }) =>
    words.text('span', { from: secondsText(from, words), to: secondsText(to, words) }),
  );
  return words.text('notSeen', { spans: words.list(spans, 'plain') });
}
