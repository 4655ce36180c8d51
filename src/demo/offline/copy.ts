/** The copy of this page in the browser that begins without a network: when it is made, how large it is, whether a newer version waits, and its end. */
import type { ReactiveControllerHost } from 'lit';
import { TAKE_OVER, WORKER_FILE } from './names.js';

/** ms between what made the page busy and the making of the copy. */
export const SETTLED = 5000;

/** `making` is said of the first copy alone: a newer one is made beside it. */
export type CopyState = 'none' | 'making' | 'there';

interface Connection {
  readonly saveData?: boolean;
}

/** The one copy of this page. Without service workers, as on pages that are not secure and in development, there is none. */
export class OfflineCopy {
  state: CopyState = 'none';
  /** Of all files that are kept, as they are on disk without compression; 0 until they are there and were counted. */
  bytes = 0;
  /** Whether a newer version of this page waits to be used. */
  hasUpdate = false;

  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isEnded = false;
  /** Another page of this site has taken the newer version: this one is of the older. */
  private isOvertaken = false;

  /** @param home the folder of the page */
  constructor(private readonly home: () => string) {}

  /** Looks for a copy of an earlier visit. Makes none. */
  async begin(): Promise<void> {
    const container = serviceWorkers();
    if (container === undefined) return;
    let isControlled = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      // The first one to come takes nobody's place.
      this.isOvertaken ||= isControlled;
      isControlled = true;
      void this.look();
    });
    const registration = await this.registration();
    if (registration !== undefined) this.follow(registration);
  }

  /**
   * Makes the copy once the page has been at rest for a while, so that nothing that is wanted now waits for it. Not where data are saved, and not
   * again after its end.
   */
  soon(): void {
    const { connection } = navigator as Navigator & { readonly connection?: Connection };
    if (this.timer !== undefined || this.isEnded || connection?.saveData === true) return;
    this.timer = setTimeout(() => whenIdle(() => void this.make()), SETTLED);
  }

  /** Reloads the page in its newest version. */
  async update(): Promise<void> {
    const waiting = (await this.registration())?.waiting;
    const reload = () => location.reload();
    if (waiting === null || waiting === undefined) return reload();
    serviceWorkers()?.addEventListener('controllerchange', reload, { once: true });
    waiting.postMessage(TAKE_OVER, { transfer: [] });
  }

  /** Deletes the copy. It is made again at the next visit. */
  async delete(): Promise<void> {
    this.isEnded = true;
    clearTimeout(this.timer);
    await (await this.registration())?.unregister();
    for (const name of await this.cacheNames()) await caches.delete(name);
    await this.look();
  }

  /** Counts anew. */
  async look(): Promise<void> {
    const registration = await this.registration();
    const { active, waiting, installing } = registration ?? {};
    const isThere = active?.state === 'activated';
    const isComing = [active, waiting, installing].some((worker) => worker !== null && worker !== undefined);
    this.state = isThere ? 'there' : isComing ? 'making' : 'none';
    this.hasUpdate = isThere && (this.isOvertaken || waiting !== null);
    this.bytes = isThere ? await this.count() : 0;
    for (const tell of this.listeners) tell();
  }

  /** Calls back after every change. Returns a function that stops it. */
  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async make(): Promise<void> {
    if (this.isEnded) return;
    try {
      const registration = await serviceWorkers()?.register(new URL(WORKER_FILE, this.home()));
      if (registration !== undefined) this.follow(registration);
    } catch {
      // The browser gives none here; the page works as it did.
    }
  }

  private follow(registration: ServiceWorkerRegistration): void {
    const followNewest = () => {
      registration.installing?.addEventListener('statechange', () => void this.look());
      void this.look();
    };
    registration.addEventListener('updatefound', followNewest);
    followNewest();
  }

  /** Ours: a page above in the same site may have one that counts for this page too. */
  private async registration(): Promise<ServiceWorkerRegistration | undefined> {
    const home = this.home();
    const found = await serviceWorkers()
      ?.getRegistration(home)
      .catch(() => undefined);
    return found?.scope === home ? found : undefined;
  }

  /** Workbox names its caches by the folder. */
  private async cacheNames(): Promise<readonly string[]> {
    if (serviceWorkers() === undefined) return [];
    return (await caches.keys()).filter((name) => name.startsWith('workbox-') && name.endsWith(`-${this.home()}`));
  }

  private async count(): Promise<number> {
    const names = await this.cacheNames();
    const sizes = await Promise.all(names.map(async (name) => sizeOf(await caches.open(name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

/** The copy of the page that this module is part of. */
export const offlineCopy = new OfflineCopy(() => new URL(import.meta.env.BASE_URL, document.baseURI).href);

/** Renders an element anew whenever the copy changes. */
export function followCopy(host: ReactiveControllerHost): void {
  let stop: (() => void) | undefined;
  host.addController({
    hostConnected: () => (stop = offlineCopy.watch(() => host.requestUpdate())),
    hostDisconnected: () => stop?.(),
  });
}

function serviceWorkers(): ServiceWorkerContainer | undefined {
  if (import.meta.env.DEV) return undefined;
  try {
    return navigator.serviceWorker;
  } catch {
    // A frame without an origin of its own.
    return undefined;
  }
}

async function sizeOf(cache: Cache): Promise<number> {
  const sizes = (await cache.keys()).map(async (request) => (await (await cache.match(request))?.blob())?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: SETTLED });
  else work();
}
