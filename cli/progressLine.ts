/** Progress on standard error: one line that rewrites itself on a terminal, a line each tenth in a log. */

export type ReportProgress = (done: number, total: number) => void;

export function progressLine(title: string, stream: NodeJS.WriteStream = process.stderr): ReportProgress {
  const began = performance.now();
  let tenth = -1;
  return (done, total) => {
    const share = total === 0 ? 1 : done / total;
    const now = Math.floor(share * (stream.isTTY ? 1000 : 10));
    if (now === tenth) return;
    tenth = now;
    const seconds = (performance.now() - began) / 1000;
    // Too little is done at first to tell the time left.
    const left = share > 0.02 && share < 1 ? `, ${Math.ceil((seconds / share) * (1 - share))} s left` : '';
    const line = `${title}: ${done} of ${total} (${Math.round(share * 100)} %)${left}`;
    if (!stream.isTTY) stream.write(`${line}\n`);
    else stream.write(`\r\u001b[2K${line}${done >= total ? '\n' : ''}`);
  };
}
