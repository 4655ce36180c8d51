import { describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { button, deepAll, mount, movingStream, photoFile, until, type Mounted } from './stage.js';

function camera() {
  return vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(() => Promise.resolve(movingStream()));
}

function answersOf({ element }: Mounted): boolean[] {
  const answers: boolean[] = [];
  element.addEventListener('qcs-consent', (event) => answers.push(event.detail.given));
  return answers;
}

const isAsking = ({ element }: Mounted) => deepAll(element, 'qcs-stage-consent').length > 0;

describe('where the page must ask first', () => {
  test('no camera is opened until the person agreed, which the page is told', async () => {
    const media = camera();
    const mounted = await mount({ controls: true, consent: 'required', camera: true });
    const answers = answersOf(mounted);
    await eventually(() => expect(isAsking(mounted)).toBe(true));
    await mounted.element.start();
    await mounted.element.retry();
    expect(media).not.toHaveBeenCalled();
    expect(mounted.element.status).toBe('idle');
    button(mounted.element, /Agree/).click();
    await until(mounted.element, 'running');
    expect(media).toHaveBeenCalled();
    expect(answers).toEqual([true]);
    expect(mounted.element.getAttribute('consent')).toBe('given');
    expect(isAsking(mounted)).toBe(false);
  });

  test('a person who declines is back at the start, and is asked again at the next wish', async () => {
    const media = camera();
    const mounted = await mount({ controls: true, consent: 'required' });
    const answers = answersOf(mounted);
    button(mounted.element, /Camera/).click();
    await eventually(() => expect(isAsking(mounted)).toBe(true));
    button(mounted.element, /Not now/).click();
    await eventually(() => expect(deepAll(mounted.element, 'qcs-stage-invitation')).toHaveLength(1));
    expect(answers).toEqual([false]);
    expect(mounted.element.consent).toBe('required');
    button(mounted.element, /Camera/).click();
    await eventually(() => expect(isAsking(mounted)).toBe(true));
    expect(media).not.toHaveBeenCalled();
  });

  test('a running camera ends when the page asks anew', async () => {
    camera();
    const mounted = await mount({ controls: true, consent: 'given', camera: true });
    await until(mounted.element, 'running');
    mounted.element.consent = 'required';
    await eventually(() => expect(isAsking(mounted)).toBe(true));
    expect(mounted.element.status).not.toBe('running');
  });

  test('a photo that a person chose needs no further answer', async () => {
    const mounted = await mount({ controls: true, consent: 'required' });
    mounted.element.source = await photoFile();
    await until(mounted.element, 'ready');
    expect(isAsking(mounted)).toBe(false);
  });
});
