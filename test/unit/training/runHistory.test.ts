import { describe, expect, test } from 'vitest';
import { compareWords } from '../../../src/components/train/run-comparison.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import { completeConfig } from '../../../src/training/config.js';
import { RunHistory, type PastRun } from '../../../src/training/session/runHistory.js';

/** A run of 40 images that is right on the first so many. */
function run(id: string, right: number, classes = ['smile', 'frown']): PastRun {
  const share = right / 40;
  return {
    id,
    name: id,
    at: '2026-01-02T03:04:05.000Z',
    config: completeConfig({ classes }),
    seconds: 7,
    n: 40,
    folds: null,
    accuracy: { value: share, low: share - 0.1, high: share + 0.1 },
    macroRecall: null,
    before: null,
    model: `opfs:${id}`,
    answers: Array.from({ length: 40 }, (_, at) => ({
      id: `s${at}`,
      label: at % 2,
      predicted: at < right ? at % 2 : 1 - (at % 2),
    })),
  };
}

describe('the history of runs', () => {
  test('has the newest first, knows names, and forgets what is deleted', async () => {
    const storage = new MemoryStorage();
    const history = new RunHistory(storage);
    expect(await history.list()).toEqual([]);
    await history.add(run('first', 20));
    await history.add(run('second', 30));
    await history.edit({ kind: 'rename', id: 'first', name: 'more light' });
    expect((await history.list()).map(({ name }) => name)).toEqual(['second', 'more light']);
    await history.edit({ kind: 'remove', id: 'second' });
    expect(await new RunHistory(storage).list()).toEqual([{ ...run('first', 20), name: 'more light' }]);
  });

  test('keeps fifty runs, no answers of very many images, and loses no run by one damaged file', async () => {
    const storage = new MemoryStorage();
    const history = new RunHistory(storage);
    for (let at = 0; at < 51; at++) await history.add(run(`${at}`, 10));
    const kept = await history.list();
    expect([kept.length, kept[0].id, kept.at(-1)!.id]).toEqual([50, '50', '1']);
    const many = Array.from({ length: 5001 }, (_, at) => ({ id: `s${at}`, label: 0, predicted: 0 }));
    await history.add({ ...run('many', 40), answers: many });
    expect((await history.list())[0].answers).toEqual([]);
    const torn = new TextEncoder().encode('{ "half');
    await storage.write('history.json', torn);
    expect((await history.list())[0].id).toBe('many');
    await storage.write('history.copy.json', torn);
    expect(await history.list()).toEqual([]);
    await history.add(run('after', 10));
    expect((await history.list()).map(({ id }) => id)).toEqual(['after']);
    expect(await storage.read('history.damaged.json')).toEqual(torn);
  });
});

describe('two runs beside each other', () => {
  test('are told apart where chance does not explain it, and only then', () => {
    expect(compareWords(run('old', 20), run('new', 38))).toMatch(
      /^On 40 faces.*old alone is right on 0, new alone on 18.*-45 points.*new is better by more than chance/,
    );
    expect(compareWords(run('old', 36), run('new', 38))).toMatch(/They cannot be told apart/);
  });

  test('are not compared over different classes or images', () => {
    expect(compareWords(run('a', 20), run('b', 20, ['smile', 'wink']))).toMatch(/different classes/);
    const other = { ...run('b', 20), answers: [{ id: 'elsewhere', label: 0, predicted: 0 }] };
    expect(compareWords(run('a', 20), other)).toMatch(/different images/);
  });
});
