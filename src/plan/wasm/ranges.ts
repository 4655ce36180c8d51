/** Which products are computed in int8: those of whose input the range is known. */
import { type Graph, type GraphNode, isNode, sizeOf } from '../graph.js';
import type { Range } from './productSteps.js';

/** Ranges of what weights are multiplied with, by the names of the weights. */
export type Ranges = ReadonlyMap<string, Range>;

/**
 * The name under which a node's range is kept; undefined where it stays float32: at the picture itself, whose steps show, for a single
 * row, which costs nothing, and where nothing is multiplied with a matrix.
 */
export function rangeName(node: GraphNode, graph: Graph): string | undefined {
  const isProduct = isNode(node, 'product');
  if (!isProduct && !(isNode(node, 'convolution') && !node.operation.depthwise)) return undefined;
  const rows = sizeOf(graph.values.get(node.output)!.shape.slice(0, -1));
  if (rows === 1 || node.inputs.x === graph.input) return undefined;
  const weight = graph.values.get((isProduct ? node.inputs.weight : node.inputs.filter)!)!.constant;
  // Weights that share their input were joined, and some have lost axes of one: the first one's own name stands for all.
  return weight?.name.split(' and ')[0].replaceAll('reshape of ', '');
}

export function rangeOf(node: GraphNode, graph: Graph, ranges: Ranges): Range | undefined {
  const name = rangeName(node, graph);
  return name === undefined ? undefined : ranges.get(name);
}
