/**
 * The project's errors. Each says what happened and what to do, carries a stable `code` for programs and keeps its cause.
 * Messages are written for people: two short sentences at most.
 */

/** What a frame source can do wrong. */
export type CaptureErrorCode =
  | 'camera-none'
  | 'camera-refused'
  | 'camera-policy'
  | 'camera-in-use'
  | 'camera-unplugged'
  | 'camera-failed'
  | 'insecure-page'
  | 'not-an-image'
  | 'image-too-large'
  | 'unsupported-video'
  | 'source-unreachable'
  | 'source-unsupported';

/** What a model file can do wrong. */
export type ModelErrorCode =
  | 'model-missing'
  | 'model-truncated'
  | 'model-hash'
  | 'model-format'
  | 'model-architecture'
  | 'model-parameters'
  | 'checkpoint-format'
  | 'checkpoint-classes';

/** What the place where the code runs can do wrong. */
export type RuntimeErrorCode =
  | 'no-webgpu'
  | 'no-backend'
  | 'device-lost'
  | 'worker-blocked'
  | 'unsupported-environment'
  | 'csp-blocked'
  | 'assets-missing'
  | 'detector-failed'
  | 'out-of-memory'
  | 'disposed'
  | 'storage-full'
  | 'storage-refused'
  | 'storage-busy'
  | 'option-invalid'
  | 'internal';

/** What a data set or a training configuration can do wrong. */
export type TrainingErrorCode =
  | 'data-format'
  | 'data-damaged'
  | 'data-empty'
  | 'data-too-few'
  | 'config-invalid'
  | 'checkpoint-mismatch'
  | 'diverged';

export type QcsErrorCode = CaptureErrorCode | ModelErrorCode | RuntimeErrorCode | TrainingErrorCode;

/** Where a code is explained, with what to change: a place in the package and in its manual. */
export function helpOf(code: QcsErrorCode): string {
  return `docs/errors.md#${code}`;
}

/** The parent of every error that this project raises on purpose. */
export class QcsError extends Error {
  override readonly name: string = 'QcsError';
  readonly code: QcsErrorCode;

  constructor(code: QcsErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Where the package's manual explains the code: `docs/errors.md#camera-policy`. */
  get help(): string {
    return helpOf(this.code);
  }
}

/** A camera, photo or video that cannot be read. */
export class CaptureError extends QcsError {
  override readonly name = 'CaptureError';
  declare readonly code: CaptureErrorCode;
  constructor(code: CaptureErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** A model, manifest or checkpoint that cannot be used. */
export class ModelError extends QcsError {
  override readonly name = 'ModelError';
  declare readonly code: ModelErrorCode;
  constructor(code: ModelErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** A browser, device or worker that cannot do what is asked, or stopped doing it. */
export class RuntimeError extends QcsError {
  override readonly name = 'RuntimeError';
  declare readonly code: RuntimeErrorCode;
  constructor(code: RuntimeErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** A data set or training configuration that cannot be used, or a training that failed. */
export class TrainingError extends QcsError {
  override readonly name = 'TrainingError';
  declare readonly code: TrainingErrorCode;
  constructor(code: TrainingErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** An error as it travels between a worker and the page. */
export interface SerializedError {
  readonly kind: 'capture' | 'model' | 'runtime' | 'training';
  readonly code: QcsErrorCode;
  readonly message: string;
  readonly cause?: string;
}

/** Flattens any thrown value for `postMessage`; a value that is none of ours becomes what {@link asQcsError} makes of it. */
export function serializeError(error: unknown): SerializedError {
  const detail = error instanceof Error && error.cause !== undefined ? { cause: describe(error.cause) } : {};
  if (error instanceof CaptureError) return { kind: 'capture', code: error.code, message: error.message, ...detail };
  if (error instanceof ModelError) return { kind: 'model', code: error.code, message: error.message, ...detail };
  if (error instanceof TrainingError) return { kind: 'training', code: error.code, message: error.message, ...detail };
  if (error instanceof RuntimeError) return { kind: 'runtime', code: error.code, message: error.message, ...detail };
  return isAllocationFailure(error)
    ? { kind: 'runtime', code: 'out-of-memory', message: NO_MEMORY, cause: describe(error) }
    : { kind: 'runtime', code: 'internal', message: describe(error), ...detail };
}

/** The reverse of {@link serializeError}. */
export function deserializeError(error: SerializedError): QcsError {
  const options = error.cause === undefined ? undefined : { cause: error.cause };
  switch (error.kind) {
    case 'capture':
      return new CaptureError(error.code as CaptureErrorCode, error.message, options);
    case 'model':
      return new ModelError(error.code as ModelErrorCode, error.message, options);
    case 'training':
      return new TrainingError(error.code as TrainingErrorCode, error.message, options);
    case 'runtime':
      return new RuntimeError(error.code as RuntimeErrorCode, error.message, options);
  }
}

/** The given error if it is one of ours, else a RuntimeError around it: `out-of-memory` where memory could not be had, `internal` for all else. */
export function asQcsError(error: unknown): QcsError {
  if (error instanceof QcsError) return error;
  return isAllocationFailure(error)
    ? new RuntimeError('out-of-memory', NO_MEMORY, { cause: error })
    : new RuntimeError('internal', describe(error), { cause: error });
}

const NO_MEMORY = 'There is not enough memory. Close other tabs and programs, or take less at once, and try again.';

/** By the words of V8, SpiderMonkey and JavaScriptCore: no class of their own tells it from a number out of range. */
function isAllocationFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    /allocation failed|could not allocate|allocation size overflow|out of memory/i.test(error.message)
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
