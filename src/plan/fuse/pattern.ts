/** Patterns of nodes, as data, and where they fit. */
import { type Constant, isNode, type GraphNode, type Shape, type ValueId } from '../graph.js';
import type { Kind, Operation, OperationOf } from '../operations.js';
import type { EditableGraph } from './editableGraph.js';

/**
 * What a value must be:
 * - `operand`: whatever it is. The same name twice in a pattern must be the same value.
 * - `constant`: a constant, of one value where `value` says which.
 * - `node`: computed by such a node from values that fit `inputs`; those that the pattern does not name may be anything. But for the
 *   outermost one, nothing outside of the pattern may read it.
 */
export type Pattern =
  | { readonly is: 'operand'; readonly name: string }
  | { readonly is: 'constant'; readonly name: string; readonly value?: number }
  | {
      readonly is: 'node';
      readonly name?: string;
      readonly kind: Kind;
      readonly where: (operation: Operation) => boolean;
      readonly inputs: Readonly<Record<string, Pattern>>;
      /** Whether `a` and `b` may be exchanged. */
      readonly commutative: boolean;
    };

export const operand = (name: string): Pattern => ({ is: 'operand', name });
export const constant = (name: string, value?: number): Pattern => ({
  is: 'constant',
  name,
  ...(value === undefined ? {} : { value }),
});

/** A node of one kind. `where`: what its operation must say. `name`: under which it can be found in the match. */
export function node<K extends Kind>(
  kind: K,
  inputs: Readonly<Record<string, Pattern>>,
  { name, ...where }: { readonly name?: string } & Partial<OperationOf<K>> = {},
): Pattern {
  const wanted = Object.entries(where);
  return {
    is: 'node',
    ...(name === undefined ? {} : { name }),
    kind,
    inputs,
    commutative: kind === 'binary' && ['add', 'multiply'].includes((where as { function?: string }).function ?? ''),
    where: (operation) =>
      wanted.every(([key, value]) => equal((operation as unknown as Record<string, unknown>)[key], value)),
  };
}

/** Lists by their elements, all else as it is. */
function equal(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** Where a pattern fits: the values and nodes under their names. */
export interface Match {
  /** The outermost node. */
  readonly root: GraphNode;
  readonly value: (name: string) => ValueId;
  readonly shape: (name: string) => Shape;
  readonly constant: (name: string) => Constant;
  readonly node: <K extends Kind>(name: string, kind: K) => GraphNode<OperationOf<K>>;
}

interface Found {
  readonly values: ReadonlyMap<string, ValueId>;
  /** Values inside the pattern, with how often the pattern reads them. */
  readonly inner: ReadonlyMap<ValueId, number>;
}

/** Where the pattern fits with this node outermost; null where it does not. */
export function match(graph: EditableGraph, pattern: Pattern, root: GraphNode): Match | null {
  // Most rules begin with another kind of node.
  if (pattern.is === 'node' && pattern.kind !== root.operation.kind) return null;
  for (const found of fits(graph, pattern, root.output, { values: new Map(), inner: new Map() })) {
    if (isClosed(graph, found, root)) return matchOf(graph, found, root);
  }
  return null;
}

/** Whether nothing outside reads what is inside the pattern. */
function isClosed(graph: EditableGraph, { inner }: Found, root: GraphNode): boolean {
  for (const [value, reads] of inner) {
    if (value !== root.output && graph.uses(value) !== reads) return false;
  }
  return true;
}

function matchOf(graph: EditableGraph, { values }: Found, root: GraphNode): Match {
  const value = (name: string): ValueId => {
    const id = values.get(name);
    if (id === undefined) throw new RangeError(`The pattern names nothing ${name}`);
    return id;
  };
  return {
    root,
    value,
    shape: (name) => graph.shape(value(name)),
    constant: (name) => graph.constant(value(name))!,
    node: <K extends Kind>(name: string, kind: K) => {
      const producer = graph.producer(value(name));
      if (!isNode(producer, kind)) throw new RangeError(`The pattern has no ${kind} called ${name}`);
      return producer;
    },
  };
}

/** All ways in which the pattern fits a value, after what was found so far. */
function* fits(graph: EditableGraph, pattern: Pattern, value: ValueId, found: Found): Generator<Found> {
  if (pattern.name !== undefined && (found.values.get(pattern.name) ?? value) !== value) return;
  const values = pattern.name === undefined ? found.values : new Map(found.values).set(pattern.name, value);
  const reads = found.inner.get(value);
  if (pattern.is === 'node') {
    const producer = graph.producer(value);
    if (producer?.operation.kind !== pattern.kind || !pattern.where(producer.operation)) return;
    const inner = new Map(found.inner).set(value, (reads ?? 0) + 1);
    for (const order of orders(pattern)) yield* fitInputs(graph, order, producer, { values, inner });
    return;
  }
  if (pattern.is === 'constant' && !isWanted(graph.constant(value), pattern.value)) return;
  // A value inside the pattern that the pattern names again is read once more.
  yield { values, inner: reads === undefined ? found.inner : new Map(found.inner).set(value, reads + 1) };
}

function isWanted(constant: Constant | undefined, value: number | undefined): boolean {
  if (constant === undefined) return false;
  return value === undefined || (constant.data.length === 1 && constant.data[0] === Math.fround(value));
}

type InputPatterns = readonly (readonly [string, Pattern])[];

function orders({ inputs, commutative }: Extract<Pattern, { is: 'node' }>): readonly InputPatterns[] {
  const given = Object.entries(inputs);
  if (!commutative) return [given];
  const other: Readonly<Record<string, string>> = { a: 'b', b: 'a' };
  return [given, given.map(([name, pattern]) => [other[name] ?? name, pattern] as const)];
}

function* fitInputs(graph: EditableGraph, inputs: InputPatterns, producer: GraphNode, found: Found): Generator<Found> {
  if (inputs.length === 0) {
    yield found;
    return;
  }
  const [[name, pattern], ...others] = inputs;
  const value = producer.inputs[name];
  if (value === undefined) return;
  for (const next of fits(graph, pattern, value, found)) yield* fitInputs(graph, others, producer, next);
}
