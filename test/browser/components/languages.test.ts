import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { CaptureError } from '../../../src/errors.js';
import { registerMessages } from '../../../src/messages/store.js';
import { FakeRecognizer } from './fakeRecognizer.js';
import { deep, mount, photoFile, until, type Mounted } from './stage.js';

afterEach(() => {
  document.documentElement.removeAttribute('lang');
});

function invitation({ element }: Mounted): string {
  return deep(element, 'qcs-stage-invitation').shadowRoot?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
}

async function says(mounted: Mounted, words: string): Promise<void> {
  await eventually(() => expect(invitation(mounted)).toContain(words));
}

describe('the language', () => {
  test('is that of the page, and follows it through all shadow roots', async () => {
    document.documentElement.lang = 'de';
    const mounted = await mount({ controls: true });
    await says(mounted, 'Zeigen Sie mir ein Gesicht');
    document.documentElement.lang = 'ja-JP';
    await says(mounted, '顔を見せてください');
    document.documentElement.lang = 'en';
    await says(mounted, 'Show me a face');
  });

  test('is that of the element where it has one, which may be a language that only the page adds', async () => {
    registerMessages('nl', { recognise: { invitation: 'Toon mij een gezicht' } });
    document.documentElement.lang = 'de';
    const mounted = await mount({ controls: true, lang: 'nl-BE' });
    await says(mounted, 'Toon mij een gezicht');
    expect(invitation(mounted)).toContain('Choose a source');
  });

  test('of a page that names one nobody speaks here is English', async () => {
    const mounted = await mount({ controls: true, lang: 'tlh' });
    await says(mounted, 'Show me a face');
  });

  test('is written from right to left where it is Arabic, with the picture as it stands', async () => {
    const recognizer = new FakeRecognizer();
    const mounted = await mount({ controls: true, lang: 'ar' }, recognizer);
    await says(mounted, 'أرِني وجهًا');
    expect(getComputedStyle(deep(mounted.element, '.layout')).direction).toBe('rtl');
    mounted.element.source = await photoFile();
    await until(mounted.element, 'ready');
    const overlay = deep(mounted.element, 'qcs-face-overlay');
    expect(getComputedStyle(overlay).direction).toBe('ltr');
    const bars = deep(mounted.element, 'qcs-probability-bars').shadowRoot?.textContent ?? '';
    expect(bars).toContain('سعادة');
    const status = deep(mounted.element, '[part=status]').textContent ?? '';
    expect(status).toMatch(/يبدو كتعبير/);
  });

  test('of a fault says what to do, and keeps the particulars in English', async () => {
    const error = new CaptureError('camera-failed', 'The camera was broken by the test. Mend it.');
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(error);
    const mounted = await mount({ controls: true, lang: 'fr' });
    await says(mounted, 'Montrez-moi un visage');
    mounted.element.camera = true;
    await until(mounted.element, 'error');
    const alert = deep(mounted.element, '[role=alert]');
    await eventually(() =>
      expect(alert.querySelector('details [lang=en]')?.textContent).toBe(mounted.element.error?.message),
    );
    expect(alert.querySelector('h2')?.textContent).toBe('La caméra n’a pas démarré');
    expect(alert.querySelector('p')?.textContent).toMatch(/^La caméra n’a pas démarré\. Réessayez/);
  });
});
