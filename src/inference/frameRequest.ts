/** What is asked of the engine where the caller said nothing, and what a caller hears who asks too late. */
import { RuntimeError } from '../errors.js';
import type { FrameRequest } from './engineTypes.js';
import type { RecognizeMode } from './observation.js';
import type { RecognizeOptions } from './recognizer.js';

const DEFAULT_LIVE_FACES = 4;
/** ms */
const DEFAULT_SMOOTHING = 300;

/** A request without the size of its frame. `usual` is the mode of a source that names none. */
export function requestOf(options: RecognizeOptions, usual: RecognizeMode): Omit<FrameRequest, 'width' | 'height'> {
  const mode = options.mode ?? usual;
  const maxFaces = options.maxFaces ?? (mode === 'live' ? DEFAULT_LIVE_FACES : undefined);
  return {
    mode,
    ...(maxFaces === undefined ? {} : { maxFaces }),
    smoothing: options.smoothing ?? DEFAULT_SMOOTHING,
    prior: options.prior ?? 'trained',
    timestamp: options.timestamp ?? performance.now(),
    stream: options.stream ?? '',
  };
}

export function disposedError(): RuntimeError {
  return new RuntimeError('disposed', 'The recogniser was disposed. Create a new one.');
}
