/** The Models tab as a person uses it: drop a published checkpoint, answer, recognise with it, keep it, remove it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraryFolder, openSite, root, type Site } from '../support/page.js';

const CHECKPOINT = join(root, 'test/fixtures/golden/qcs-tiny-8.pth');

/** Drops files on an element, as the browser reports a drop. */
async function drop(page: Page, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (list) => {
      const data = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      return data;
    },
    files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
  );
  await page.dispatchEvent('qcs-models', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('qcs-models', 'drop', { dataTransfer: transfer });
}

describe('the Models tab', () => {
  let site: Site;

  beforeAll(async () => {
    site = await openSite({ path: '#models' });
    await site.page.getByRole('heading', { name: 'qcs-mobile' }).waitFor();
  });
  afterAll(() => site.close());

  test('lists the shipped model as the one in use', async () => {
    await site.page.getByText('Comes with this page').waitFor();
    await site.page.getByText('In use').waitFor();
  });

  test('a dropped checkpoint is converted after its questions, and recognises the sample photo', async () => {
    const { page } = site;
    await drop(page, [{ name: 'qcs-tiny-8.pth', bytes: readFileSync(CHECKPOINT) }]);
    await page
      .getByText(/QCS on IR-50/)
      .first()
      .waitFor();
    const convert = page.getByRole('button', { name: 'Convert' });
    expect(await convert.isDisabled()).toBe(true);
    await page.getByRole('radio', { name: /FERPlus/ }).check();
    await convert.click();
    await page.getByText('qcs-tiny-8 is kept in this browser').waitFor();
    await page.getByText(/tensors of the file are not used/).waitFor();

    await page.getByRole('button', { name: 'Use in Recognise' }).first().click();
    await page.getByRole('button', { name: 'Try the Mona Lisa' }).click();
    const model = await page.evaluate(async () => {
      const fer = document
        .querySelector('qcs-demo')
        ?.shadowRoot?.querySelector('qcs-demo-recognise')
        ?.shadowRoot?.querySelector('qcs-fer');
      if (fer === null || fer === undefined) throw new Error('no <qcs-fer>');
      const observation = await new Promise<{ faces: readonly object[] }>((resolve) => {
        fer.addEventListener('qcs-result', (event) => resolve(event.detail.observation), { once: true });
      });
      return { url: fer.model, faces: observation.faces.length };
    });
    expect(model).toEqual({ url: 'opfs:qcs-tiny-8', faces: 1 });
    await page
      .getByText(/qcs-tiny-8/)
      .first()
      .waitFor();
  });

  test('it is there after a reload, and gone after it is removed', async () => {
    const { page } = site;
    await page.goto(`${site.server.url}#models`);
    await page.reload();
    await page.getByRole('heading', { name: 'qcs-tiny-8' }).waitFor();
    await page.getByRole('button', { name: 'Remove qcs-tiny-8' }).click();
    await page.getByRole('button', { name: 'Remove for good' }).click();
    await page.getByRole('heading', { name: 'qcs-tiny-8' }).waitFor({ state: 'detached' });
  });

  test('a manifest with its weights needs no questions', async () => {
    const { page } = site;
    const folder = join(root, 'public/models/qcs-mobile');
    const names = readdirSync(folder).filter((name) => name !== 'MODEL_CARD.md');
    await drop(
      page,
      names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) })),
    );
    await page.getByText('qcs-mobile is kept in this browser').waitFor();
    // The list is read anew after it was said.
    await expect.poll(() => page.getByRole('heading', { name: 'qcs-mobile' }).count()).toBe(2);
  });

  test('is shipped as a zip whose page, served with the package’s built files, reads a face with it', async () => {
    const { page } = site;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Ship it' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('qcs-mobile-page.zip');
    const folder = mkdtempSync(join(tmpdir(), 'qcs-fer-page-'));
    for (const [path, bytes] of Object.entries(unzipSync(readFileSync(await download.path())))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const shipped = await openSite({
      folder: join(folder, 'qcs-mobile-page'),
      also: { '/qcs-fer/': libraryFolder, '/samples/': join(root, 'public/samples') },
    });
    const asked: string[] = [];
    shipped.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const seen = await shipped.page.evaluate(async () => {
      await customElements.whenDefined('qcs-fer');
      const element = document.querySelector('qcs-fer')!;
      const observation = await new Promise<{ faces: readonly { expression: string }[] }>((resolve, reject) => {
        element.addEventListener('qcs-error', (event) => reject(event.detail.error));
        element.addEventListener('qcs-result', (event) => resolve(event.detail.observation), { once: true });
        element.src = '/samples/mona-lisa.jpg';
      });
      return observation.faces.map(({ expression }) => expression);
    });
    expect(seen).toEqual(['neutral']);
    expect(asked).toContain('/model/weights.int8.safetensors');
    expect(shipped.complaints).toEqual([]);
    await shipped.close();
    rmSync(folder, { recursive: true });
  });

  test('files that are no model are named, and the tab goes on', async () => {
    const { page } = site;
    const legacy = readFileSync(join(root, 'test/fixtures/torch/legacy.pth'));
    await drop(page, [{ name: 'old.pth', bytes: legacy }]);
    await page
      .getByRole('alert')
      .getByText(/before 1\.6/)
      .waitFor();
    await drop(page, [{ name: 'cut.pth', bytes: readFileSync(CHECKPOINT).subarray(0, 5000) }]);
    await page
      .getByRole('alert')
      .getByText(/cut short/)
      .waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('Bring a model').waitFor();
    expect(site.complaints).toEqual([]);
  });
});
