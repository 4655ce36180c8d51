import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../../src/worker/connect.js';
import type { MortalApi } from './mortal.worker.js';

let connection: Connection<MortalApi> | undefined;
afterEach(() => connection?.dispose());

function open(prompt: readonly (keyof MortalApi)[]): MortalApi {
  connection = connect<MortalApi>({
    start: () => new Worker(new URL('./mortal.worker.ts', import.meta.url), { type: 'module' }),
    stopped: (reason) => `It stopped: ${reason}.`,
    disposed: 'It was disposed.',
    prompt,
  });
  return connection.api;
}

/** The error that a call ends with, and after how many seconds. */
async function death(call: Promise<never>): Promise<{ readonly error: unknown; readonly seconds: number }> {
  const began = performance.now();
  const error: unknown = await call.catch((reason: unknown) => reason);
  return { error, seconds: (performance.now() - began) / 1000 };
}

describe('a real worker', () => {
  it('that ends without a word is noticed within ten seconds, in short steps and in long ones', async () => {
    for (const prompt of [['vanish'], []] as const) {
      const api = open(prompt);
      await api.echo('ready');
      const { error, seconds } = await death(api.vanish());
      expect(error).toMatchObject({ name: 'RuntimeError', code: 'internal' });
      expect(seconds).toBeLessThan(10);
      expect(await api.echo('again')).toBe('again');
    }
  });

  it('that hangs is noticed within ten seconds, while one that computes for long is waited for', async () => {
    const api = open(['echo', 'loopForEver']);
    await api.echo('ready');
    expect(await api.compute(12_000)).toBe('computed');
    connection?.dispose();
    await api.echo('ready');
    const { error, seconds } = await death(api.loopForEver());
    expect(error).toMatchObject({ code: 'internal', message: 'It stopped: it gave no sign of life.' });
    expect(seconds).toBeLessThan(10.5);
  });

  it('that crashes is noticed at once', async () => {
    const { error, seconds } = await death(open([]).throwOutside());
    expect(error).toMatchObject({ code: 'internal', message: 'It stopped: Uncaught Error: boom.' });
    expect(seconds).toBeLessThan(5);
  });
});
