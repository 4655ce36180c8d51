/** `<qcs-train>` as a visitor uses it: images in, training watched, result used. */
import axe from 'axe-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import '../../../src/define-evaluate.js';
import { emit, type EvaluateDataDetail } from '../../../src/components/ui/events.js';
import { DEFAULT_TRAIN_SETTINGS } from '../../../src/components/train/train-settings-model.js';
import { collect, forgetEverything, part, WAIT } from './tab.js';

beforeAll(forgetEverything);

afterEach(() => document.body.replaceChildren());

async function expectAccessible(element: Element): Promise<void> {
  const { violations } = await axe.run(element, { runOnly: ['wcag2a', 'wcag2aa'] });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
}

describe('<qcs-train>', () => {
  it('takes images, trains on them, tells what happens by events, and offers the model to Recognise', async () => {
    const element = document.createElement('qcs-train');
    const events: string[] = [];
    for (const name of ['qcs-train-progress', 'qcs-train-checkpoint', 'qcs-train-done', 'qcs-error'] as const) {
      element.addEventListener(name, () => events.push(name));
    }
    let used: string | null = null;
    element.addEventListener('qcs-use-model', ({ detail }) => (used = detail.model));
    document.body.append(element);
    await element.updateComplete;
    // Who is quick need not wait until the data set is open.
    expect(part(element, 'qcs-train-collect')!.view).toBeNull();
    await collect(element, 24);
    const gallery = part(element, 'qcs-train-collect')!.renderRoot.querySelector('qcs-sample-gallery')!;
    await expect.poll(() => gallery.renderRoot.querySelectorAll('img').length, WAIT).toBe(12);
    await expectAccessible(element);

    emit(part(element, 'qcs-train-collect')!, 'qcs-train-command', { name: 'go', step: 'train' });
    await expect.poll(() => part(element, 'qcs-train-setup'), WAIT).not.toBeNull();
    await expectAccessible(element);
    const settings = {
      ...DEFAULT_TRAIN_SETTINGS,
      family: 'base',
      epochs: 2,
      backend: 'wasm',
      classes: { smile: ['smile'], frown: ['frown'] },
    } as const;
    emit(part(element, 'qcs-train-setup')!, 'qcs-train-command', { name: 'start', settings });
    await expect.poll(() => part(element, 'qcs-train-running')?.run?.step ?? null, WAIT).not.toBeNull();
    expect(element.training).toBe(true);
    const leaving = new Event('beforeunload', { cancelable: true });
    globalThis.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);

    await expect.poll(() => part(element, 'qcs-train-result')?.result ?? null, WAIT).not.toBeNull();
    await expectAccessible(element);
    expect(element.training).toBe(false);
    expect(new Set(events)).toEqual(new Set(['qcs-train-progress', 'qcs-train-checkpoint', 'qcs-train-done']));
    emit(part(element, 'qcs-train-result')!, 'qcs-train-command', { name: 'use' });
    await expect.poll(() => used, WAIT).toMatch(/^opfs:qcs-mobile/);

    // Few test images: what all of them say stands below, beside what needs no training.
    const evidence = () => part(element, 'qcs-train-evidence')?.renderRoot.querySelector('[part=evidence]');
    await expect
      .poll(() => evidence()?.textContent.replaceAll(/\s+/g, ' '), WAIT)
      .toMatch(/\d % \(.*right, on 24 faces/);
    expect(evidence()!.textContent).toMatch(/Nearest class mean, no training/);
    await expectAccessible(element);

    // The Evaluate tab takes the test images as they are, with the new model beside the shipped one.
    const handedOver = new Promise<EvaluateDataDetail>((resolve) => {
      element.addEventListener('qcs-evaluate-data', ({ detail }) => resolve(detail), { once: true });
    });
    emit(part(element, 'qcs-train-result')!, 'qcs-train-command', { name: 'evaluate' });
    const evaluate = document.createElement('qcs-evaluate');
    evaluate.data = await handedOver;
    document.body.append(evaluate);
    const setup = () => evaluate.renderRoot.querySelector('qcs-evaluate-setup');
    await expect.poll(() => setup()?.settings, WAIT).toMatchObject({ first: used, second: 'shipped', split: 'test' });
    expect(Object.keys(setup()!.survey!.counts)).toContain('test');
  }, 600_000);

  it('shows the images of before after it was taken out of the page and put in again', async () => {
    const element = document.createElement('qcs-train');
    document.body.append(element);
    await expect.poll(() => part(element, 'qcs-train-collect')?.view?.samples.length, WAIT).toBe(24);
    element.remove();
    document.body.append(element);
    const gallery = () => part(element, 'qcs-train-collect')?.renderRoot.querySelector('qcs-sample-gallery');
    await expect.poll(() => gallery()?.renderRoot.querySelectorAll('img').length, WAIT).toBe(12);
  }, 120_000);
});
