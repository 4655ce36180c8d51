/** A graph as steps over one piece of memory whose every place is known beforehand. */
import { type Graph, inputsOf, type ValueId } from '../graph.js';
import type { Abilities } from './abilities.js';
import { type Arena, type Lifetime, packLifetimes } from './offsets.js';
import { place, type Placed, type Step } from './place.js';
import type { BufferId, View } from './view.js';

export interface Layout extends Omit<Placed, 'sizes'> {
  readonly lifetimes: readonly Lifetime[];
  readonly arena: Arena;
}

export function layOut(graph: Graph, abilities: Abilities): Layout {
  const { steps, views, sizes } = place(graph, abilities);
  const lifetimes = lifetimesOf(graph, steps, views, sizes);
  return { steps, views, lifetimes, arena: packLifetimes(lifetimes) };
}

/** The buffers that a step reads, then the one that it writes, then its scratch. */
export function buffersOf(step: Step, views: ReadonlyMap<ValueId, View>): BufferId[] {
  if (step.kind === 'copy') {
    return [...(typeof step.from === 'number' ? [] : [step.from.buffer]), step.to.buffer];
  }
  const values = [...inputsOf(step.node), step.node.output];
  const buffers = values.flatMap((value) => views.get(value)?.buffer ?? []);
  return step.scratch === undefined ? buffers : [...buffers, step.scratch];
}

function lifetimesOf(
  graph: Graph,
  steps: readonly Step[],
  views: ReadonlyMap<ValueId, View>,
  sizes: readonly number[],
): Lifetime[] {
  const first = sizes.map(() => Number.POSITIVE_INFINITY);
  const last = sizes.map(() => -1);
  const use = (buffer: BufferId, turn: number) => {
    first[buffer] = Math.min(first[buffer], turn);
    last[buffer] = Math.max(last[buffer], turn);
  };
  for (const [turn, step] of steps.entries()) for (const buffer of buffersOf(step, views)) use(buffer, turn);
  // The input is there before the first step; after the last, which writes the output, nothing is written any more.
  use(views.get(graph.input)!.buffer, 0);
  return sizes.map((size, buffer) => ({ size, first: first[buffer], last: last[buffer] }));
}
