/** Where the detector's files are, and what is said where they are not. */
import { helpOf, ModelError, RuntimeError } from '../errors.js';
import type { EarlyFiles } from '../weights/earlyFiles.js';
import { fetchBytes } from '../weights/fetchBytes.js';

export interface DetectorUrls {
  /** BlazeFace with its metadata. */
  readonly detector: URL;
  /** MediaPipe's runtime. */
  readonly visionBinary: URL;
}

/** The package's own files were not copied, or lie elsewhere. */
export function assetsMissing(cause: unknown): RuntimeError {
  return new RuntimeError(
    'assets-missing',
    `A file of the face detector could not be loaded. Serve the package’s files, or say where they are with configure() (${helpOf('assets-missing')}).`,
    { cause },
  );
}

interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly onBytes?: (loaded: number, total: number) => void;
  /** Files that are on their way already. */
  readonly early?: EarlyFiles | undefined;
}

/** BlazeFace for our own kernels. @throws RuntimeError `assets-missing`, `detector-failed`; an aborted signal's reason */
export async function fetchDetector(url: URL, { signal, onBytes, early }: FetchOptions = {}): Promise<Uint8Array> {
  const hear = (received: number) => onBytes?.(received, 0);
  try {
    return await (early?.take(url, hear) ?? fetchBytes(url, { signal, onBytes: hear }));
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ModelError && cause.code === 'model-missing') throw assetsMissing(cause);
    throw new RuntimeError('detector-failed', 'The face detector could not be loaded. Reload the page.', { cause });
  }
}
