/** Keeping the page alive while thousands of chosen files are handed on. */

/** Work between two breaths of the page, ms. */
const TURN = 12;

/**
 * Makes the sizes of chosen files known, a few at a time. A browser asks the system for a file's size when it is first needed, on the page's own
 * thread, and then remembers it: posting three thousand fresh files to a worker would stop the page for half a second.
 */
export async function learnSizes(files: readonly { readonly blob: Blob }[]): Promise<void> {
  let began = performance.now();
  for (const { blob } of files) {
    void blob.size;
    if (performance.now() - began < TURN) continue;
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    began = performance.now();
  }
}
