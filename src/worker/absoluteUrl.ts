/**
 * An address as a worker can use it. Some bundlers make of `new URL('./file', import.meta.url)` a URL whose `href` has no host, and a
 * worker has another base than the page. In a worker, where there is no document, addresses are absolute already.
 */
export function absoluteUrl(url: string | URL): URL {
  return new URL(url, globalThis.document?.baseURI);
}
