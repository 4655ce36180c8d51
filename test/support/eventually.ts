import { vi } from 'vitest';

/** Waits until `check` no longer throws, with the patience that a machine busy with other tests asks for: Vitest's own ends after a second. */
export function eventually<T>(
  check: () => T | Promise<T>,
  options: number | { readonly timeout: number } = 30_000,
): Promise<T> {
  return vi.waitFor(check, options);
}
