/** Options that count something. */
import { UsageError } from './usageError.js';

/** @throws UsageError for anything but a whole number from 1 */
export function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`${option} wants a whole number from 1.`);
  return value;
}
