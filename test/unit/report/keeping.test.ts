import { describe, expect, it } from 'vitest';
import { chartAreas, sessionChart, ticksOf } from '../../../src/report/chart.js';
import { sessionPage } from '../../../src/report/formats/page.js';
import { nearestPicture } from '../../../src/report/session.js';
import { SessionStore } from '../../../src/report/sessionStore.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import { recordingOf, sessionOf } from './recording.js';

const analysis = recordingOf([
  [
    { expression: 'neutral', frames: 20 },
    { expression: null, frames: 20 },
    { expression: 'happiness', frames: 20, flags: ['turned'] },
    { expression: 'happiness', frames: 20 },
  ],
]);
const picture = { person: 1, time: 6.5, url: 'data:image/jpeg;base64,FACE' };
const session = sessionOf(analysis, {
  title: '<script>alert(1)</script>.mp4',
  names: new Map([[1, '<img src=x onerror=alert(1)>']]),
  notes: '</pre><script>alert(2)</script>',
  markers: [{ time: 1, text: '"><script>' }],
  pictures: [picture],
});

describe('the chart', () => {
  it('draws nothing where nobody was seen, or not clearly', () => {
    const areas = chartAreas(analysis, 1, { from: 0, to: 8 }, { width: 80, height: 100 });
    const [neutral] = areas.map(({ path }) => [...path.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x)));
    expect(Math.min(...neutral)).toBe(0);
    expect(Math.max(...neutral)).toBe(80);
    expect(neutral.filter((x) => x > 20.5 && x < 59.5)).toEqual([]);
    expect(areas[0].path.match(/M/g)).toHaveLength(2);
  });

  it('has round times', () => {
    expect(ticksOf({ from: 0, to: 30.6 })).toEqual([0, 5, 10, 15, 20, 25, 30]);
    expect(ticksOf({ from: 61, to: 64 })).toEqual([61, 61.5, 62, 62.5, 63, 63.5, 64]);
  });

  it('holds no text as markup', () => {
    expect(sessionChart(session).svg).not.toMatch(/<script|<img/);
  });
});

describe('the page', () => {
  it('needs nothing from elsewhere, runs nothing, and holds what is said as text', () => {
    const page = sessionPage(session, session.pictures);
    expect(page).not.toMatch(/<script|<link|onerror=alert\(1\)>|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).toContain(picture.url);
  });

  it('holds no face where they are left out', () => {
    expect(sessionPage(session, [])).not.toMatch(/<img|base64/);
  });
});

describe('SessionStore', () => {
  it('keeps a session as it is, lists it with its size, and deletes it', async () => {
    const storage = new MemoryStorage();
    const store = new SessionStore(storage);
    const id = await store.keep(session);
    expect(await new SessionStore(storage).open(id)).toEqual(session);
    const [kept, ...others] = await store.list();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ id, title: session.title, date: session.date });
    expect(kept.bytes).toBeGreaterThan(1000);
    await store.keep({ ...session, notes: 'changed' }, id);
    expect((await store.list()).length).toBe(1);
    expect((await store.open(id)).notes).toBe('changed');
    await store.delete(id);
    expect(await store.list()).toEqual([]);
  });

  it('names a file that is no session, and lists the others', async () => {
    const storage = new MemoryStorage();
    const store = new SessionStore(storage);
    await store.keep(session);
    await storage.write('sessions/other.json', new TextEncoder().encode('{"format":"else"}'));
    await expect(store.open('other')).rejects.toMatchObject({ code: 'data-damaged' });
    expect(await store.list()).toHaveLength(1);
  });
});

it('a moment is shown by the picture that is closest, and by none that is far', () => {
  const pictures = [1, 2, 9].map((time) => ({ person: 1, time, url: `${time}` }));
  expect(nearestPicture(pictures, 1, 1.6)?.url).toBe('2');
  expect(nearestPicture(pictures, 1, 5.5)).toBeUndefined();
  expect(nearestPicture(pictures, 2, 1)).toBeUndefined();
});
