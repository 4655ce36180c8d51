/** Trying things without a file of one's own: the tour, the game, drawn faces to train and to measure with. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { openSite, type Site } from '../support/page.js';

let site: Site;
let page: Page;

beforeAll(async () => {
  site = await openSite({ args: fakeCameraArguments(await faceVideo()), permissions: ['camera'] });
  ({ page } = site);
});
afterAll(() => site.close());

const titleOfStep = () => page.getByRole('dialog').getByRole('heading').textContent();

test('the tour has four steps, goes by keys, is left by Escape, and is offered no more', async () => {
  await page.getByRole('button', { name: 'A tour in four steps' }).click();
  const titles = [await titleOfStep()];
  for (let step = 1; step < 4; step++) {
    await page.keyboard.press('ArrowRight');
    titles.push(await titleOfStep());
  }
  expect(new Set(titles).size).toBe(4);
  await page.keyboard.press('ArrowLeft');
  expect(await titleOfStep()).toBe(titles[2]);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.reload();
  await page.getByRole('button', { name: 'Try the Mona Lisa' }).waitFor();
  expect(await page.getByRole('button', { name: 'A tour in four steps' }).count()).toBe(0);
  await page.getByRole('tab', { name: 'About' }).click();
  await page.getByText('That you had the tour, or wanted none').waitFor();
});

test('the game is loaded when it is begun, follows the camera, and counts what was made', async () => {
  const isLoaded = () => page.evaluate(() => customElements.get('qcs-demo-game') !== undefined);
  await page.getByRole('tab', { name: 'Recognise' }).click();
  await page.getByRole('button', { name: 'Camera' }).first().click();
  const begin = page.getByRole('button', { name: 'Make this face' });
  await begin.waitFor();
  expect(await isLoaded()).toBe(false);
  await begin.click();
  const game = page.getByRole('region', { name: 'Make this face' });
  await game.getByRole('heading', { name: 'Make this face: happiness' }).waitFor();
  await game.getByText(/of ten people would say happiness/).waitFor();
  for (let face = 0; face < 8; face++) await game.getByRole('button', { name: 'Skip' }).click();
  const points = (await game.getByRole('heading').textContent()) ?? '';
  const listed = await game.getByRole('listitem').locator(':scope > span:last-child').allTextContents();
  expect(listed).toHaveLength(8);
  expect(points.trim()).toBe(`${listed.reduce((sum, text) => sum + Number(text), 0)} of 80 points`);
  await game.getByRole('button', { name: 'Close' }).click();
  expect(await game.count()).toBe(0);
});

test('Evaluate measures the shipped model on drawn faces in two clicks', async () => {
  await page.getByRole('tab', { name: 'Evaluate' }).click();
  await page.getByRole('button', { name: 'Try it with drawn faces' }).click();
  await page.getByRole('button', { name: 'Measure' }).click();
  await page.locator('qcs-evaluate-results').getByText('160').first().waitFor({ timeout: 120_000 });
});

test('Train learns the drawn faces in two clicks, and shows how well it does on those that it did not learn from', async () => {
  await page.getByRole('tab', { name: 'Train' }).click();
  await page.getByRole('button', { name: 'Try it with drawn faces' }).click();
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.locator('qcs-train-result').waitFor({ timeout: 180_000 });
  expect(site.complaints).toEqual([]);
});
