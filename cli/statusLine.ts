/** What a long run is doing, on standard error: a line that rewrites itself on a terminal, a line now and then in a log. */
import { printable } from './output.js';

export interface StatusLine {
  /** Shows what is going on now; in a log only every few seconds. */
  show(text: string): void;
  /** Leaves a line standing. */
  keep(text: string): void;
}

const LOG_INTERVAL_MS = 10_000;

export function statusLine(stream: NodeJS.WriteStream = process.stderr): StatusLine {
  let last = performance.now();
  const clear = stream.isTTY ? '\r\u001b[2K' : '';
  return {
    show(text) {
      if (stream.isTTY) stream.write(`${clear}${printable(text)}`);
      else if (performance.now() - last >= LOG_INTERVAL_MS) {
        last = performance.now();
        stream.write(`${printable(text)}\n`);
      }
    },
    keep(text) {
      stream.write(`${clear}${printable(text)}\n`);
    },
  };
}
