/** Values on their way through `postMessage`, which takes no URL and makes any error a plain one. */
import { deserializeError, serializeError } from '../errors.js';
import { absoluteUrl } from './absoluteUrl.js';
import type { PackedValue, Path } from './messages.js';

/** Errors by themselves, and URLs anywhere in plain objects and arrays, arrive as what they are; URLs as absolute ones. */
export function packValue(value: unknown): PackedValue {
  if (value instanceof Error) return { kind: 'error', error: serializeError(value) };
  const urls: Path[] = [];
  return { kind: 'value', value: withoutUrls(value, [], urls), urls };
}

/** The reverse of {@link packValue}. */
export function unpackValue(packed: PackedValue): unknown {
  if (packed.kind === 'error') return deserializeError(packed.error);
  return packed.urls.reduce((value, path) => withUrl(value, path), packed.value);
}

function withoutUrls(value: unknown, path: Path, urls: Path[]): unknown {
  if (value instanceof URL) {
    urls.push(path);
    return absoluteUrl(value).href;
  }
  if (Array.isArray(value)) return value.map((part: unknown, index) => withoutUrls(part, [...path, index], urls));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutUrls(part, [...path, key], urls)]));
}

function withUrl(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return new URL(value as string);
  const parts = value as Record<string | number, unknown>;
  parts[key] = withUrl(parts[key], rest);
  return parts;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
