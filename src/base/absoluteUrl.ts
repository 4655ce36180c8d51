/**
 * An address as it is outside of this page too. Some bundlers put into `new URL('./file', import.meta.url)` a URL whose `href` has no host;
 * a worker has another base, or none.
 */
export function absoluteUrl(url: string | URL): URL {
  const base = typeof document === 'undefined' ? globalThis.location?.href : document.baseURI;
  return new URL(url, base);
}
