/** The Train tab of the built demo, under its security policy: a real camera stream, a real question before leaving. */
import { strToU8, zipSync, type Zippable } from 'fflate';
import type { Dialog, Page } from 'playwright';
import { afterEach, expect, test } from 'vitest';
import { encode, picture } from '../unit/dataset/png.js';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { openSite, type Site, type SiteOptions } from '../support/page.js';

const A_CLASS = 10;
/** Times that the fake camera's video plays before it shows a picture again. */
const LIGHTS = 4;

let site: Site;
afterEach(() => site.close());

async function open(options: SiteOptions = {}): Promise<Page> {
  site = await openSite({ path: '#train', ...options });
  await site.page.getByRole('heading', { name: 'Collect faces' }).waitFor();
  return site.page;
}

/** A zip of two classes of pictures, no two alike. */
function zipOfPictures(): Buffer {
  const entries: Zippable = { 'readme.txt': strToU8('pictures') };
  for (let index = 0; index < 2 * A_CLASS; index++) {
    entries[`set/${index % 2 === 0 ? 'smile' : 'frown'}/${index}.png`] = encode(picture(index, 48));
  }
  return Buffer.from(zipSync(entries));
}

test('studio: following the prompts alone gives every class images in its test; one take a class keeps Start closed', async () => {
  const page = await open({ args: fakeCameraArguments(await faceVideo(LIGHTS)), permissions: ['camera'] });
  await page.getByRole('button', { name: 'Camera' }).and(page.locator('[aria-expanded]')).click();
  const video = page.locator('qcs-camera-view video');
  await expect.poll(() => video.evaluate((it: HTMLVideoElement) => it.videoWidth)).toBeGreaterThan(0);
  await page.getByText('How takes are recorded').click();
  await page.getByLabel('Begins').selectOption('At once');
  await page.getByLabel('A take to learn from').selectOption('12 faces');
  for (const name of ['calm', 'happiness']) {
    await page.getByRole('combobox', { name: 'New class' }).fill(name);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('heading', { name }).waitFor();
  }
  const record = page.getByRole('button', { name: /^Record/ });
  const taken: string[] = [];
  const follow = async () => {
    taken.push(((await record.textContent()) ?? '').trim());
    await record.click();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: 60_000 });
    await page
      .locator('qcs-capture-studio')
      .getByText(/ taken\.$/)
      .first()
      .waitFor();
  };
  await follow();
  await follow();
  const proceed = page.getByRole('button', { name: 'Continue to training' });
  await proceed.click();
  const start = page.getByRole('button', { name: 'Start training' });
  expect(await start.isDisabled()).toBe(true);
  expect(await page.locator('#closed').textContent()).toMatch(/^Calm and Happiness would not be tested.*only one take/);
  await page.getByRole('button', { name: 'Back to Collect' }).click();
  for (let take = 0; take < 4; take++) await follow();
  await expect.poll(() => record.count()).toBe(0);
  expect(taken).toEqual(
    ['learn', 'check', 'test'].flatMap((purpose) => ['Calm', 'Happiness'].map((name) => `Record ${name}: ${purpose}`)),
  );
  const stream = await video.evaluateHandle((it: HTMLVideoElement) => it.srcObject as MediaStream);
  expect(await stream.evaluate((it) => it.active)).toBe(true);
  await page.getByRole('tab', { name: 'About' }).click();
  await page.waitForFunction((it) => !it.active, stream);
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.waitForFunction(
    (it) => ((it as HTMLVideoElement).srcObject as MediaStream).active,
    await video.elementHandle(),
  );

  await proceed.click();
  expect(await start.isDisabled()).toBe(false);
  const rows = page.locator('.division tbody tr');
  const counts = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('td')].map(({ textContent }) => Number(textContent))),
  );
  expect(counts).toEqual([
    [12, 6, 6],
    [12, 6, 6],
  ]);
  expect(site.complaints).toEqual([]);
});

test('leaving while it trains asks first, and after a reload the run is offered and goes on', async () => {
  const page = await open();
  await page.getByRole('checkbox', { name: /Find and align faces/ }).uncheck();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Zip' }).click(),
  ]);
  await chooser.setFiles({ name: 'set.zip', mimeType: 'application/zip', buffer: zipOfPictures() });
  const collected = page.getByRole('heading', { name: `${2 * A_CLASS} faces in 2 classes` });
  await collected.waitFor({ timeout: 90_000 });
  const questions: string[] = [];
  let answer: 'accept' | 'dismiss' = 'accept';
  page.on('dialog', (dialog: Dialog) => {
    questions.push(dialog.type());
    void dialog[answer]();
  });
  // Nothing is lost yet, so nobody is asked.
  await page.reload();
  await collected.waitFor();
  expect(questions).toEqual([]);

  await page.getByRole('list').getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByText('More settings').click();
  await page.getByRole('combobox', { name: 'How it learns' }).selectOption('base');
  await page.getByRole('spinbutton', { name: 'Rounds over the faces' }).fill('1000');
  await page.getByRole('spinbutton', { name: 'Rounds over the faces' }).blur();
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByText(/^Round \d+ of 1000, step/).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const still = page.getByText(/^Paused\. Round/);
  await still.waitFor();
  const stepShown = async () => /step (\d+)/.exec((await still.textContent()) ?? '')?.[1];
  await expect.poll(async () => (await stepShown()) === (await savedStep(page)), { timeout: 20_000 }).toBe(true);

  answer = 'dismiss';
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => questions).toEqual(['beforeunload']);
  expect(await still.isVisible()).toBe(true);
  const step = await savedStep(page);
  answer = 'accept';
  await page.reload();
  await page.getByText(`A quick run was interrupted after ${step} steps`).waitFor();
  expect(questions).toEqual(['beforeunload', 'beforeunload']);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText(/^Round \d+ of 1000, step/).waitFor();
  await page.getByRole('button', { name: 'Stop and keep' }).click();
  await page.getByRole('heading', { name: 'Training was stopped' }).waitFor();
  expect(site.complaints).toEqual([]);
});

async function savedStep(page: Page): Promise<string | undefined> {
  return (await page.locator('dl div', { hasText: 'Saved at step' }).locator('dd').textContent())?.trim();
}
