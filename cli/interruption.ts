/** Ctrl+C and SIGTERM in the middle of a long run: what was done is stored before the process ends. */
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The command was ended by a signal. The process exits as the system would have made it: 128 and the signal's number. */
export class InterruptedError extends Error {
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number], message: string) {
    super(message);
    this.name = 'InterruptedError';
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Does `work`; the first signal calls `interrupt`, and the second ends the process at once.
 * @param interrupt brings what was done into safety, and resolves to a sentence for people
 * @throws InterruptedError with that sentence
 */
export async function interruptible<T>(work: () => Promise<T>, interrupt: () => Promise<string>): Promise<T> {
  let onSignal = (_signal: (typeof SIGNALS)[number]): void => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    onSignal = (signal) => {
      for (const name of SIGNALS) process.off(name, onSignal);
      interrupt().then((message) => reject(new InterruptedError(signal, message)), reject);
    };
  });
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
