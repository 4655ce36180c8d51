/** With what a process ends. docs/models.md lists them. */
import { constants } from 'node:os';

export const DONE = 0;
/** The work failed: a file, a model or the disk. */
export const FAILED = 1;
/** The command line or a configuration asks for what cannot be done. */
export const MISUSED = 2;

/** As the system would have made it. */
export function codeOfSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE'): number {
  return 128 + constants.signals[signal];
}
