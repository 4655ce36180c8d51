/** What a caller says about the arguments of a call into a worker. */

const progressCallbacks = new WeakSet<object>();
const handedOver = new WeakSet<object>();

/** Marks a callback as progress: the newest value of every tenth of a second reaches it, and the last one before the call ends. */
export function progress<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void {
  const marked = (...args: Args): void => callback(...args);
  progressCallbacks.add(marked);
  return marked;
}

export function isProgress(callback: object): boolean {
  return progressCallbacks.has(callback);
}

/** Marks an argument as the worker's from now on; here nothing is left of it. */
export function handOver<Value extends Transferable>(value: Value): Value {
  handedOver.add(value);
  return value;
}

export function isHandedOver(value: unknown): value is Transferable {
  return typeof value === 'object' && value !== null && handedOver.has(value);
}

/** Null in place of the rejection with which a call ends whose signal was aborted. */
export async function nullIfAborted<Result>(call: Promise<Result>, signal: AbortSignal): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    if (error === signal.reason) return null;
    throw error;
  }
}
