/** Nodes and tensors of an ONNX model, put together one by one. Numbers of fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { Message } from './protobuf.js';

/** The first with all operators that are used here: GELU came last. */
const OPERATOR_SET = 20;
const IR_VERSION = 9;

const ELEMENT_TYPES = { float32: 1, int64: 7 } as const;
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const;

export type Attribute = number | readonly number[] | { readonly float: number };

export interface Described {
  readonly name: string;
  readonly shape: readonly number[];
}

export class OnnxModel {
  private readonly nodes: Message[] = [];
  private readonly constants: Message[] = [];
  private values = 0;

  /** Adds a node of one output; what it gives can be an input of further ones. */
  node(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = this.name();
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    node.text(2, output).text(4, type);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    this.nodes.push(node);
    return output;
  }

  floats(data: Float32Array, shape: readonly number[]): string {
    return this.constant(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 'float32', shape);
  }

  /** A row of whole numbers. */
  numbers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.constant(new Uint8Array(data.buffer), 'int64', [values.length]);
  }

  /** The whole model; `input` and `output` are float32. */
  encode(input: Described, output: Described): Uint8Array<ArrayBuffer> {
    const graph = new Message();
    for (const node of this.nodes) graph.message(1, node);
    graph.text(2, 'network');
    for (const constant of this.constants) graph.message(5, constant);
    graph.message(11, valueInfo(input)).message(12, valueInfo(output));
    return new Message()
      .int(1, IR_VERSION)
      .text(2, 'qcs-fer bench')
      .message(7, graph)
      .message(8, new Message().text(1, '').int(2, OPERATOR_SET))
      .encode();
  }

  private constant(bytes: Uint8Array, type: keyof typeof ELEMENT_TYPES, shape: readonly number[]): string {
    const name = this.name();
    const tensor = new Message();
    for (const size of shape) tensor.int(1, size);
    this.constants.push(tensor.int(2, ELEMENT_TYPES[type]).text(8, name).bytes(9, bytes));
    return name;
  }

  private name(): string {
    return `v${this.values++}`;
  }
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, ATTRIBUTE_TYPES.int);
  if ('float' in value) return message.float(2, value.float).int(20, ATTRIBUTE_TYPES.float);
  for (const each of value) message.int(8, each);
  return message.int(20, ATTRIBUTE_TYPES.ints);
}

function valueInfo({ name, shape }: Described): Message {
  const sizes = new Message();
  for (const size of shape) sizes.message(1, new Message().int(1, size));
  const tensor = new Message().int(1, ELEMENT_TYPES.float32).message(2, sizes);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
