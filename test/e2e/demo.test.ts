/** The demo page's own features: tabs, theme, downloads, paste, phone layout. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Download, Page } from 'playwright';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { demoFolder, media, openSite, root, type Site, type SiteOptions } from '../support/page.js';
import { CONTENT_SECURITY_POLICY } from '../../vite.config.js';

let site: Site;

async function open(options: SiteOptions = {}): Promise<Page> {
  site = await openSite(options);
  await site.page.getByRole('button', { name: 'Try the Mona Lisa' }).waitFor();
  return site.page;
}
afterEach(() => site.close());

/** Waits until a face has been read. */
async function result(page: Page): Promise<void> {
  await page
    .getByText(/Looks like|Not clear/)
    .first()
    .waitFor();
}

async function contentOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), 'utf8');
}

test('the built page carries its security policy and no inline script, and complains about nothing', async () => {
  const page = await open({ policy: '' });
  const html = readFileSync(join(demoFolder, 'index.html'), 'utf8');
  expect(html.match(/<script(?![^>]*\ssrc=)/g)).toBeNull();
  const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
  expect(await policy.getAttribute('content')).toBe(CONTENT_SECURITY_POLICY);
  await page.getByRole('button', { name: 'Try the Mona Lisa' }).click();
  await result(page);
  expect(site.complaints).toEqual([]);
});

describe('tabs', () => {
  beforeEach(() => open());

  test('open by click, by arrow keys and by address, and load their part only then', async () => {
    const { page } = site;
    const tab = (name: string) => page.getByRole('tab', { name });
    expect(await tab('Recognise').getAttribute('aria-selected')).toBe('true');
    expect(await page.locator('qcs-demo-about').count()).toBe(0);
    await tab('Recognise').focus();
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: 'Facial expressions, read inside this page' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#about');
    await page.keyboard.press('ArrowRight');
    expect(await tab('Recognise').getAttribute('aria-selected')).toBe('true');
    await page.goBack();
    expect(await tab('About').getAttribute('aria-selected')).toBe('true');
    expect(await page.locator('qcs-fer').isVisible()).toBe(false);
  });

  test('the privacy line leads to what it means', async () => {
    const { page } = site;
    await page.getByRole('link', { name: 'Nothing leaves this page' }).click();
    const heading = page.getByRole('heading', { name: 'What leaves this page: nothing' });
    await heading.waitFor();
    await page.waitForFunction(() => {
      const about = document.querySelector('qcs-demo')?.shadowRoot?.querySelector('qcs-demo-about');
      const top = about?.shadowRoot?.querySelector('#privacy')?.getBoundingClientRect().top ?? Infinity;
      return top > 0 && top < innerHeight / 2;
    });
  });
});

test('the camera is off while another tab is open, and on again after', async () => {
  const page = await open({ args: fakeCameraArguments(await faceVideo()), permissions: ['camera'] });
  await page.getByRole('button', { name: 'Camera' }).first().click();
  const video = page.locator('video');
  const stream = await video.evaluateHandle((element: HTMLVideoElement) => element.srcObject as MediaStream);
  expect(await stream.evaluate((it) => it.active)).toBe(true);
  await page.getByRole('tab', { name: 'About' }).click();
  await page.waitForFunction((it) => !it.active, stream);
  await page.getByRole('tab', { name: 'Recognise' }).click();
  await video.waitFor();
  await result(page);
});

test('the theme switch goes from system to light to dark, and is remembered', async () => {
  const page = await open();
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const toggle = page.getByRole('button', { name: /^Theme/ });
  await toggle.click();
  const light = await background();
  await toggle.click();
  expect(await toggle.getAttribute('aria-label')).toBe('Theme: dark');
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.reload();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  expect(await background()).toBe(dark);
});

describe('results', () => {
  test('of a photo by file button are downloaded as JSON and CSV that agree with the page', async () => {
    const page = await open();
    await page.locator('input[type=file][accept="image/*"]').setInputFiles(join(media, 'audrey.jpg'));
    await result(page);
    const [json] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /results as JSON/ }).click(),
    ]);
    const results = JSON.parse(await contentOf(json)) as {
      model: { classes: string[] };
      backend: string;
      frames: { faces: { expression: string; confidence: number; probabilities: Record<string, number> }[] }[];
    };
    expect(results.backend).toBe('wasm');
    expect(results.frames).toHaveLength(1);
    const face = results.frames[0]?.faces[0];
    expect(Object.keys(face?.probabilities ?? {})).toEqual(results.model.classes);
    await page
      .locator('qcs-face-reading')
      .getByText(face?.expression ?? 'no face')
      .first()
      .waitFor();
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /results as CSV/ }).click(),
    ]);
    expect(csv.suggestedFilename()).toBe('qcs-fer-results.csv');
    const [head = '', row = ''] = (await contentOf(csv)).split('\r\n');
    const cells = Object.fromEntries(head.split(',').map((name, index) => [name, row.split(',')[index]]));
    expect(cells['expression']).toBe(face?.expression);
    expect(Number(cells[face?.expression ?? ''])).toBeCloseTo(face?.confidence ?? Number.NaN, 4);
  });

  test('of a camera are one entry a frame, and begin anew with the next picture', async () => {
    const page = await open({ args: fakeCameraArguments(await faceVideo()), permissions: ['camera'] });
    await page.getByRole('button', { name: 'Camera' }).first().click();
    await page.getByText(/frames a second/).waitFor();
    const download = async () => {
      const [json] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: /results as JSON/ }).click(),
      ]);
      return JSON.parse(await contentOf(json)) as { frames: { timestamp: number }[] };
    };
    const { frames } = await download();
    expect(frames.length).toBeGreaterThan(2);
    expect(frames.every(({ timestamp }, index) => index === 0 || timestamp > (frames[index - 1]?.timestamp ?? 0))).toBe(
      true,
    );
    await page.locator('input[type=file][accept="image/*"]').setInputFiles(join(media, 'audrey.jpg'));
    await page.getByText('Face 1').first().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Close' }).waitFor();
    await page.waitForFunction(
      () =>
        document
          .querySelector('qcs-demo')
          ?.shadowRoot?.querySelector('qcs-demo-recognise')
          ?.shadowRoot?.querySelector('qcs-fer')?.status === 'ready',
    );
    expect((await download()).frames).toHaveLength(1);
  });
});

test('a photo is taken from the clipboard', async () => {
  const page = await open();
  const bytes = [...readFileSync(join(media, 'joconde.jpg'))];
  await page.evaluate((list) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array(list)], 'pasted.jpg', { type: 'image/jpeg' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, bytes);
  await result(page);
});

describe.each(['light', 'dark'] as const)('axe finds nothing to complain about in %s', (colorScheme) => {
  test('on any tab, and with a result', async () => {
    const page = await open();
    await page.emulateMedia({ colorScheme });
    await page.evaluate(readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8'));
    const found: string[] = [];
    const check = async (where: string) => {
      await page.waitForTimeout(500);
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      });
      found.push(...violations.map((violation) => `${where}: ${violation}`));
    };
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.locator('.waiting:visible').waitFor({ state: 'detached' });
      await check((await tab.textContent())?.trim() ?? '');
    }
    await page.getByRole('tab', { name: 'Recognise' }).click();
    await page.getByRole('button', { name: 'Try the Mona Lisa' }).click();
    await result(page);
    await check('result');
    expect(found).toEqual([]);
  });
});

const TABS = {
  Recognise: 'qcs-fer',
  Train: 'qcs-train-collect',
  Evaluate: 'qcs-evaluate-invitation',
  Models: 'qcs-model-card',
  About: 'qcs-demo-about',
};

test('at 200 and 400 % of 1280 x 900 no tab scrolls sideways, and what has the focus is in view and marked', async () => {
  const page = await open();
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  for (const [width, height] of [
    [640, 450],
    [320, 225],
  ]) {
    await page.setViewportSize({ width, height });
    for (const [name, part] of Object.entries(TABS)) {
      const tab = page.getByRole('tab', { name });
      await tab.click();
      await page.locator(part).first().waitFor();
      const widths = await page
        .getByRole('tabpanel', { name })
        .evaluate((panel) => [panel.scrollWidth - panel.clientWidth, document.documentElement.scrollWidth]);
      expect(widths, name).toEqual([0, width]);
      await tab.focus();
      for (let step = 0; step < 4; step++) {
        await page.keyboard.press('Tab');
        expect(await page.evaluate(focusFaults), `${name}, ${step}, ${width} px`).toEqual([]);
      }
    }
  }
});

/** What is amiss with the mark of the focus, in the page. */
function focusFaults(): string[] {
  let { activeElement: focused } = document;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  if (focused === null || focused === document.body) return ['nothing has it'];
  const { top, bottom, left, right } = focused.getBoundingClientRect();
  const { outlineStyle } = getComputedStyle(focused);
  return [
    ...(outlineStyle === 'none' ? [`${focused.localName} is not marked`] : []),
    ...(bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth
      ? [`${focused.localName} is out of view`]
      : []),
  ];
}

test('on a screen of 720 x 450 px, and so at 200 % of 1440 x 900, the reading is in view', async () => {
  const page = await open({ viewport: { width: 720, height: 450 } });
  await page.getByRole('button', { name: 'Try the Mona Lisa' }).click();
  await result(page);
  const place = (selector: string) => page.locator(selector).first().boundingBox();
  const [headline, stage] = [await place('qcs-face-reading'), await place('section.stage')];
  expect((headline?.y ?? Infinity) + (headline?.height ?? 0)).toBeLessThan(450);
  expect((stage?.x ?? 0) + (stage?.width ?? Infinity)).toBeLessThanOrEqual(headline?.x ?? 0);
  expect(stage?.height).toBeGreaterThan(150);
});

describe('on a phone', () => {
  test.each([
    [320, 568],
    [390, 844],
  ])('of %i x %i px nothing scrolls sideways in any tab, before and after a picture', async (width, height) => {
    const page = await open({ viewport: { width, height } });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    await page.getByRole('button', { name: 'Try the Mona Lisa' }).click();
    await result(page);
    expect(await overflow()).toBe(0);
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.waitForTimeout(300);
      expect(await overflow()).toBe(0);
    }
  });

  test('the reading is a sheet that opens and closes by its grip', async () => {
    const page = await open({ viewport: { width: 390, height: 844 } });
    await page.getByRole('button', { name: 'Try the Mona Lisa' }).click();
    await result(page);
    const bars = page.locator('qcs-probability-bars');
    expect(await bars.isVisible()).toBe(false);
    const grip = page.getByRole('button', { name: 'Show probabilities and timeline' });
    await grip.click();
    await bars.waitFor({ state: 'visible' });
    const face = await page.locator('qcs-face-overlay').getByRole('radio').boundingBox();
    const sheet = await page.locator('.reading').boundingBox();
    // The face stays in sight above the sheet.
    expect((face?.y ?? Infinity) + (face?.height ?? 0)).toBeLessThan(sheet?.y ?? 0);
    await page.getByRole('button', { name: 'Show less' }).click();
    await bars.waitFor({ state: 'hidden' });
  });
});
