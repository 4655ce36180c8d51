/**
 * Asks one question after another, so that at most `atOnce` wait for their answers, and gives the answers in the questions' order. Questions are
 * taken as there is room for them. Who stops listening waits for what was asked already.
 *
 * @throws what taking a question throws, and the first failed answer's error
 */
export async function* inOrder<Question, Answer>(
  questions: Iterable<Question> | AsyncIterable<Question>,
  atOnce: number,
  ask: (question: Question) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  const asked: Promise<Answer>[] = [];
  try {
    for await (const question of questions) {
      if (asked.length >= atOnce) yield await asked.shift()!;
      const answer = ask(question);
      // Its turn to be thrown comes.
      answer.catch(() => undefined);
      asked.push(answer);
    }
    while (asked.length > 0) yield await asked.shift()!;
  } finally {
    await Promise.allSettled(asked);
  }
}
