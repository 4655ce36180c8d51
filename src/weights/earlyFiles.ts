/** Files of a model that are surely wanted: they are asked for beside their manifest, not after it. */
import { MAXIMUM_EARLY_BYTES } from '../base/limits.js';
import { fetchBytes } from './fetchBytes.js';

interface EarlyFile {
  readonly content: Promise<Uint8Array<ArrayBuffer>>;
  received: number;
  onBytes: ((received: number) => void) | undefined;
}

export class EarlyFiles {
  private readonly files = new Map<string, EarlyFile>();
  private readonly ended = new AbortController();

  /**
   * Asks for all of them.
   * @param addresses by the files' paths in the manifest
   */
  constructor(addresses: Readonly<Record<string, URL>>, signal: AbortSignal | undefined) {
    const either = signal === undefined ? this.ended.signal : AbortSignal.any([signal, this.ended.signal]);
    for (const [path, url] of Object.entries(addresses)) {
      const content = fetchBytes(url, {
        signal: either,
        mostBytes: MAXIMUM_EARLY_BYTES,
        onBytes: (received) => {
          file.received = received;
          file.onBytes?.(received);
        },
      });
      const file: EarlyFile = { content, received: 0, onBytes: undefined };
      this.files.set(path, file);
      // Nobody hears of a fault but who takes the file.
      content.catch(() => undefined);
    }
  }

  /**
   * The file at a path; undefined for one that was not asked for.
   * @param onBytes told at once of what has come already
   * @throws as `fetchBytes`; its length is for the caller to check
   */
  take(path: string, onBytes: (received: number) => void): Promise<Uint8Array<ArrayBuffer>> | undefined {
    const file = this.files.get(path);
    if (file === undefined) return undefined;
    onBytes(file.received);
    file.onBytes = onBytes;
    return file.content;
  }

  /** Ends what has not come yet. */
  end(): void {
    this.ended.abort();
  }
}
