import { beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { acquireRecognizer } from '../../../src/inference/acquireRecognizer.js';
import * as create from '../../../src/inference/createRecognizer.js';
import type { Recognizer, RecognizerOptions } from '../../../src/inference/recognizer.js';
import { deferred } from '../worker/workers.js';

vi.mock(import('../../../src/inference/createRecognizer.js'));

interface Made {
  readonly signal: AbortSignal;
  readonly dispose: ReturnType<typeof vi.fn<() => Promise<void>>>;
  readonly ready: () => void;
}

let made: Made[];
beforeEach(() => {
  made = [];
  vi.mocked(create.createRecognizer).mockImplementation(({ signal }: RecognizerOptions = {}) => {
    const dispose = vi.fn(() => Promise.resolve());
    const { promise, resolve } = deferred<Recognizer>();
    const recognizer = { dispose } as Partial<Recognizer> as Recognizer;
    made.push({ signal: signal!, dispose, ready: () => resolve(recognizer) });
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
    return Promise.race([promise, aborted]);
  });
});

/** Asks for the recogniser of a model, as an element does that may leave. */
function ask(model: string): { readonly got: Promise<Recognizer>; readonly leave: () => void } {
  const leaving = new AbortController();
  const got = acquireRecognizer({ model: `https://page.example/${model}.json`, signal: leaving.signal });
  got.catch(() => undefined);
  return { got, leave: () => leaving.abort(new Error('left')) };
}

describe('a recogniser that is still being made', () => {
  it('is ended by the last of those who wait for it, and by no other', async () => {
    const [first, second] = [ask('a'), ask('a')];
    first.leave();
    await expect(first.got).rejects.toThrow('left');
    expect([made.length, made[0].signal.aborted]).toEqual([1, false]);
    second.leave();
    await expect(second.got).rejects.toThrow('left');
    expect(made[0].signal.aborted).toBe(true);
  });

  it('stays for those who wait on', async () => {
    const [first, second] = [ask('b'), ask('b')];
    first.leave();
    made[0].ready();
    const recognizer = await second.got;
    expect(made[0].signal.aborted).toBe(false);
    await recognizer.dispose();
    expect(made[0].dispose).toHaveBeenCalledTimes(1);
  });

  it('is made anew for who comes after it was ended', async () => {
    ask('c').leave();
    await eventually(() => expect(made[0].signal.aborted).toBe(true));
    const { got } = ask('c');
    made[1].ready();
    await (await got).dispose();
    expect([made.length, made[1].dispose.mock.calls.length]).toEqual([2, 1]);
  });

  it('is not begun for who has left already', async () => {
    await expect(acquireRecognizer({ signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
    expect(made).toHaveLength(0);
  });
});

describe('a recogniser that is ready', () => {
  it('is not ended by a signal: its users give it back', async () => {
    const { got, leave } = ask('d');
    made[0].ready();
    const recognizer = await got;
    leave();
    expect([made[0].signal.aborted, made[0].dispose.mock.calls.length]).toEqual([false, 0]);
    await recognizer.dispose();
    expect(made[0].dispose).toHaveBeenCalledTimes(1);
  });
});
