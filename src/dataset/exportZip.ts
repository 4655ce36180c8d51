/** A data set as a zip, which `pytorch/` and a new import read. */
import { IMAGE_FILE } from '../base/paths.js';
import { writeZip } from '../storage/zip.js';
import type { Dataset } from './dataset.js';
import type { StoredSample } from './packs.js';
import { formatImageList } from './imageList.js';
import { EXPORT_FILE, VOTES_FILE } from './layout.js';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/bmp': 'bmp',
  'image/gif': 'gif',
  'image/avif': 'avif',
};

/** Path of a sample in an export: `split/class/id.png`; samples without a split lie in `unsplit`. */
export function exportPath(sample: StoredSample): string {
  const folder = sample.label.replaceAll(/[^\p{L}\p{N} _-]+/gu, '_').trim() || '_';
  return `${sample.split ?? 'unsplit'}/${folder}/${sample.id}.${EXTENSIONS[sample.image.type] ?? 'png'}`;
}

/**
 * The data set as a zip: images in folders by split and class, and `labels.csv` (path,label,split,group), which `pytorch/` and a new import read.
 * Votes are kept in `votes.json` (path to probabilities by class), the classes and their order in `dataset.json`.
 */
export async function exportZip(dataset: Dataset): Promise<Blob> {
  const files = new Map<string, Uint8Array>();
  for await (const { sample, bytes } of dataset.readImages(dataset.samples)) {
    files.set(exportPath(sample), bytes.slice());
  }
  const texts = new TextEncoder();
  const list = dataset.samples.map((sample) => ({ ...sample, path: exportPath(sample) }));
  const votes = Object.fromEntries(list.flatMap(({ path, votes }) => (votes === undefined ? [] : [[path, votes]])));
  files.set(EXPORT_FILE, texts.encode(JSON.stringify({ format: 1, classes: dataset.classes })));
  files.set('labels.csv', texts.encode(formatImageList(list)));
  if (Object.keys(votes).length > 0) files.set(VOTES_FILE, texts.encode(JSON.stringify(votes, null, 1)));
  return writeZip(files, (path) => !IMAGE_FILE.test(path));
}
