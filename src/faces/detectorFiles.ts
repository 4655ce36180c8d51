/** Where the detector's files are, and what is said where they are not. */
import { helpOf, RuntimeError } from '../errors.js';

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
