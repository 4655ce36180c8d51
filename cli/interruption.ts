/** Ctrl+C and SIGTERM: nothing half written stays, and what a long run has done is stored before the process ends. */
import { removeUnfinished } from '../src/storage/node/writeWhole.js';
import { codeOfSignal } from './exitCodes.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** The command was ended by a signal. The process exits as the system would have made it. */
export class InterruptedError extends Error {
  readonly exitCode: number;

  constructor(signal: Signal, message: string) {
    super(message);
    this.name = 'InterruptedError';
    this.exitCode = codeOfSignal(signal);
  }
}

function endAtOnce(signal: Signal): void {
  removeUnfinished();
  process.exit(codeOfSignal(signal));
}

let onSignal = endAtOnce;

/** Listens for signals, for as long as the process lives. Once, before a command begins. */
export function listenForSignals(): void {
  for (const name of SIGNALS) process.on(name, (signal: Signal) => onSignal(signal));
}

/**
 * Does `work`; the first signal calls `interrupt`, and the second ends the process at once.
 * @param interrupt brings what was done into safety, and resolves to a sentence for people
 * @throws InterruptedError with that sentence
 */
export async function interruptible<T>(work: () => Promise<T>, interrupt: () => Promise<string>): Promise<T> {
  const interrupted = new Promise<never>((_, reject) => {
    onSignal = (signal) => {
      onSignal = endAtOnce;
      interrupt().then((message) => reject(new InterruptedError(signal, message)), reject);
    };
  });
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    onSignal = endAtOnce;
  }
}
