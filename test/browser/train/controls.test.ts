/** A run under the tab's own buttons: pause, resume, stop, a hidden tab, leaving. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { QcsTrain } from '../../../src/components/train/qcs-train/qcs-train.js';
import { emit } from '../../../src/components/ui/events.js';
import { button, deep } from '../components/stage.js';
import { collect, forgetEverything, part, setField, shownTab, WAIT } from './tab.js';

/** Time in which a run that goes on takes several steps, ms. */
const A_WHILE = 2000;

beforeAll(forgetEverything);
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

function stepsDone(element: QcsTrain): number {
  return part(element, 'qcs-train-running')?.run?.step?.step ?? 0;
}

function head(element: QcsTrain): string {
  return deep(element, 'qcs-train-running').shadowRoot!.querySelector('strong')?.textContent ?? '';
}

async function expectGoingOn(element: QcsTrain): Promise<void> {
  const step = stepsDone(element);
  await expect.poll(() => stepsDone(element), WAIT).toBeGreaterThan(step + 1);
}

/** A step under way ends and a checkpoint is written; then nothing moves any more. */
async function expectStandingStill(element: QcsTrain): Promise<void> {
  const saved = () => part(element, 'qcs-train-running')?.run?.checkpointStep;
  await expect.poll(() => saved() === stepsDone(element), WAIT).toBe(true);
  const step = stepsDone(element);
  await new Promise((resolve) => setTimeout(resolve, A_WHILE));
  expect(stepsDone(element)).toBe(step);
}

function hideTab(hidden: boolean): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Whether leaving the page would ask the visitor first. */
function asksBeforeLeaving(): boolean {
  const leaving = new Event('beforeunload', { cancelable: true });
  globalThis.dispatchEvent(leaving);
  return leaving.defaultPrevented;
}

/** Short steps, and far more of them than the test waits for. */
async function begun(element: QcsTrain): Promise<void> {
  button(element, /^\s*Train\s*$/).click();
  await expect.poll(() => part(element, 'qcs-train-setup'), WAIT).not.toBeNull();
  setField(element, /How it learns/, 'base');
  setField(element, /What computes/, 'wasm');
  setField(element, /Rounds/, '1000');
  button(element, /Start training/).click();
}

async function started(element: QcsTrain): Promise<void> {
  await begun(element);
  await expect.poll(() => stepsDone(element), WAIT).toBeGreaterThan(0);
}

describe('a run', () => {
  it('stands still between Pause and Resume, pauses in a hidden tab only when asked to, and Stop keeps its result', async () => {
    const listening = vi.spyOn(globalThis, 'addEventListener');
    const element = await shownTab();
    await collect(element, 16);
    expect(listening.mock.calls.map(([type]) => type)).not.toContain('beforeunload');
    expect(asksBeforeLeaving()).toBe(false);
    await started(element);
    expect(asksBeforeLeaving()).toBe(true);
    expect(head(element)).toMatch(/^Round \d+ of 1000, step \d+ of \d+$/);

    button(element, /Pause\s*$/).click();
    await expect.poll(() => head(element), WAIT).toMatch(/^Paused\. Round/);
    await expectStandingStill(element);
    button(element, /Resume/).click();
    await expect.poll(() => head(element), WAIT).toMatch(/^Round/);
    await expectGoingOn(element);

    hideTab(true);
    await expectGoingOn(element);
    hideTab(false);
    const whenHidden = deep(element, 'qcs-train-running').shadowRoot!.querySelector<HTMLInputElement>('input')!;
    expect(whenHidden.checked).toBe(false);
    whenHidden.click();
    hideTab(true);
    await expectStandingStill(element);
    hideTab(false);
    await expectGoingOn(element);

    // Coming back to the tab does not undo what the visitor did by hand.
    button(element, /Pause\s*$/).click();
    await expect.poll(() => head(element), WAIT).toMatch(/^Paused/);
    hideTab(true);
    hideTab(false);
    await expectStandingStill(element);
    button(element, /Resume/).click();
    await expectGoingOn(element);

    const before = stepsDone(element);
    button(element, /Stop and keep/).click();
    await element.updateComplete;
    await expect.poll(() => part(element, 'qcs-train-result')?.result ?? null, WAIT).not.toBeNull();
    const result = part(element, 'qcs-train-result')!;
    await result.updateComplete;
    expect(result.shadowRoot!.querySelector('h2')?.textContent).toBe('Training was stopped');
    expect(result.result!.outcome).toMatchObject({ end: 'stopped' });
    expect(result.result!.outcome.steps).toBeGreaterThanOrEqual(before);
    expect(result.result!.outcome.after?.n).toBeGreaterThan(0);
    expect(element.training).toBe(false);
    expect(asksBeforeLeaving()).toBe(false);
  }, 300_000);

  it('can be stopped while it is paused, and says that it is stopping', async () => {
    const element = await shownTab();
    await started(element);
    button(element, /Pause\s*$/).click();
    await expectStandingStill(element);
    const step = stepsDone(element);
    button(element, /Stop and keep/).click();
    await expect.poll(() => head(element), WAIT).toMatch(/^Stopping/);
    expect(button(element, /Stop and keep/).matches(':disabled')).toBe(true);
    await expect.poll(() => part(element, 'qcs-train-result')?.result?.outcome.steps, WAIT).toBe(step);
  }, 300_000);

  it('can be stopped before its first step', async () => {
    const element = await shownTab();
    // Classes that the model knows, so that it is measured before the run.
    for (const [from, to] of [
      ['smile', 'happiness'],
      ['frown', 'neutral'],
    ]) {
      emit(part(element, 'qcs-train-collect')!, 'qcs-train-command', {
        name: 'edit',
        edit: { kind: 'rename-class', from, to },
      });
      await expect.poll(() => part(element, 'qcs-train-collect')?.view?.classes, WAIT).toContain(to);
    }
    element.addEventListener('qcs-train-progress', ({ detail }) => {
      if (detail.kind !== 'preparing' || detail.stage !== 'before') return;
      // What the page shows of it comes after this event.
      void element.updateComplete.then(() => button(element, /Stop and keep/).click());
    });
    await begun(element);
    await expect.poll(() => element.training, WAIT).toBe(true);
    await expect.poll(() => element.training, WAIT).toBe(false);
    expect(part(element, 'qcs-train-running')).toBeNull();
    expect(asksBeforeLeaving()).toBe(false);
  }, 300_000);

  it('is offered again after the element was taken out of the page in the middle, which then asks nobody', async () => {
    const element = await shownTab();
    await started(element);
    button(element, /Pause\s*$/).click();
    await expectStandingStill(element);
    const step = stepsDone(element);
    element.remove();
    expect(asksBeforeLeaving()).toBe(false);
    document.body.append(element);
    await expect.poll(() => part(element, 'qcs-train-setup')?.offer?.step, WAIT).toBe(step);
    button(element, /Go on/).click();
    await expect.poll(() => stepsDone(element), WAIT).toBeGreaterThan(step);
    expect(asksBeforeLeaving()).toBe(true);
    button(element, /Stop and keep/).click();
    await expect.poll(() => part(element, 'qcs-train-result')?.result?.outcome.end, WAIT).toBe('stopped');
  }, 300_000);
});
