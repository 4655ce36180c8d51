import { beforeAll, describe, expect, it } from 'vitest';
import { commonArea } from '../../../src/messages/common/area.js';
import { LANGUAGES } from '../../../src/messages/languages.js';
import { reportArea } from '../../../src/messages/report/area.js';
import { loadMessages } from '../../../src/messages/store.js';
import { Words } from '../../../src/messages/words.js';
import { sessionPage } from '../../../src/report/formats/page.js';
import { formatSession } from '../../../src/report/formats/index.js';
import { summarisePeople } from '../../../src/report/summary.js';
import { findingText, sharesText } from '../../../src/report/words.js';
import { recordingOf, sessionOf, type Part } from './recording.js';

const OTHERS = Object.keys(LANGUAGES).filter((code) => code !== 'en');
const EXPRESSION = { expression: 'happiness', frames: 10 } as const;

const session = sessionOf(
  recordingOf([
    [{ expression: 'neutral', frames: 40 }, EXPRESSION, { expression: 'fear', frames: 10, flags: ['turned'] }],
    [{ expression: null, frames: 5 }, EXPRESSION],
  ]),
  { title: '1', notes: '2', markers: [{ time: 1, text: '3' }] },
);

beforeAll(() => Promise.all(OTHERS.flatMap((tag) => [loadMessages(reportArea, tag), loadMessages(commonArea, tag)])));

/** Pieces of text with two words or more, its figures left out. */
function textsOf(page: string): string[] {
  const body = page.slice(page.indexOf('</style>'));
  return [...body.matchAll(/>([^<]+)</g)]
    .map(([, text]) => text.replaceAll(/fake 1\.0\.0|QCS-FER|[\d.:]+/g, '').trim())
    .filter((text) => /\p{L}{2,}\P{L}+\p{L}{2,}/u.test(text));
}

describe('the page to send', () => {
  const english = textsOf(sessionPage(session, []));

  it.each(OTHERS)('says nothing in English in %s', (tag) => {
    const page = sessionPage(session, [], new Words(reportArea, tag));
    expect(english.length).toBeGreaterThan(10);
    expect(textsOf(page).filter((text) => english.includes(text))).toEqual([]);
    expect(page).toContain(`<html lang="${tag}" dir="${tag === 'ar' ? 'rtl' : 'ltr'}">`);
  });

  it('has tables for machines that are the same in every language', () => {
    const [own, german] = [undefined, new Words(reportArea, 'de')].map((words) =>
      ['csv', 'json', 'elan', 'praat'].map((name) => formatSession(session, name as 'csv', words)),
    );
    expect(german).toEqual(own);
  });
});

describe('the finding', () => {
  const found = (parts: readonly Part[], tag = 'en') =>
    findingText(summarisePeople(recordingOf([parts]))[0], new Words(reportArea, tag));

  it('says what it looked like most, and how many moments were strong', () => {
    const neutral = { expression: 'neutral', frames: 60 };
    expect(found([neutral])).toBe('Looked like neutral all the time; no strong moment.');
    expect(found([neutral, EXPRESSION])).toBe('Looked mostly like neutral; 1 strong moment.');
    expect(found([neutral, EXPRESSION, neutral, EXPRESSION])).toBe('Looked mostly like neutral; 2 strong moments.');
    expect(found([neutral, EXPRESSION], 'de')).toBe('Sah überwiegend nach neutral aus; 1 starker Moment.');
  });

  it('names the second where none has half of the time', () => {
    const parts = ['neutral', 'sadness', 'anger'].map((expression, index) => ({ expression, frames: 40 - index * 10 }));
    expect(found(parts)).toBe('Looked most often like neutral, then like sadness; 2 strong moments.');
  });

  it('says that a face was never clear', () => {
    const parts: Part[] = [{ expression: 'fear', frames: 10, flags: ['dark'] }];
    expect(found(parts)).toBe('Never clear enough to be read.');
  });
});

it('shares are whole per cent with their intervals, written as the language does', () => {
  const [person] = summarisePeople(session.analysis);
  expect(sharesText(person)).toMatch(
    /^Of the clear time it looked like neutral 80\u00A0% \(\d+ to \d+\u00A0%\), happiness 20\u00A0% /,
  );
  expect(sharesText(person, new Words(reportArea, 'zh'))).toContain('中性 80%（');
});
