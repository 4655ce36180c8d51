/** Zip archives: reading somebody's data set, and writing ours. */
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { TrainingError } from '../errors.js';
import { formatImageList } from '../base/csv.js';
import type { Dataset, StoredSample } from '../dataset/dataset.js';
import { EXPORT_FILE, VOTES_FILE, type ImportFile } from '../dataset/layout.js';

/** More than this is refused: it would not fit in a tab's memory. */
const MAXIMUM_BYTES = 1.5 * 2 ** 30;
const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/bmp': 'bmp',
  'image/gif': 'gif',
  'image/avif': 'avif',
};

/** The files of a zip. Throws a TrainingError `data-format` for an archive that is broken, encrypted or larger than 1.5 GiB unpacked. */
export function readZip(bytes: Uint8Array): ImportFile[] {
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

/** The type of image that the bytes are, from their first ones; null for none that we know. */
export function imageType(bytes: Uint8Array): string | null {
  const starts = (...values: number[]) => values.every((value, index) => bytes[index] === value);
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return 'image/webp';
  if (text(0, 3) === 'GIF') return 'image/gif';
  if (text(0, 2) === 'BM') return 'image/bmp';
  if (text(4, 8) === 'ftypavif') return 'image/avif';
  return null;
}

/** Path of a sample in an export: `split/class/id.png`; samples without a split lie in `unsplit`. */
export function exportPath(sample: StoredSample): string {
  const folder = sample.label.replaceAll(/[^\p{L}\p{N} _-]+/gu, '_').trim() || '_';
  return `${sample.split ?? 'unsplit'}/${folder}/${sample.id}.${EXTENSIONS[sample.image.type] ?? 'png'}`;
}

/**
 * The data set as a zip: images in folders by split and class, and `labels.csv` (path,label,split,group), which `pytorch/` and a new import read.
 * Votes are kept in `votes.json` (path to probabilities by class), the classes and their order in `dataset.json`.
 */
export async function exportZip(
  dataset: Dataset,
  extra: Readonly<Record<string, Uint8Array>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const entries: Zippable = {};
  for (const [name, bytes] of Object.entries(extra)) entries[name] = [bytes, { level: 6 }];
  for await (const { sample, bytes } of dataset.readImages(dataset.samples)) {
    entries[exportPath(sample)] = [bytes.slice(), { level: 0 }];
  }
  const list = dataset.samples.map((sample) => ({ ...sample, path: exportPath(sample) }));
  const votes = Object.fromEntries(list.flatMap(({ path, votes }) => (votes === undefined ? [] : [[path, votes]])));
  entries[EXPORT_FILE] = new TextEncoder().encode(JSON.stringify({ format: 1, classes: dataset.classes }));
  entries['labels.csv'] = new TextEncoder().encode(formatImageList(list));
  if (Object.keys(votes).length > 0) entries[VOTES_FILE] = new TextEncoder().encode(JSON.stringify(votes, null, 1));
  return new Uint8Array(zipSync(entries));
}
