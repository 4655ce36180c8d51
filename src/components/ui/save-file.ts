/** Offering a file to be saved. */

/**
 * How long the file stays readable under its address, ms. A click only asks for it: the browser reads it once the person has said where to
 * keep it, and tells the page nothing of that.
 */
export const SAVING_TIME = 60_000;

/** Offers a file to be saved under a name. */
export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), SAVING_TIME);
}
