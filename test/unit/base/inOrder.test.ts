import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../src/base/inOrder.js';

/** Questions that are answered by hand. */
function byHand() {
  const waiting = new Map<number, (answer: string) => void>();
  const ask = (question: number) => new Promise<string>((resolve) => waiting.set(question, resolve));
  return { waiting, ask, answer: (question: number) => waiting.get(question)?.(`answer ${question}`) };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('inOrder', () => {
  it('gives answers in the questions’ order, whichever comes first, and asks no more at once than it may', async () => {
    const { waiting, ask, answer } = byHand();
    let taken = 0;
    function* questions() {
      for (let question = 0; question < 5; question++) {
        taken += 1;
        yield question;
      }
    }
    const answers = inOrder(questions(), 2, ask);
    const first = answers.next();
    await settle();
    expect([...waiting.keys()]).toEqual([0, 1]);
    expect(taken).toBeLessThanOrEqual(3);
    answer(1);
    await settle();
    answer(0);
    expect(await first).toEqual({ done: false, value: 'answer 0' });
    expect(await answers.next()).toEqual({ done: false, value: 'answer 1' });
    const rest = (async () => {
      const all: string[] = [];
      for await (const value of answers) all.push(value);
      return all;
    })();
    for (const question of [2, 3, 4]) {
      while (!waiting.has(question)) await settle();
      answer(question);
    }
    expect(await rest).toEqual(['answer 2', 'answer 3', 'answer 4']);
  });

  it('throws a failed answer when its turn comes, after the answers before it', async () => {
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of inOrder([0, 1, 2], 3, async (question) => {
        if (question === 1) throw new Error('no answer');
        return question;
      })) {
        seen.push(value);
      }
    })();
    await expect(reading).rejects.toThrow('no answer');
    expect(seen).toEqual([0]);
  });

  it('takes questions from what brings them one by one, and waits for what was asked when nobody listens any more', async () => {
    const { ask, answer } = byHand();
    let hasClosed = false;
    async function* questions() {
      try {
        for (let question = 0; ; question++) yield question;
      } finally {
        hasClosed = true;
      }
    }
    const answers = inOrder(questions(), 2, ask);
    const first = answers.next();
    await settle();
    answer(0);
    await first;
    let isClosed = false;
    const closing = answers.return().then(() => (isClosed = true));
    await settle();
    expect([isClosed, hasClosed]).toEqual([false, true]);
    answer(1);
    await closing;
  });
});
