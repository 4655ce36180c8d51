/**
 * Chromium notes the names of private files in a journal of blocks. When it is killed in the middle of a note, it appends behind the torn one
 * at its next start, and at the start after that drops all that stands between the torn note and the end of that block: files that were
 * stored whole are gone, their names at least (LevelDB with `reuse_logs`, https://github.com/google/leveldb/issues/1287).
 */

/** `kBlockSize` of LevelDB's log format. */
const BLOCK_BYTES = 32_768;
/** As long as a name may well be, to fill a block with few notes. Two pages may use it at the same time. */
export const FILLER = `${'-'.repeat(240)}.new`;
/** Making a file notes its name twice, removing it once. */
const ROUNDS = Math.ceil(BLOCK_BYTES / (3 * FILLER.length));

let passed: Promise<void> | null = null;

/** Fills the block that a kill may have torn, so that nothing of ours is noted in it. Once a page or worker, and in Chromium alone. */
export function passTornBlock(folder: FileSystemDirectoryHandle): Promise<void> {
  return (passed ??= isChromium() ? fill(folder) : Promise.resolve());
}

async function fill(folder: FileSystemDirectoryHandle): Promise<void> {
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await folder.getFileHandle(FILLER, { create: true });
      // Another page's round may have removed it: then that is what was noted.
      await folder.removeEntry(FILLER).catch(() => undefined);
    }
  } catch {
    // A browser that refuses, or is full, says so of the file that is wanted.
  }
}

function isChromium(): boolean {
  return navigator.userAgentData?.brands.some(({ brand }) => brand === 'Chromium') ?? false;
}

declare global {
  interface Navigator {
    /** Of Chromium alone. */
    readonly userAgentData?: { readonly brands: readonly { readonly brand: string }[] };
  }
}
