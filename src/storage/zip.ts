/** Zip archives: reading somebody's files. */
import { unzipSync } from 'fflate';
import { TrainingError } from '../errors.js';

/** A file of an archive or a folder, read when it is asked for. */
export interface ArchivedFile {
  /** With `/` between folders. */
  readonly path: string;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** More than this is refused: it would not fit in a tab's memory. */
const MAXIMUM_BYTES = 1.5 * 2 ** 30;

/** The files of a zip. Throws a TrainingError `data-format` for an archive that is broken, encrypted or larger than 1.5 GiB unpacked. */
export function readZip(bytes: Uint8Array): ArchivedFile[] {
  let total = 0;
  const tooLarge = () => total > MAXIMUM_BYTES;
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        return !/[/\\]$/.test(name) && !tooLarge();
      },
    });
  } catch (cause) {
    throw new TrainingError('data-format', 'The zip file cannot be read. Pack it again, without a password.', {
      cause,
    });
  }
  if (tooLarge()) {
    throw new TrainingError('data-format', 'The zip file unpacks to more than 1.5 GiB. Import its folders in parts.');
  }
  return Object.entries(entries).map(([path, data]) => ({
    // Some programs of Windows write their own separators.
    path: path.replaceAll('\\', '/'),
    bytes: async () => new Uint8Array(data),
  }));
}
