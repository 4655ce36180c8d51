/** The head that reads muscles: part of a model that is loaded only where somebody asks for it. */
import type { Manifest, MusclesSpec } from './manifest.js';
import type { NamedArrays } from './namedArray.js';

/** Names of its tensors begin with it, and so is its part of the files called. */
export const MUSCLES = 'muscles' as const;

/** The head's description where its weights are among those that were loaded. */
export function loadedMuscles({ muscles }: Manifest, arrays: NamedArrays): MusclesSpec | undefined {
  return arrays.has(`${MUSCLES}.output.weight`) ? muscles : undefined;
}

/** A classifier's row for one view of a face: logits, and behind them what the head says, where it was loaded. */
export function cutRow(
  row: Float32Array,
  classes: readonly string[],
): { readonly logits: Float32Array; readonly muscles: Float32Array } {
  return { logits: row.subarray(0, classes.length), muscles: row.subarray(classes.length) };
}

/** The name of the same muscle on the other side of the face; itself where it has no side. */
export function otherSide(name: string): string {
  return name.replace(/Left|Right/, (side) => (side === 'Left' ? 'Right' : 'Left'));
}
