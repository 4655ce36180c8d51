/** Files that are surely wanted, fetched before anybody asks for them, here or in another thread. */
import { asQcsError } from '../errors.js';
import { throttle } from '../worker/throttle.js';
import { fetchBytes } from './fetchBytes.js';

export interface WantedFile {
  readonly url: URL;
  readonly mostBytes: number;
}

/** How many bytes have come, all of them, or why there are none. */
export type FileNews = number | ArrayBuffer | Error;

interface EarlyFile {
  readonly content: Promise<Uint8Array<ArrayBuffer>>;
  readonly resolve: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
  received: number;
  onBytes: ((received: number) => void) | undefined;
}

/** Asks for files. Their lengths and hashes are for those to check who use them. */
export function fetchEarly(
  files: readonly WantedFile[],
  signal: AbortSignal | undefined,
  hear: (url: URL, news: FileNews) => void,
): void {
  for (const { url, mostBytes } of files) {
    const { report, flush } = throttle((received: number) => hear(url, received));
    const end = (news: FileNews): void => {
      flush();
      hear(url, news);
    };
    fetchBytes(url, { signal, mostBytes, onBytes: report }).then(
      ({ buffer }) => end(buffer),
      (error: unknown) => end(error instanceof Error ? error : asQcsError(error)),
    );
  }
}

/** Where files that are on their way are waited for, by their addresses. */
export class EarlyFiles {
  private readonly files: ReadonlyMap<string, EarlyFile>;

  constructor(urls: readonly URL[]) {
    this.files = new Map(urls.map(({ href }) => [href, expected()]));
  }

  hear({ href }: URL, news: FileNews): void {
    const file = this.files.get(href);
    if (file === undefined) return;
    if (news instanceof Error) {
      file.reject(news);
      return;
    }
    file.received = typeof news === 'number' ? news : news.byteLength;
    file.onBytes?.(file.received);
    if (typeof news !== 'number') file.resolve(new Uint8Array(news));
  }

  /**
   * The file at an address; undefined for one that is not on its way.
   * @param onBytes told at once of what has come already
   * @throws as `fetchBytes`
   */
  take({ href }: URL, onBytes: (received: number) => void = () => undefined): EarlyFile['content'] | undefined {
    const file = this.files.get(href);
    if (file === undefined) return undefined;
    file.onBytes = onBytes;
    onBytes(file.received);
    return file.content;
  }
}

function expected(): EarlyFile {
  let settle: Pick<EarlyFile, 'resolve' | 'reject'> | undefined;
  const content = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Nobody hears of a fault but who takes the file.
  content.catch(() => undefined);
  return { content, ...settle!, received: 0, onBytes: undefined };
}
