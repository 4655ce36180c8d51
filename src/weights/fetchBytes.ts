/** Downloads that tell a missing file from a truncated one and report progress in bytes. */
import { ModelError } from '../errors.js';
import { IdleWatch, onceMoreIfSilent } from './idleWatch.js';

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  /** The size the file must have; without it any size up to {@link mostBytes} is taken. */
  readonly expectedBytes?: number;
  /** Where the size is not known: reading ends here. */
  readonly mostBytes?: number;
  /** Milliseconds without a byte after which the download is begun once more, and then given up. */
  readonly idleMilliseconds?: number | undefined;
  /** Called with the bytes received so far. */
  readonly onBytes?: (received: number) => void;
}

/**
 * The file behind a URL.
 * @throws ModelError `model-missing` when there is none (a web page sent in its place counts as none) or the network fails,
 * `model-truncated` when it ends early or the server falls silent twice, `model-hash` when it is longer than it should be, `model-format`
 * when it is longer than `mostBytes`. An aborted signal rejects with its reason.
 */
export async function fetchBytes(url: URL, options: FetchOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  return onceMoreIfSilent(
    () => attempt(url, options),
    (cause) => truncated(url, 'the server stopped sending', cause),
  );
}

async function attempt(url: URL, options: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, expectedBytes, mostBytes = Infinity, onBytes } = options;
  const watch = new IdleWatch(options.idleMilliseconds, signal);
  try {
    const response = await request(url, watch.signal);
    if (!response.ok) throw missing(url, `the server answered ${response.status}`);
    if (response.headers.get('content-type')?.startsWith('text/html') === true) {
      await response.body?.cancel();
      throw missing(url, 'the server sent a web page instead');
    }
    const chunks: Uint8Array[] = [];
    let received = 0;
    try {
      for await (const chunk of stream(response)) {
        watch.hear();
        chunks.push(chunk);
        received += chunk.byteLength;
        if (received > (expectedBytes ?? mostBytes)) break;
        onBytes?.(received);
      }
    } catch (cause) {
      watch.signal.throwIfAborted();
      throw truncated(url, `the connection broke after ${received} bytes`, cause);
    }
    if (looksLikePage(chunks[0])) throw missing(url, 'the server sent a web page instead');
    if (expectedBytes !== undefined) checkSize(url, received, expectedBytes);
    else if (received > mostBytes) throw tooLong(url, mostBytes);
    return joined(chunks, received);
  } finally {
    watch.end();
  }
}

async function request(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    // Bundlers put small files into the address itself, where `connect-src 'self'` would keep fetch from reading them.
    if (url.protocol === 'data:') return new Response(decodeDataUrl(url));
    return await fetch(url, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw missing(url, 'it cannot be reached', cause);
  }
}

/** The content of a `data:` URL (RFC 2397). */
function decodeDataUrl(url: URL): Uint8Array<ArrayBuffer> {
  const comma = url.pathname.indexOf(',');
  const isBase64 = url.pathname.slice(0, comma).endsWith(';base64');
  const content = decodeURIComponent(url.pathname.slice(comma + 1));
  return isBase64
    ? Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
    : new TextEncoder().encode(content);
}

async function* stream(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function checkSize(url: URL, received: number, expected: number): void {
  if (received < expected) throw truncated(url, `${received} of ${expected} bytes arrived`);
  if (received > expected) {
    throw new ModelError(
      'model-hash',
      `${fileName(url)} is longer than its manifest says. Put the manifest and weights of one model side by side.`,
    );
  }
}

/** Servers of single-page apps answer an unknown address with 200 and their index.html, whatever type they call it. */
function looksLikePage(start: Uint8Array | undefined): boolean {
  if (start === undefined) return false;
  const text = new TextDecoder().decode(start.subarray(0, 64)).trimStart().toLowerCase();
  return text.startsWith('<!doctype') || text.startsWith('<html') || text.startsWith('<!--');
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(total);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.byteLength;
  }
  return bytes;
}

function missing(url: URL, reason: string, cause?: unknown): ModelError {
  return new ModelError(
    'model-missing',
    `${fileName(url)} could not be loaded: ${reason}. Check that the model’s files are served at this address.`,
    { cause },
  );
}

function tooLong(url: URL, most: number): ModelError {
  return new ModelError(
    'model-format',
    `${fileName(url)} goes on after ${most} bytes, more than such a file has. Check the address.`,
  );
}

function truncated(url: URL, reason: string, cause?: unknown): ModelError {
  return new ModelError('model-truncated', `${fileName(url)} is incomplete: ${reason}. Try again or upload it again.`, {
    cause,
  });
}

function fileName(url: URL): string {
  return url.protocol === 'blob:' || url.protocol === 'data:' ? 'The model file' : url.pathname;
}
