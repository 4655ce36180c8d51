/** What a page and its worker say to each other, whatever the API. Nothing else imports this but the two ends, and tests. */
import type { SerializedError } from '../errors.js';

/** Where something lies in a value: keys and indices from the outside in. */
export type Path = readonly (string | number)[];

/** A value as it travels: URLs in it as text, errors flat. */
export type PackedValue =
  | { readonly kind: 'value'; readonly value: unknown; readonly urls: readonly Path[] }
  | { readonly kind: 'error'; readonly error: SerializedError };

/** An argument of a call: functions and signals stay where they are and have a stand-in on the other side. */
export type Argument =
  | PackedValue
  | { readonly kind: 'callback'; readonly callback: number; readonly isProgress: boolean }
  | { readonly kind: 'signal' };

export type ToWorker =
  | {
      readonly type: 'call';
      readonly call: number;
      readonly method: string;
      readonly args: readonly Argument[];
      /** Name of a lock that the worker holds until it has answered: who gets it knows that the worker is done, or dead. */
      readonly lock?: string;
    }
  | { readonly type: 'abort'; readonly call: number }
  | { readonly type: 'ping' };

export type FromWorker =
  /** The script runs. Without this message the worker was blocked. */
  | { readonly type: 'alive' }
  | { readonly type: 'pong' }
  /** The lock of a call is held. */
  | { readonly type: 'held'; readonly call: number }
  | { readonly type: 'callback'; readonly callback: number; readonly args: readonly PackedValue[] }
  | { readonly type: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly type: 'aborted'; readonly call: number }
  | { readonly type: 'failed'; readonly call: number; readonly error: SerializedError };

/** The browser's locks, which pages have that came over https or from this machine. */
export function browserLocks(): LockManager | undefined {
  return (globalThis.navigator as { readonly locks?: LockManager } | undefined)?.locks;
}
