/** Rewrites a traced graph by rules until none fits. */
import { type Graph, inputsOf } from '../graph.js';
import { compute } from '../reference/compute.js';
import { EditableGraph } from './editableGraph.js';
import { HEAD_RULES } from './headRules.js';
import { match } from './pattern.js';
import { PRODUCT_RULES } from './productRules.js';
import type { Rule } from './rule.js';
import { VIEW_RULES } from './viewRules.js';

export const RULES: readonly Rule[] = [...VIEW_RULES, ...PRODUCT_RULES, ...HEAD_RULES];

/** The same function in fewer steps. What no rule knows stays as it is. */
export function fuse(graph: Graph, rules: readonly Rule[] = RULES): Graph {
  const edited = new EditableGraph(graph);
  let changed = true;
  while (changed) {
    foldConstants(edited);
    changed = rules.map((rule) => applyEverywhere(edited, rule)).includes(true);
  }
  return edited.finish();
}

/** One pass over the graph. Nodes that the rule adds are looked at in the next. */
function applyEverywhere(graph: EditableGraph, rule: Rule): boolean {
  let changed = false;
  for (const node of graph.nodes) {
    // What an earlier rewrite of this pass dropped or changed is not looked at.
    if (graph.producer(node.output) !== node) continue;
    const found = match(graph, rule.pattern, node);
    if (found !== null && graph.replace(node, () => rule.rewrite(found, graph))) changed = true;
  }
  return changed;
}

/** Computes beforehand what depends on constants alone. */
function foldConstants(graph: EditableGraph): void {
  for (const { output } of graph.nodes) {
    // As it stands now: an input may have become a constant just before.
    const node = graph.producer(output);
    if (node === undefined) continue;
    const names = inputsOf(node).map((input) => graph.constant(input)?.name);
    if (names.includes(undefined)) continue;
    const shape = graph.shape(output);
    const data = compute(node, (id) => ({ shape: graph.shape(id), data: graph.constant(id)!.data }), shape);
    graph.replace(node, () => graph.addConstant(`${node.operation.kind} of ${names.join(' and ')}`, data, shape));
  }
}
