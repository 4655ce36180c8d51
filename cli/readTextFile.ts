/** Text files that a command line names: configurations, groups, details. */
import { readFile } from 'node:fs/promises';
import { UsageError } from './usageError.js';

/** @throws UsageError where nothing can be read at the path */
export async function readTextFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${path} cannot be read. Check the path.`, { cause });
  });
}
