/** One tab at a time: two that write one data set would overwrite each other's work. */
import { RuntimeError } from '../errors.js';

/** A page that was just left gives its claim back within this time, ms. */
const PATIENCE = 3000;

/** What this worker or page holds already: it may ask again after what it wanted to open turned out to be damaged. */
const claimed = new Set<string>();

/**
 * Claims stored data for the worker or page that asks, until it ends. Where the browser has no locks it has no private storage either.
 * @throws RuntimeError `storage-busy` when another tab holds it
 */
export async function claim(name: string, patience = PATIENCE): Promise<void> {
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  if (locks === undefined || claimed.has(name)) return;
  await new Promise<void>((resolve, reject) => {
    const held = new Promise<never>(() => undefined);
    const granted = async (): Promise<never> => {
      claimed.add(name);
      resolve();
      return held;
    };
    locks.request(name, { signal: AbortSignal.timeout(patience) }, granted).catch((cause: unknown) => {
      reject(
        new RuntimeError(
          'storage-busy',
          'Your faces are open in another tab or window of this site. Close it there and try again.',
          { cause },
        ),
      );
    });
  });
}
