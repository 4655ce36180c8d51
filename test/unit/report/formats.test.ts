import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../src/base/csv.js';
import { sessionPage } from '../../../src/report/formats/page.js';
import { formatSession, TEXT_FORMATS, type TextFormatName } from '../../../src/report/formats/index.js';
import { recordingOf, RATE, sessionOf } from './recording.js';

const analysis = recordingOf([
  [
    { expression: 'neutral', frames: 20 },
    { expression: null, frames: 10 },
    { expression: 'happiness', frames: 20 },
  ],
  [{ expression: 'sadness', frames: 50, confidence: 0.75 }],
]);
const NAME = '=1+1 "A" <b> & co';
const session = sessionOf(analysis, {
  names: new Map([[2, NAME]]),
  markers: [{ time: 1.5, text: 'question --> answer' }],
  notes: 'quiet room',
});

describe('the page', () => {
  it('keeps names apart that turn the direction of writing, and leaves them as they are in data', () => {
    const turning = 'x\u202egnp.exe';
    const named = sessionOf(analysis, { names: new Map([[2, turning]]), markers: [{ time: 1, text: turning }] });
    const page = sessionPage({ ...named, title: turning }, []);
    expect(page.split(turning)).toHaveLength(page.split(`\u2068${turning}\u2069`).length);
    // Of the page and its heading, of the chart and in it, over the person, at the marker.
    expect(page.split(turning).length - 1).toBe(6);
    expect(formatSession(named, 'csv')).not.toContain('\u2068');
  });
});

describe('CSV', () => {
  it('has a row a person and time, with every probability, and no cell that a spreadsheet would run', () => {
    const text = formatSession(session, 'csv');
    const [head, ...rows] = parseCsv(text).map(({ fields }) => fields);
    expect(rows).toHaveLength(analysis.rows.length);
    const columns = new Map(head.map((name, index) => [name, index]));
    const values = (name: string) => rows.map((row) => row[columns.get(name)!]);
    expect(new Set(values('time_s').map((time, index) => `${time} ${values('person')[index]}`)).size).toBe(rows.length);
    expect(values('name')).toContain(NAME);
    expect(text).not.toMatch(/(^|,)"?=/m);
    const first = rows[0];
    const probabilities = analysis.classes.map((name) => Number(first[columns.get(`p_${name}`)!]));
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
    const episodes = parseCsv(formatSession(session, 'episodes'));
    expect(episodes.map(({ fields }) => fields[4])).toEqual(['expression', 'neutral', 'happiness', 'sadness']);
  });
});

describe('JSON', () => {
  it('holds all that is known, pictures apart', () => {
    const pictures = [{ person: 1, time: 0, url: 'data:image/jpeg;base64,AAAA' }];
    const text = formatSession({ ...session, pictures }, 'json');
    expect(text).not.toContain('base64');
    expect(JSON.parse(text)).toMatchObject({
      format: 'qcs-fer-session',
      version: 1,
      title: 'talk.mp4',
      analysis: { rate: RATE, rows: analysis.rows },
      names: [{ person: 2, name: NAME }],
      notes: 'quiet room',
    });
  });
});

describe('WebVTT', () => {
  it('has cues in the order of time, without a tag or an arrow that a name brought', () => {
    const text = formatSession(session, 'webvtt');
    expect(text.startsWith('WEBVTT\n\n')).toBe(true);
    const lines = text.split('\n').filter((line) => line.includes('-->'));
    expect(lines).toEqual([
      '00:00:00.000 --> 00:00:02.000',
      '00:00:00.000 --> 00:00:05.000',
      '00:00:01.500 --> 00:00:02.500',
      '00:00:03.000 --> 00:00:05.000',
    ]);
    expect(text).toContain('<v Person 1>Looks like neutral, 90 %');
    expect(text).toContain('&lt;b&gt; &amp; co>Looks like sadness');
  });
});

describe('ELAN', () => {
  it('has a tier a person whose annotations use time slots that are there, in order', () => {
    const text = formatSession(session, 'elan');
    const slots = [...text.matchAll(/<TIME_SLOT TIME_SLOT_ID="(\w+)" TIME_VALUE="(\d+)"\/>/g)];
    const times = new Map(slots.map(([, slot, time]) => [slot, Number(time)]));
    const values = [...times.values()];
    expect(values).toEqual(values.toSorted((first, second) => first - second));
    const annotations = [
      ...text.matchAll(/TIME_SLOT_REF1="(\w+)" TIME_SLOT_REF2="(\w+)"><ANNOTATION_VALUE>([^<]*)</g),
    ].map(([, from, to, value]) => [times.get(from), times.get(to), value]);
    expect(annotations).toEqual([
      [0, 2000, 'neutral'],
      [3000, 5000, 'happiness'],
      [0, 5000, 'sadness'],
      [1500, 1600, 'question --&gt; answer'],
    ]);
    expect(text).toContain('TIER_ID="=1+1 &quot;A&quot; &lt;b&gt; &amp; co"');
    expect(text).toContain('RELATIVE_MEDIA_URL="./talk.mp4"');
  });

  it('tells two people of one name apart', () => {
    const twins = sessionOf(analysis, { names: new Map([1, 2].map((id) => [id, 'Ann'])) });
    const tiers = [...formatSession(twins, 'elan').matchAll(/TIER_ID="([^"]*)"/g)].map(([, name]) => name);
    expect(tiers).toEqual(['Ann', 'Ann 2', 'Markers']);
  });
});

describe('Praat', () => {
  it('has interval tiers that fill the whole time without a hole', () => {
    const text = formatSession(session, 'praat');
    expect(text).toContain('xmax = 5 ');
    expect(text).toContain('name = "=1+1 ""A"" <b> & co" ');
    for (const tier of text.split('class = "IntervalTier"').slice(1)) {
      const [body] = tier.split('class = "TextTier"');
      const bounds = [...body.matchAll(/intervals \[\d+\]:\s+xmin = (\S+) \s+xmax = (\S+) /g)];
      expect(body).toContain(`intervals: size = ${bounds.length} `);
      expect(Number(bounds[0][1])).toBe(0);
      expect(Number(bounds.at(-1)![2])).toBe(5);
      bounds.slice(1).forEach(([, from], index) => expect(from).toBe(bounds[index][2]));
      for (const [, from, to] of bounds) expect(Number(to)).toBeGreaterThan(Number(from));
    }
    expect(text).toMatch(/number = 1\.5 \s+mark = "question --> answer"/);
  });
});

it.each(Object.keys(TEXT_FORMATS) as TextFormatName[])('%s is written for a recording of nobody', (name) => {
  const nobody = { ...analysis, people: [], rows: [], gaps: [{ from: 0, to: 5 }] };
  expect(formatSession(sessionOf(nobody), name)).not.toContain('undefined');
});
