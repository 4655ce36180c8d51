/** A recorded camera session and a video file, each to its report: looking through it, and taking it along. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BufferSource, BufferTarget, Conversion, Input, Output, WEBM, WebMOutputFormat } from 'mediabunny';
import { PNG } from 'pngjs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCsv } from '../../src/base/csv.js';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { media, openSite, type Site } from '../support/page.js';

/** Length of the film, seconds, and how many of its frames a second are read. */
const LENGTH = 4;
const RATE = 5;

interface SessionFile {
  readonly kind: string;
  readonly markers: readonly { readonly time: number; readonly text: string }[];
  readonly analysis: {
    readonly duration: number;
    readonly frames: number;
    readonly people: readonly { readonly id: number }[];
    readonly rows: readonly { readonly time: number; readonly person: number }[];
  };
}

let site: Site;
let page: Page;

beforeAll(async () => {
  site = await openSite({ args: fakeCameraArguments(await faceVideo()), permissions: ['camera'] });
  ({ page } = site);
});
afterAll(() => site.close());

test('a camera session is recorded, marked and stopped, and becomes a report; then the camera is off', async () => {
  await page.getByRole('button', { name: 'Camera' }).first().click();
  const stream = await page
    .locator('video')
    .evaluateHandle((video: HTMLVideoElement) => video.srcObject as MediaStream);
  await page
    .getByText(/Looks like|Not clear/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Record' }).click();
  // A slow machine may have no frame in some second.
  const seconds = async () => Number(/\d+$/.exec((await page.getByText(/Session, \d/).textContent())!.trim())![0]);
  await expect.poll(seconds).toBeGreaterThanOrEqual(2);
  const atMark = await seconds();
  await page.getByRole('button', { name: 'Mark', exact: true }).click();
  await expect.poll(seconds).toBeGreaterThanOrEqual(atMark + 2);
  await page.getByRole('button', { name: 'Stop and see' }).click();
  await page.getByRole('heading', { name: 'Camera session' }).waitFor();
  await page.waitForFunction((it) => !it.active, stream);
  await page.getByRole('region', { name: 'Person 1' }).waitFor();

  const what = page.getByLabel(/^What happened at/);
  expect(await what.count()).toBe(1);
  await what.fill('a question');
  await what.blur();
  const { kind, markers, analysis } = JSON.parse(await exported('JSON')) as SessionFile;
  expect(kind).toBe('camera');
  expect(analysis.duration).toBeGreaterThan(2.5);
  expect(markers.map(({ text }) => text)).toEqual(['a question']);
  expect(markers[0].time).toBeGreaterThan(1.5);
  expect(markers[0].time).toBeLessThan(analysis.duration);
  expect(analysis.people.map(({ id }) => id)).toEqual([1]);
  expectOneRowATime(analysis.rows);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Camera' }).first().waitFor();
});

test('a video is read to a report; a moment of it is jumped to', async () => {
  const film = await beginningOf(join(media, 'franck.webm'), LENGTH);
  await page
    .locator('input[type=file][accept="video/*"]')
    .setInputFiles({ name: 'talk.webm', mimeType: 'video/webm', buffer: film });
  await page.getByRole('button', { name: 'Analyse it' }).click();
  await page.getByLabel('Frames to read').selectOption({ label: `${RATE} a second` });
  await page.getByRole('button', { name: 'Analyse', exact: true }).click();
  await page.getByRole('heading', { name: 'talk.webm' }).waitFor();

  const { analysis } = JSON.parse(await exported('JSON')) as SessionFile;
  expect(analysis.frames).toBe(LENGTH * RATE);
  expect(analysis.rows).toHaveLength(LENGTH * RATE);
  expectOneRowATime(analysis.rows);

  const film2 = page.locator('video[aria-label="Video"]');
  const shownTime = () => film2.evaluate((video: HTMLVideoElement) => video.currentTime);
  const course = page.getByRole('slider', { name: 'Moment' });
  await course.click({ position: { x: ((await course.boundingBox())?.width ?? 0) / 2, y: 10 } });
  expect(await shownTime()).toBeCloseTo(LENGTH / 2, 1);
  await page.keyboard.press('End');
  expect(await shownTime()).toBeCloseTo(LENGTH, 1);
  await page.getByText(/\d+ stretches?, \d/).click();
  await page.getByRole('group', { name: 'Stretches' }).getByRole('button').first().click();
  expect(await shownTime()).toBe(0);
});

test('its exports say the same, and hold faces blurred, shown or none, as chosen', async () => {
  const [head, ...rows] = parseCsv(await exported('CSV, a row a face')).map(({ fields }) => fields);
  expect(rows).toHaveLength(LENGTH * RATE);
  expect(head.slice(0, 5)).toEqual(['time_s', 'person', 'name', 'expression', 'confidence']);
  expect(await exported('WebVTT')).toMatch(/^WEBVTT\n[^]*00:00:00\.000 --> [^]*Person 1/);
  expect(await exported('ELAN')).toMatch(/TIER_ID="Person 1"/);
  expect(await exported('Praat')).toContain('name = "Person 1"');
  const chart = PNG.sync.read(await download('Chart'));
  expect(chart.width).toBe(2400);

  const pageWith = async (choice: string) => {
    await page.getByLabel('Faces in the page').selectOption({ label: choice });
    return picturesOf(await exported('Page'));
  };
  const shown = await pageWith('Faces shown');
  const blurred = await pageWith('Faces blurred');
  expect(await pageWith('Faces left out')).toEqual([]);
  expect(shown.length).toBeGreaterThan(0);
  expect(blurred).toHaveLength(shown.length);
  // A mosaic of six cells a side keeps hardly any of what is fine in a face.
  expect(Math.max(...(await detailOf(blurred)))).toBeLessThan(Math.min(...(await detailOf(shown))) / 2);
});

test('it is kept only when asked, listed with its size, opened again, and deleted', async () => {
  await page.getByRole('button', { name: 'Keep in this browser' }).click();
  await page.getByText('Kept in this browser, on this device.').waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Camera' }).first().waitFor();
  const kept = () =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle('qcs-fer')).getDirectoryHandle('sessions');
      const names: string[] = [];
      for await (const name of folder.keys()) if (name.endsWith('.json')) names.push(name);
      return names.length;
    });
  expect(await kept()).toBe(1);
  await page.getByText('Kept sessions (1)').click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('heading', { name: 'talk.webm' }).waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByText('Kept sessions (1)').click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('Kept sessions (1)').waitFor({ state: 'detached' });
  expect(await kept()).toBe(0);
  expect(site.complaints).toEqual([]);
});

async function download(button: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: new RegExp(`^${button}`) }).click(),
  ]);
  return readFileSync(await file.path());
}

async function exported(button: string): Promise<string> {
  return (await download(button)).toString('utf8');
}

function expectOneRowATime(rows: SessionFile['analysis']['rows']): void {
  rows.slice(1).forEach(({ time }, index) => expect(time).toBeGreaterThan(rows[index].time));
}

function picturesOf(html: string): string[] {
  return [...html.matchAll(/<img src="([^"]*)"/g)].map(([, url]) => url);
}

/** Mean difference of neighbouring pixels of each picture, 0..255. */
function detailOf(pictures: readonly string[]): Promise<number[]> {
  return page.evaluate(
    (urls) =>
      Promise.all(
        urls.map(async (url) => {
          const image = new Image();
          image.src = url;
          await image.decode();
          const { naturalWidth: width, naturalHeight: height } = image;
          const context = new OffscreenCanvas(width, height).getContext('2d')!;
          context.drawImage(image, 0, 0);
          const { data } = context.getImageData(0, 0, width, height);
          let sum = 0;
          for (let at = 4; at < data.length; at += 4) sum += Math.abs(data[at] - data[at - 4]);
          return sum / (width * height);
        }),
      ),
    pictures,
  );
}

/** The first seconds of a film, cut without decoding it. */
async function beginningOf(path: string, seconds: number): Promise<Buffer> {
  const input = new Input({ source: new BufferSource(new Uint8Array(readFileSync(path))), formats: [WEBM] });
  const output = new Output({ format: new WebMOutputFormat(), target: new BufferTarget() });
  const conversion = await Conversion.init({
    input,
    output,
    trim: { start: 0, end: seconds },
    audio: { discard: true },
  });
  await conversion.execute();
  return Buffer.from(output.target.buffer!);
}
