import type { ValueId } from '../graph.js';
import type { EditableGraph } from './editableGraph.js';
import type { Match, Pattern } from './pattern.js';

/** One way to make a graph simpler or faster without changing what it computes. */
export interface Rule {
  /** What it does, for people and for tests. */
  readonly name: string;
  readonly pattern: Pattern;
  /** Adds what takes the place of the match and returns the value that stands for the outermost node's; null where it does not pay or fit. */
  rewrite(match: Match, graph: EditableGraph): ValueId | null;
}
