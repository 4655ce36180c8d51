import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QcsFer } from '../../src/index.js';
import { afterEach, describe, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../vite.config.js';
import { faceVideo, fakeCameraArguments } from '../support/fakeCamera.js';
import { libraryFolder, media, openSite, type Site, type SiteOptions } from '../support/page.js';

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

const photo = [...readFileSync(join(media, 'joconde.jpg'))];

/** Opens a page whose body is `markup`; the element's first error is kept on `window.firstError`. */
async function openWith(markup: string, options: SiteOptions = {}): Promise<Site> {
  const html = `<!doctype html><html lang="en"><title>A page</title><script src="/listen.js"></script>
    <script type="module" src="/define.js"></script>${markup}</html>`;
  const listen = `window.errors = []; addEventListener('qcs-error', (event) => window.errors.push({
    code: event.detail.error.code, message: event.detail.error.message }));`;
  site = await openSite({
    folder: libraryFolder,
    path: '/page.html',
    ...options,
    pages: { '/page.html': html },
    intercept: (path) =>
      path === '/listen.js'
        ? { status: 200, body: listen, type: 'text/javascript' }
        : (options.intercept?.(path) ?? null),
  });
  return site;
}

interface SeenError {
  readonly code: string;
  readonly message: string;
}

async function firstError(opened: Site): Promise<SeenError> {
  await opened.page.waitForFunction(() => (window as unknown as { errors: unknown[] }).errors.length > 0);
  return opened.page.evaluate(() => (window as unknown as { errors: SeenError[] }).errors[0]);
}

/** The text that stands in the element's stage, and the names of its buttons. */
async function spoken(opened: Site): Promise<{ alert: string; buttons: string[] }> {
  const alert = await opened.page.getByRole('alert').first().innerText();
  const buttons = await opened.page.getByRole('button').allInnerTexts();
  return { alert, buttons };
}

/** After whatever happened, the same element must still recognise a photo. */
async function stillWorks(opened: Site): Promise<void> {
  const faces = await opened.page.evaluate(async (bytes) => {
    const element = document.querySelector('qcs-fer');
    if (element === null) throw new Error('no <qcs-fer> on the page');
    const file = new File([new Uint8Array(bytes)], 'photo.jpg', { type: 'image/jpeg' });
    const result = await element.recognize(file);
    return result.faces.length;
  }, photo);
  expect(faces).toBe(1);
}

async function expectFault(opened: Site, code: string): Promise<SeenError> {
  const error = await firstError(opened);
  expect(error.code).toBe(code);
  expect(error.message.length).toBeGreaterThan(20);
  const { alert, buttons } = await spoken(opened);
  expect(alert).toContain(error.message.slice(0, 20));
  expect(buttons.length).toBeGreaterThan(0);
  expect(await opened.page.locator('qcs-fer').evaluate((element: QcsFer) => element.status)).toBe('error');
  return error;
}

describe('camera faults', () => {
  test('no camera', async () => {
    const opened = await openWith('<qcs-fer camera></qcs-fer>', { permissions: ['camera'] });
    await expectFault(opened, 'camera-none');
    await stillWorks(opened);
  });

  test('refused', async () => {
    const opened = await openWith('<qcs-fer camera></qcs-fer>', {
      args: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
    });
    await expectFault(opened, 'camera-refused');
    await stillWorks(opened);
  });

  test('in use by another program, and free again after a retry', async () => {
    const opened = await openWith('<qcs-fer camera></qcs-fer>', {
      args: fakeCameraArguments(await faceVideo()),
      permissions: ['camera'],
      before: `const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); let first = true;
        navigator.mediaDevices.getUserMedia = (constraints) => first
          ? (first = false, Promise.reject(new DOMException('Could not start video source', 'NotReadableError')))
          : real(constraints);`,
    });
    await expectFault(opened, 'camera-in-use');
    const running = opened.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          document.querySelector('qcs-fer')?.addEventListener('qcs-result', (event) => {
            if (event.detail.observation.faces.length > 0) resolve(event.detail.observation.faces.length);
          });
        }),
    );
    await opened.page.getByRole('button', { name: /again/i }).first().click();
    expect(await running).toBe(1);
  });

  test('unplugged while running', async () => {
    const opened = await openWith('<qcs-fer camera></qcs-fer>', {
      args: fakeCameraArguments(await faceVideo()),
      permissions: ['camera'],
      before: `const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (constraints) => (window.lastStream = await real(constraints));`,
    });
    await opened.page.evaluate(async () => {
      await new Promise((resolve) => {
        document.querySelector('qcs-fer')?.addEventListener('qcs-result', resolve, { once: true });
      });
      // What the browser does when the plug is pulled: the track ends by itself.
      const [track] = (window as unknown as { lastStream: MediaStream }).lastStream.getVideoTracks();
      track.stop();
      track.dispatchEvent(new Event('ended'));
    });
    await expectFault(opened, 'camera-unplugged');
    await stillWorks(opened);
  });

  test('an insecure page', async () => {
    const opened = await openWith('<qcs-fer camera></qcs-fer>', { host: 'insecure.test', permissions: [] });
    const error = await expectFault(opened, 'insecure-page');
    expect(error.message).toMatch(/https/i);
    await stillWorks(opened);
  });
});

describe('faults of the place', () => {
  test('no WebGPU where it was asked for', async () => {
    const opened = await openWith('<qcs-fer src="/photo.jpg" backend="webgpu"></qcs-fer>', {
      intercept: (path) =>
        path === '/photo.jpg' ? { status: 200, body: Uint8Array.from(photo), type: 'image/jpeg' } : null,
    });
    await expectFault(opened, 'no-webgpu');
    await opened.page.locator('qcs-fer').evaluate((element: QcsFer) => {
      element.backend = 'auto';
    });
    await stillWorks(opened);
  });

  test('a page that blocks workers: everything runs in the page, and says so', async () => {
    const opened = await openWith('<qcs-fer src="/photo.jpg"></qcs-fer>', {
      policy: CONTENT_SECURITY_POLICY.replace("worker-src 'self' blob:", "worker-src 'none'"),
      intercept: (path) =>
        path === '/photo.jpg' ? { status: 200, body: Uint8Array.from(photo), type: 'image/jpeg' } : null,
    });
    await stillWorks(opened);
    const seen = await opened.page.locator('qcs-fer').evaluate((element: QcsFer) => ({
      inWorker: element.recognizer?.inWorker,
      reason: element.recognizer?.backendReason,
    }));
    expect(seen.inWorker).toBe(false);
    expect(seen.reason).toMatch(/worker/i);
  });
});

describe('bad files', () => {
  const serveFiles = (files: Readonly<Record<string, { body: string | Uint8Array; type: string }>>): SiteOptions => ({
    intercept: (path) => {
      const file = files[path];
      return file === undefined ? null : { status: 200, ...file };
    },
  });

  test('a text file called .jpg', async () => {
    const opened = await openWith(
      '<qcs-fer src="/notes.jpg"></qcs-fer>',
      serveFiles({ '/notes.jpg': { body: 'These are notes, not a picture.', type: 'image/jpeg' } }),
    );
    await expectFault(opened, 'not-an-image');
    await stillWorks(opened);
  });

  test('a video that no browser plays', async () => {
    const opened = await openWith(
      '<qcs-fer src="/clip.mp4"></qcs-fer>',
      serveFiles({ '/clip.mp4': { body: 'This is no video either.', type: 'video/mp4' } }),
    );
    await expectFault(opened, 'unsupported-video');
    await stillWorks(opened);
  });

  test('a picture that is not there', async () => {
    const opened = await openWith('<qcs-fer src="/nowhere.jpg"></qcs-fer>');
    await expectFault(opened, 'source-unreachable');
    await stillWorks(opened);
  });
});

describe('bad models', () => {
  const weights = readFileSync(join(libraryFolder, 'models/qcs-mobile/weights.int8.safetensors'));
  const manifest = readFileSync(join(libraryFolder, 'models/qcs-mobile/manifest.json'), 'utf8');
  const model = (files: Readonly<Record<string, string | Uint8Array>>): SiteOptions => ({
    intercept: (path) => {
      if (path === '/photo.jpg') return { status: 200, body: Uint8Array.from(photo), type: 'image/jpeg' };
      const body = files[path];
      return body === undefined ? null : { status: 200, body };
    },
  });
  const markup = '<qcs-fer src="/photo.jpg" model="/mine/manifest.json"></qcs-fer>';

  /** Back to the shipped model on the same element. */
  async function recovers(opened: Site): Promise<void> {
    await opened.page.locator('qcs-fer').evaluate((element: QcsFer) => element.removeAttribute('model'));
    await stillWorks(opened);
  }

  test('missing', async () => {
    const opened = await openWith(markup, model({}));
    await expectFault(opened, 'model-missing');
    await recovers(opened);
  });

  test('truncated', async () => {
    const opened = await openWith(
      markup,
      model({
        '/mine/manifest.json': manifest,
        '/mine/weights.int8.safetensors': weights.subarray(0, weights.length / 2),
      }),
    );
    await expectFault(opened, 'model-truncated');
    await recovers(opened);
  });

  test('with a wrong hash', async () => {
    const changed = Uint8Array.from(weights);
    changed[changed.length - 100] ^= 1;
    const opened = await openWith(
      markup,
      model({ '/mine/manifest.json': manifest, '/mine/weights.int8.safetensors': changed }),
    );
    await expectFault(opened, 'model-hash');
    await recovers(opened);
  });

  test('for an architecture that is not known', async () => {
    const other = manifest.replace(/"backbone":\s*"mobilefacenet"/, '"backbone": "mobilenet-v9"');
    expect(other).not.toBe(manifest);
    const opened = await openWith(
      markup,
      model({ '/mine/manifest.json': other, '/mine/weights.int8.safetensors': weights }),
    );
    await expectFault(opened, 'model-architecture');
    await recovers(opened);
  });
});
