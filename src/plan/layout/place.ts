/** Gives every computed value a view of a buffer, so that as little as possible is copied. */
import { type Graph, type GraphNode, inputsOf, isNode, type Shape, sizeOf, type ValueId } from '../graph.js';
import type { Abilities } from './abilities.js';
import {
  type BufferId,
  isWhole,
  reshapeView,
  rowsOf,
  sliceView,
  sameView,
  transposeView,
  type View,
  wholeView,
} from './view.js';

/** Something to do in its turn: a node, or a copy for a view that could not be had without. */
export type Step =
  | { readonly kind: 'node'; readonly node: GraphNode; readonly scratch: BufferId | undefined }
  | { readonly kind: 'copy'; readonly from: View | ValueId; readonly to: View };

export interface Placed {
  readonly steps: readonly Step[];
  readonly views: ReadonlyMap<ValueId, View>;
  /** Sizes of the buffers. */
  readonly sizes: readonly number[];
}

export function place(graph: Graph, abilities: Abilities): Placed {
  const placer = new Placer(graph, abilities);
  placer.concatenations();
  return placer.run();
}

interface Reader {
  readonly node: GraphNode;
  readonly input: string;
}

class Placer {
  private readonly views = new Map<ValueId, View>();
  private readonly sizes: number[] = [];
  private readonly steps: Step[] = [];
  private readonly producers: ReadonlyMap<ValueId, GraphNode>;
  private readonly readers = new Map<ValueId, Reader[]>();
  private readonly order: ReadonlyMap<ValueId, number>;
  private readonly graph: Graph;
  private readonly abilities: Abilities;

  constructor(graph: Graph, abilities: Abilities) {
    this.graph = graph;
    this.abilities = abilities;
    this.producers = new Map(graph.nodes.map((node) => [node.output, node]));
    this.order = new Map(graph.nodes.map(({ output }, index) => [output, index]));
    for (const node of graph.nodes) {
      for (const [input, value] of Object.entries(node.inputs)) {
        if (value === undefined) continue;
        const readers = this.readers.get(value);
        if (readers === undefined) this.readers.set(value, [{ node, input }]);
        else readers.push({ node, input });
      }
    }
    this.views.set(graph.input, this.fresh(this.shape(graph.input)));
  }

  /** Lets the parts of a concatenation be written straight into it, where their nodes and readers can do with that. */
  concatenations(): void {
    for (const node of this.graph.nodes.toReversed()) {
      if (!isNode(node, 'concatenate')) continue;
      const whole = this.views.get(node.output) ?? this.fresh(this.shape(node.output));
      this.views.set(node.output, whole);
      for (const { part, view } of this.partsOf(node, whole)) this.settle(part, view);
    }
  }

  run(): Placed {
    for (const node of this.graph.nodes) {
      const { kind } = node.operation;
      if (kind === 'concatenate') this.concatenate(node);
      else if (kind === 'reshape' || kind === 'slice' || kind === 'transpose') this.view(node);
      else this.compute(node);
    }
    return { steps: this.steps, views: this.views, sizes: this.sizes };
  }

  private shape(value: ValueId): Shape {
    return this.graph.values.get(value)!.shape;
  }

  private fresh(shape: Shape): View {
    this.sizes.push(sizeOf(shape));
    return wholeView(this.sizes.length - 1, shape);
  }

  private partsOf(node: GraphNode, whole: View): { readonly part: ValueId; readonly view: View }[] {
    if (!isNode(node, 'concatenate')) return [];
    const { axis } = node.operation;
    let start = 0;
    return inputsOf(node).map((part) => {
      const shape = this.shape(part);
      const begin = shape.map((_, index) => (index === axis ? start : 0));
      start += shape[axis];
      return { part, view: sliceView(whole, begin, shape) };
    });
  }

  /** Puts a part, and what it is a reshape of, into its place in the whole. */
  private settle(part: ValueId, view: View): void {
    const chain: [ValueId, View][] = [[part, view]];
    let producer = this.producers.get(part);
    while (producer !== undefined && isNode(producer, 'reshape')) {
      const inner = producer.inputs.x!;
      const innerView = reshapeView(chain.at(-1)![1], this.shape(inner));
      if (innerView === null) return;
      chain.push([inner, innerView]);
      producer = this.producers.get(inner);
    }
    const written = chain.at(-1)![1];
    if (producer === undefined || isNode(producer, 'slice') || isNode(producer, 'transpose')) return;
    if (!this.abilities.writesRows(producer) || rowsOf(written) === null) return;
    const isFree = chain.every(
      ([value, at]) => !this.views.has(value) && value !== this.graph.output && this.isReadable(value, at),
    );
    if (isFree) for (const [value, at] of chain) this.views.set(value, at);
  }

  /** Whether all readers can do with a value that lies there. Views of views are looked at in their turn. */
  private isReadable(value: ValueId, view: View): boolean {
    if (isWhole(view)) return true;
    const isRows = rowsOf(view) !== null;
    return (this.readers.get(value) ?? []).every(({ node, input }) => {
      const { kind } = node.operation;
      if (kind === 'reshape' || kind === 'slice' || kind === 'transpose' || kind === 'concatenate') return true;
      return isRows && this.abilities.readsRows(node, input);
    });
  }

  private concatenate(node: GraphNode): void {
    for (const { part, view } of this.partsOf(node, this.views.get(node.output)!)) {
      const at = this.views.get(part);
      if (at === undefined || !sameView(at, view)) this.steps.push({ kind: 'copy', from: at ?? part, to: view });
    }
  }

  private view({ operation, inputs, output }: GraphNode): void {
    if (this.views.has(output)) return;
    const from = this.views.get(inputs.x!)!;
    const shape = this.shape(output);
    const aliased =
      operation.kind === 'slice'
        ? sliceView(from, operation.begin, shape)
        : operation.kind === 'transpose'
          ? transposeView(from, operation.axes)
          : reshapeView(from, shape);
    const mayLie = output === this.graph.output ? isWhole : (view: View) => this.isReadable(output, view);
    if (aliased !== null && mayLie(aliased)) {
      this.views.set(output, aliased);
      return;
    }
    const to = this.fresh(shape);
    this.views.set(output, to);
    // A reshape reads in the order of the values; the others read along the axes of the result.
    this.steps.push({
      kind: 'copy',
      from: aliased ?? from,
      to: aliased === null ? { ...to, ...reshaped(to, from) } : to,
    });
  }

  private compute(node: GraphNode): void {
    const { output } = node;
    if (!this.views.has(output)) this.views.set(output, this.inPlace(node) ?? this.fresh(this.shape(output)));
    const scratch = this.abilities.scratch(node);
    if (scratch > 0) this.sizes.push(scratch);
    this.steps.push({ kind: 'node', node, scratch: scratch > 0 ? this.sizes.length - 1 : undefined });
  }

  /** The place of an input that nobody needs after this node, if the node may write there. */
  private inPlace(node: GraphNode): View | undefined {
    const shape = this.shape(node.output);
    const now = this.order.get(node.output)!;
    for (const name of this.abilities.inPlace(node)) {
      const input = node.inputs[name];
      const view = input === undefined ? undefined : this.views.get(input);
      if (view === undefined || input === this.graph.input || !isWhole(view)) continue;
      const sharers = inputsOf(node).filter((other) => this.views.get(other)?.buffer === view.buffer);
      if (sharers.length > 1 || sizeOf(view.shape) !== sizeOf(shape) || this.lastReadOf(view.buffer) > now) continue;
      return { ...wholeView(view.buffer, shape), offset: view.offset };
    }
    return undefined;
  }

  /** The turn after which nobody reads anything that lies in a buffer. */
  private lastReadOf(buffer: BufferId): number {
    let last = -1;
    for (const [value, view] of this.views) if (view.buffer === buffer) last = Math.max(last, this.lastRead(value));
    return last;
  }

  /** Views of it count for themselves once they are placed; until then they are read later than anything that is. */
  private lastRead(value: ValueId): number {
    if (value === this.graph.output) return Number.POSITIVE_INFINITY;
    return Math.max(-1, ...(this.readers.get(value) ?? []).map(({ node }) => this.order.get(node.output)!));
  }
}

/** A whole view in the shape of another of the same size. */
function reshaped(to: View, { shape }: View): Pick<View, 'shape' | 'strides'> {
  const { strides } = wholeView(to.buffer, shape);
  return { shape, strides };
}
