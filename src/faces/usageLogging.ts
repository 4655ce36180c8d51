/**
 * MediaPipe Tasks 1.1.0 collects usage statistics and posts them to Google every minute and when a task closes. Nothing may leave the
 * page, so its logger is switched off before the first minute has passed. Its members are minified but for `flush`, `close` and `error`:
 * the logger is found by these, and a build of MediaPipe in which it cannot be found is refused.
 */
import { RuntimeError } from '../errors.js';

interface UsageLogger {
  /** Once set, the logger neither collects nor sends. */
  error?: Error;
  flush(): void;
  close(): void;
}

const SEARCH_DEPTH = 3;

/** @throws RuntimeError `detector-failed` when the task has no logger that is known */
export function stopUsageLogging(task: object): void {
  const loggers = findLoggers(task, SEARCH_DEPTH, new Set());
  if (loggers.length === 0) {
    throw new RuntimeError(
      'detector-failed',
      'The usage statistics of this MediaPipe build cannot be switched off. Install the pinned version of @mediapipe/tasks-vision.',
    );
  }
  for (const logger of loggers) {
    logger.error = new Error('switched off');
    logger.close();
  }
}

function findLoggers(value: object, depth: number, seen: Set<object>): UsageLogger[] {
  if (seen.has(value)) return [];
  seen.add(value);
  if (isLogger(value)) return [value];
  if (depth === 0) return [];
  return Object.values(value)
    .filter((member): member is object => typeof member === 'object' && member !== null && !ArrayBuffer.isView(member))
    .flatMap((member) => findLoggers(member, depth - 1, seen));
}

function isLogger(value: object): value is UsageLogger {
  return 'flush' in value && typeof value.flush === 'function' && 'close' in value && typeof value.close === 'function';
}
