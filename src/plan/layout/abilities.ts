import type { GraphNode } from '../graph.js';

/** What the steps of an executor can do, as far as the places of their values depend on it. */
export interface Abilities {
  /** Whether the node can read that input where its rows do not follow each other without a gap. */
  readsRows(node: GraphNode, input: string): boolean;
  /** Likewise for writing its output. */
  writesRows(node: GraphNode): boolean;
  /** Inputs whose place the output may take while they are read. */
  inPlace(node: GraphNode): readonly string[];
  /** How many values the node needs for itself while it runs. */
  scratch(node: GraphNode): number;
}
