/** One batch of crops on several copies of a model: each computes whole crops, so that the answers do not depend on how many there are. */

/** A copy of the model: crops `[count, ...]` to logits `[count, classes]`. What it is given is its own. */
export type Reader = (crops: Float32Array<ArrayBuffer>, count: number) => Promise<Float32Array>;

/**
 * Logits `[count, classes]`, in the order of the crops. Every reader gets a like share; the first is asked last, so that one that computes on this
 * very thread keeps no other waiting.
 */
export async function shareOut(
  readers: readonly Reader[],
  crops: Float32Array,
  count: number,
  classes: number,
): Promise<Float32Array> {
  const length = count === 0 ? 0 : crops.length / count;
  const share = Math.ceil(count / readers.length);
  const all = new Float32Array(count * classes);
  const read = async (index: number): Promise<void> => {
    const first = Math.min(index * share, count);
    const last = Math.min(first + share, count);
    if (first === last) return;
    all.set(await readers[index](crops.slice(first * length, last * length), last - first), first * classes);
  };
  await Promise.all([...readers.keys()].toReversed().map(read));
  return all;
}
