/** A graph that rules change. */
import {
  type Constant,
  type Graph,
  type Inputs,
  inputsOf,
  type GraphNode,
  type Shape,
  type ValueId,
  withInputs,
} from '../graph.js';
import type { Operation } from '../operations.js';

export class EditableGraph {
  readonly input: ValueId;
  private readonly order: ValueId[];
  private result: ValueId;
  private readonly values: Map<ValueId, { readonly shape: Shape; readonly constant?: Constant }>;
  private readonly producers = new Map<ValueId, GraphNode>();
  /** Outputs of the nodes that read a value. */
  private readonly readers = new Map<ValueId, Set<ValueId>>();
  private next: ValueId;
  /** Where new nodes are put: before the one that is being rewritten. */
  private place = 0;

  constructor(graph: Graph) {
    this.input = graph.input;
    this.result = graph.output;
    this.order = graph.nodes.map(({ output }) => output);
    this.values = new Map(graph.values);
    this.next = Math.max(...graph.values.keys()) + 1;
    for (const node of graph.nodes) this.enter(node);
    for (const { output } of graph.nodes.toReversed()) this.dropUnread(output);
  }

  get nodes(): readonly GraphNode[] {
    return this.order.map((output) => this.producers.get(output)!);
  }

  shape(value: ValueId): Shape {
    return this.values.get(value)!.shape;
  }

  constant(value: ValueId): Constant | undefined {
    return this.values.get(value)?.constant;
  }

  /** The node that computes a value; undefined for constants and the input. */
  producer(value: ValueId): GraphNode | undefined {
    return this.producers.get(value);
  }

  /** How often a value is read; the graph's output counts as one reader more. */
  uses(value: ValueId): number {
    let uses = value === this.result ? 1 : 0;
    for (const reader of this.readers.get(value) ?? []) {
      uses += inputsOf(this.producers.get(reader)!).filter((input) => input === value).length;
    }
    return uses;
  }

  addConstant(name: string, data: Float32Array, shape: Shape): ValueId {
    this.values.set(this.next, { shape, constant: { name, data } });
    return this.next++;
  }

  /** Adds a node just before the one that is being rewritten. */
  add(operation: Operation, inputs: Inputs, shape: Shape): ValueId {
    this.values.set(this.next, { shape });
    this.enter({ operation, inputs: withInputs(inputs, {}), output: this.next });
    this.order.splice(this.place++, 0, this.next);
    return this.next++;
  }

  /** Lets `rewrite` add nodes before `node`. Whoever read the node's output reads the returned value instead; null changes nothing. */
  replace({ output }: GraphNode, rewrite: () => ValueId | null): boolean {
    this.place = this.order.indexOf(output);
    const value = rewrite();
    if (value === null) return false;
    for (const reader of this.readers.get(output) ?? []) {
      const { operation, inputs } = this.producers.get(reader)!;
      const redirected = Object.entries(inputs).map(([name, read]) => [name, read === output ? value : read] as const);
      this.enter({ operation, inputs: Object.fromEntries(redirected), output: reader });
    }
    this.readers.delete(output);
    if (this.result === output) this.result = value;
    this.dropUnread(output);
    return true;
  }

  /** As it stands now, with the values that are still in use. */
  finish(): Graph {
    const { nodes } = this;
    const used = new Set([this.input, this.result, ...nodes.flatMap((node) => [node.output, ...inputsOf(node)])]);
    const values = new Map([...this.values].filter(([id]) => used.has(id)));
    return { values, nodes, input: this.input, output: this.result };
  }

  private enter(node: GraphNode): void {
    this.producers.set(node.output, node);
    for (const input of inputsOf(node)) {
      const readers = this.readers.get(input);
      if (readers === undefined) this.readers.set(input, new Set([node.output]));
      else readers.add(node.output);
    }
  }

  /** Drops the node that computes a value which nobody reads, and then those that it alone read. */
  private dropUnread(output: ValueId): void {
    const node = this.producers.get(output);
    if (node === undefined || output === this.result || (this.readers.get(output)?.size ?? 0) > 0) return;
    this.producers.delete(output);
    this.order.splice(this.order.indexOf(output), 1);
    for (const input of inputsOf(node)) {
      this.readers.get(input)?.delete(output);
      this.dropUnread(input);
    }
  }
}
