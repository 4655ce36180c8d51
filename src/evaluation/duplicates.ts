/** Images that an earlier split holds byte for byte: a model may have seen them in training. */
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
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  let done = 0;
  for (const { file } of earlier) {
    seen.add(await sha256(await file.bytes()));
    onProgress(++done, earlier.length + own.length);
  }
  for (const { name, file } of own) {
    if (seen.has(await sha256(await file.bytes()))) duplicates.add(name);
    onProgress(++done, earlier.length + own.length);
  }
  return duplicates;
}
