/**
 * The loss of one device, for all who compute on it. Not one promise for the device's life that every call races with: a promise that stays open keeps
 * something of every race it was ever in, some 500 bytes a frame, until the device goes.
 */
import type { RuntimeError } from '../errors.js';

/** Turns of the microtask queue within which a device says that it is lost, after what was under way on it has failed. */
const TURNS = 4;

export class DeviceLoss {
  private error: RuntimeError | undefined;
  private readonly waiting = new Set<(error: RuntimeError) => void>();

  /** It is lost: what is under way ends with the error. */
  happen(error: RuntimeError): void {
    this.error ??= error;
    for (const reject of this.waiting) reject(error);
    this.waiting.clear();
  }

  /** The error of a device that is lost by now. */
  async happened(): Promise<RuntimeError | undefined> {
    for (let turn = 0; turn < TURNS && this.error === undefined; turn++) await Promise.resolve();
    return this.error;
  }

  /** What the work gives. @throws what it throws, or the loss, as soon as that happens */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    if (this.error !== undefined) {
      work.catch(() => undefined);
      throw this.error;
    }
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      const end = (): void => void this.waiting.delete(reject);
      work.then(
        (result) => (end(), resolve(result)),
        (error: unknown) => (end(), reject(error as Error)),
      );
    });
  }
}
