/** Runs a whole graph in plain TypeScript. */
import type { Graph, ValueId } from '../graph.js';
import { compute } from './compute.js';
import type { Held } from './held.js';

/** The output's values for the input's, both row-major. */
export function executeReference(graph: Graph, input: Float32Array): Float32Array {
  const results = new Map<ValueId, Float32Array>([[graph.input, input]]);
  const read = (id: ValueId): Held => {
    const { shape, constant } = graph.values.get(id)!;
    return { shape, data: constant?.data ?? results.get(id)! };
  };
  for (const node of graph.nodes) results.set(node.output, compute(node, read, graph.values.get(node.output)!.shape));
  return results.get(graph.output)!;
}
