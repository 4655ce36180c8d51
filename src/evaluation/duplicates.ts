/** Images that an earlier split holds byte for byte: a model may have seen them in training. */
import { crc32 } from '../base/crc32.js';
import { sha256 } from '../base/sha256.js';
import type { Split } from '../dataset/sample.js';
import type { SampleSet } from './samples.js';

const EARLIER: Readonly<Record<Split, readonly Split[]>> = {
  train: [],
  validation: ['train'],
  test: ['train', 'validation'],
};

/**
 * Names of the images of `split` whose bytes stand in an earlier split too (training before validation before test), labelled or not.
 *
 * @param onProgress called with the images hashed so far and their number
 */
export async function duplicatesOfEarlierSplits(
  set: SampleSet,
  split: Split,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<ReadonlySet<string>> {
  const earlier = set.files.filter((entry) => entry.split !== null && EARLIER[split].includes(entry.split));
  const own = set.files.filter((entry) => entry.split === split);
  if (earlier.length === 0 || own.length === 0) return new Set();
  const total = earlier.length + own.length;
  let done = 0;
  // Nearly all images are told apart by a checksum, which costs little; the few others by their hashes.
  const alike = new Map<number, (typeof own)[number][]>();
  for (const entry of own) {
    const checksum = crc32(await entry.file.bytes());
    alike.set(checksum, [...(alike.get(checksum) ?? []), entry]);
    onProgress(++done, total);
  }
  const duplicates = new Set<string>();
  for (const { file } of earlier) {
    const bytes = await file.bytes();
    const candidates = (alike.get(crc32(bytes)) ?? []).filter(({ name }) => !duplicates.has(name));
    for (const candidate of candidates) {
      if ((await sha256(bytes)) === (await sha256(await candidate.file.bytes()))) duplicates.add(candidate.name);
    }
    onProgress(++done, total);
  }
  return duplicates;
}
