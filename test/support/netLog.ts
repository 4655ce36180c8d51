/**
 * Every request of a browser, page and workers alike, out of Chromium's own network log: page listeners miss workers. Start Chromium
 * with {@link netLogArguments}, close it, then read.
 */
import { readFileSync } from 'node:fs';

interface NetLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly { readonly type: number; readonly params?: { readonly url?: string } }[];
}

export function netLogArguments(file: string): string[] {
  return [`--log-net-log=${file}`, '--net-log-capture-mode=Everything'];
}

/** The URLs of all requests that were started, `data:` and `blob:` left out. Chromium must have been closed: the log is complete only then. */
export function requestedUrls(file: string): string[] {
  const log = JSON.parse(readFileSync(file, 'utf8')) as NetLog;
  const started = new Set(['URL_REQUEST_START_JOB', 'REQUEST_ALIVE'].map((name) => log.constants.logEventTypes[name]));
  const urls = log.events
    .filter((event) => started.has(event.type))
    .map((event) => event.params?.url)
    .filter((url): url is string => url !== undefined && /^(https?|wss?):/.test(url));
  return [...new Set(urls)];
}
