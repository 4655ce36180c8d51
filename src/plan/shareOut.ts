/** One batch of crops on several copies of a model: each computes whole crops, so that the answers do not depend on how many there are. */
import { concatenateFloats } from '../base/floats.js';

/** A copy of the model: crops `[count, ...]` to rows `[count, ...]`. What it is given is its own. */
export type Reader = (crops: Float32Array<ArrayBuffer>, count: number) => Promise<Float32Array>;

/**
 * Rows `[count, ...]`, in the order of the crops. Every reader gets a like share; the first is asked last, so that one that computes on this
 * very thread keeps no other waiting.
 */
export async function shareOut(readers: readonly Reader[], crops: Float32Array, count: number): Promise<Float32Array> {
  const length = count === 0 ? 0 : crops.length / count;
  const share = Math.ceil(count / readers.length);
  const read = async (index: number): Promise<Float32Array> => {
    const first = Math.min(index * share, count);
    const last = Math.min(first + share, count);
    if (first === last) return new Float32Array(0);
    return readers[index](crops.slice(first * length, last * length), last - first);
  };
  const parts = await Promise.all([...readers.keys()].toReversed().map(read));
  return concatenateFloats(parts.toReversed());
}
