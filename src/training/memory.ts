/** How many tuples fit on the device at once, from what one was measured to take. */

/** Where nothing better is known: leaves room for the page and other tabs on a GPU of 4 GiB, and lies within WebAssembly's reach. */
export const DEFAULT_MEMORY_BUDGET = 1.5 * 2 ** 30;
/** The backward pass holds gradients of activations beside the activations themselves. */
const BACKWARD_FACTOR = 2;

/** Tuples a micro-batch: at least one, at most the batch, and parts of equal size. */
export function microBatchFor(
  activationBytes: number,
  batchSize: number,
  budget: number = DEFAULT_MEMORY_BUDGET,
): number {
  const fitting = Math.max(1, Math.floor(budget / Math.max(1, activationBytes * BACKWARD_FACTOR)));
  const parts = Math.ceil(batchSize / Math.min(batchSize, fitting));
  return Math.ceil(batchSize / parts);
}
