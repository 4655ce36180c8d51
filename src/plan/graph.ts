/** A forward pass as data: values, some of them constant, and the nodes that compute the others. */
import type { Kind, Operation, OperationOf } from './operations.js';

export type Shape = readonly number[];
export type ValueId = number;

/** A parameter of the network, or what was computed of such ones beforehand. */
export interface Constant {
  /** For people and for tests. */
  readonly name: string;
  readonly data: Float32Array;
}

export interface Value {
  readonly shape: Shape;
  readonly constant?: Constant;
}

export type Inputs = Readonly<Record<string, ValueId | undefined>>;

export interface GraphNode<O extends Operation = Operation> {
  readonly operation: O;
  readonly inputs: Inputs;
  readonly output: ValueId;
}

/** Nodes stand in an order in which every value is computed before it is read. */
export interface Graph {
  readonly values: ReadonlyMap<ValueId, Value>;
  readonly nodes: readonly GraphNode[];
  readonly input: ValueId;
  readonly output: ValueId;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The values that a node reads, one by one; a value that is read twice is given twice. */
export function inputsOf({ inputs }: GraphNode): ValueId[] {
  return Object.values(inputs).filter((value) => value !== undefined);
}

export function isNode<K extends Kind>(node: GraphNode | undefined, kind: K): node is GraphNode<OperationOf<K>> {
  return node?.operation.kind === kind;
}

/** Without `undefined`, which stands for an input that is not there. */
export function withInputs(inputs: Inputs, other: Inputs): Inputs {
  return Object.fromEntries(Object.entries({ ...inputs, ...other }).filter(([, value]) => value !== undefined));
}

/** Shapes of row-major arrays: how many values one step along each axis is. */
export function stridesOf(shape: Shape): number[] {
  const strides = Array.from(shape, () => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** Puts a graph together, node by node. */
export class GraphBuilder {
  readonly values = new Map<ValueId, Value>();
  readonly nodes: GraphNode[] = [];
  private next = 0;

  value(shape: Shape): ValueId {
    this.values.set(this.next, { shape });
    return this.next++;
  }

  constant(name: string, data: Float32Array, shape: Shape): ValueId {
    this.values.set(this.next, { shape, constant: { name, data } });
    return this.next++;
  }

  node(operation: Operation, inputs: Inputs, shape: Shape): ValueId {
    const output = this.value(shape);
    this.nodes.push({ operation, inputs: withInputs(inputs, {}), output });
    return output;
  }
}
