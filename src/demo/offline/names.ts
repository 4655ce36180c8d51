/** What the page and its service worker call things. */

/** The service worker's file, beside the page. */
export const WORKER_FILE = 'service-worker.js';

/** Said to a service worker that waits: the version that it brings is wanted now. */
export const TAKE_OVER = 'take-over';

/** A file that is kept: its address from the page, and its hash unless that stands in the address. */
export interface KeptFile {
  readonly url: string;
  readonly revision: string | null;
}
