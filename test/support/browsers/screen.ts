/** A screen for browsers that want one: the machine's own, or a virtual one (Xvfb). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface Screen {
  /** For the variable DISPLAY. */
  readonly name: string;
  close(): void;
}

/** @throws Error where there is neither */
export async function openScreen(): Promise<Screen> {
  const own = process.env['DISPLAY'];
  if (own !== undefined) return { name: own, close: () => undefined };
  // It chooses a free number, and writes it to the file that it is given.
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const told = child.stdio[3] as Readable;
  const [number] = (await Promise.race([
    once(told, 'data'),
    once(child, 'error').then(() => Promise.reject(new Error('No screen was found. Debian: apt-get install xvfb.'))),
  ])) as [Buffer];
  return { name: `:${number.toString().trim()}`, close: () => void child.kill() };
}
