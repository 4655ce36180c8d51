/**
 * Every request of a page and its workers, out of Chromium's own network log: page listeners miss workers. Start Chromium with
 * {@link netLogArguments}, close it, then read.
 */
import { readFileSync } from 'node:fs';

interface NetLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly {
    readonly type: number;
    readonly params?: { readonly url?: string; readonly initiator?: string };
  }[];
}

/** What the log gives as initiator of Chromium's own requests (updates, accounts) and of addresses typed by a person. */
const NO_PAGE = 'not an origin';

export function netLogArguments(file: string): string[] {
  return [`--log-net-log=${file}`, '--net-log-capture-mode=Everything'];
}

/**
 * The URLs of all requests that any page or worker made, failed ones too; `data:` and `blob:` left out. Chromium must have been closed:
 * the log is complete only then.
 */
export function requestedUrls(file: string): string[] {
  const log = JSON.parse(readFileSync(file, 'utf8')) as NetLog;
  const started = log.constants.logEventTypes['URL_REQUEST_START_JOB'];
  const urls = log.events
    .filter(({ type, params }) => type === started && params?.initiator !== undefined && params.initiator !== NO_PAGE)
    .map(({ params }) => params?.url)
    .filter((url): url is string => url !== undefined && /^(https?|wss?):/.test(url));
  return [...new Set(urls)];
}
