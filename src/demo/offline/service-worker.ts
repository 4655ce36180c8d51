/**
 * The demo's service worker: it keeps what recognising, training and measuring need, each file by its hash, so that the page begins without a
 * network. A new version is fetched beside the old one and waits until somebody takes it. `scripts/offline.ts` writes the list of files into it.
 */
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { TAKE_OVER, type KeptFile } from './names.js';

/** What a service worker has that a page has not. */
interface WorkerScope {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'activate', hear: (event: { waitUntil(work: Promise<void>): void }) => void): void;
  addEventListener(type: 'message', hear: (event: { readonly data: unknown }) => void): void;
}

declare const KEPT_FILES: readonly KeptFile[];

const worker = globalThis as unknown as WorkerScope;

precacheAndRoute([...KEPT_FILES]);
cleanupOutdatedCaches();
// The page of the first visit goes on without a network too.
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('message', ({ data }) => {
  if (data === TAKE_OVER) void worker.skipWaiting();
});
