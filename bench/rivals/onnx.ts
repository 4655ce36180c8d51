/**
 * A fused plan as an ONNX model: the same products, the same weights, the same steps left out, so that another engine can be measured on exactly what
 * ours computes. Images lie as ONNX has them, channels before height and width, from the input on: nothing is transposed but before the tokens.
 */
import { type Graph, type GraphNode, isNode, type Shape, sizeOf, type ValueId } from '../../src/plan/graph.js';
import type { Activation, Attention, Convolution, Slice } from '../../src/plan/operations.js';
import { OnnxModel } from './onnxModel.js';

/** Input [batch, channels, height, width], output [batch, classes]. @throws RangeError for an operation that is not known here */
export function exportOnnx(graph: Graph, batch: number): Uint8Array<ArrayBuffer> {
  return new Export(graph, batch).encode();
}

class Export {
  private readonly model = new OnnxModel();
  /** Names of what is there, images with channels first. */
  private readonly names = new Map<ValueId, string>();

  constructor(
    private readonly graph: Graph,
    private readonly batch: number,
  ) {}

  encode(): Uint8Array<ArrayBuffer> {
    const { input, output, nodes } = this.graph;
    const [batch, height, width, channels] = this.shape(input);
    this.names.set(input, 'image');
    for (const node of nodes) this.names.set(node.output, this.compute(node));
    return this.model.encode(
      { name: 'image', shape: [batch, channels, height, width] },
      { name: this.read(output), shape: this.shape(output) },
    );
  }

  private compute(node: GraphNode): string {
    const { model } = this;
    const shape = this.shape(node.output);
    const read = (name: string) => this.read(node.inputs[name]!);
    if (isNode(node, 'convolution')) return this.finish(node, this.convolution(node), node.operation.activation);
    if (isNode(node, 'product')) return this.finish(node, this.product(node), node.operation.activation);
    if (isNode(node, 'attention')) return this.attention(node);
    if (isNode(node, 'reshape')) return model.node('Reshape', [this.plain(node.inputs.x!), model.numbers(shape)]);
    if (shape.length < 4) {
      if (isNode(node, 'layerNorm')) {
        const attributes = { axis: shape.length - 1, epsilon: { float: node.operation.epsilon } };
        return model.node('LayerNormalization', [read('x'), read('gain'), read('shift')], attributes);
      }
      if (isNode(node, 'slice')) return this.slice(node, shape);
      if (isNode(node, 'concatenate')) {
        return model.node('Concat', Object.keys(node.inputs).map(read), { axis: node.operation.axis });
      }
      if (isNode(node, 'binary') && node.operation.function === 'multiply') {
        return model.node('Mul', [read('a'), read('b')]);
      }
    }
    throw new RangeError(`${node.operation.kind} of ${shape.length} axes is not written as ONNX here.`);
  }

  private slice({ operation: { begin }, inputs }: GraphNode<Slice>, shape: Shape): string {
    const end = begin.map((at, axis) => at + shape[axis]);
    return this.model.node('Slice', [this.read(inputs.x!), this.model.numbers(begin), this.model.numbers(end)]);
  }

  private convolution({ operation, inputs, output }: GraphNode<Convolution>): string {
    const { strides, padding, depthwise } = operation;
    const { shape, constant } = this.graph.values.get(inputs.filter!)!;
    const [given, wanted] = [this.shape(inputs.x!), this.shape(output)];
    const after = padding.map((before, axis) => {
      const reach = (wanted[axis + 1] - 1) * strides[axis] + shape[axis];
      return Math.max(reach - given[axis + 1] - before, 0);
    });
    // [height, width, in, out], or [height, width, channels, 1], to [out, in, height, width].
    const axes = depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1];
    const filter = this.model.floats(
      transposed(constant!.data, shape, axes),
      axes.map((axis) => shape[axis]),
    );
    return this.model.node('Conv', [this.read(inputs.x!), filter, ...this.bias(inputs.bias)], {
      kernel_shape: shape.slice(0, 2),
      strides,
      pads: [...padding, ...after],
      group: depthwise ? shape[2] : 1,
    });
  }

  /** On an image it is a convolution by 1 x 1, which is what engines compute fastest. */
  private product({ inputs }: GraphNode): string {
    const { shape, constant } = this.graph.values.get(inputs.weight!)!;
    const [depth, columns] = shape;
    const x = this.read(inputs.x!);
    if (this.shape(inputs.x!).length === 4) {
      const filter = this.model.floats(transposed(constant!.data, shape, [1, 0]), [columns, depth, 1, 1]);
      return this.model.node('Conv', [x, filter, ...this.bias(inputs.bias)], { kernel_shape: [1, 1] });
    }
    const sums = this.model.node('MatMul', [x, this.model.floats(constant!.data, shape)]);
    return inputs.bias === undefined ? sums : this.model.node('Add', [sums, ...this.bias(inputs.bias)]);
  }

  private finish({ inputs, output }: GraphNode, sums: string, activation: Activation): string {
    const activated = this.activate(sums, activation, inputs.slopes, this.shape(output));
    return inputs.residual === undefined ? activated : this.model.node('Add', [activated, this.read(inputs.residual)]);
  }

  private activate(x: string, activation: Activation, slopes: ValueId | undefined, shape: Shape): string {
    if (activation === 'none') return x;
    if (activation === 'relu') return this.model.node('Relu', [x]);
    if (activation === 'sigmoid') return this.model.node('Sigmoid', [x]);
    if (activation === 'gelu') return this.model.node('Gelu', [x]);
    const { data } = this.graph.values.get(slopes!)!.constant!;
    return this.model.node('PRelu', [x, this.model.floats(data, [data.length, ...(shape.length === 4 ? [1, 1] : [])])]);
  }

  /** Heads lie side by side along the width. */
  private attention({ operation: { heads }, inputs, output }: GraphNode<Attention>): string {
    const { model } = this;
    const byHead = (id: ValueId, perm: readonly number[]) => {
      const [, tokens, width] = this.shape(id);
      const split = model.node('Reshape', [this.read(id), model.numbers([this.batch, tokens, heads, width / heads])]);
      return model.node('Transpose', [split], { perm });
    };
    const scores = model.node('MatMul', [byHead(inputs.query!, [0, 2, 1, 3]), byHead(inputs.key!, [0, 2, 3, 1])]);
    const weights = model.node('Softmax', [scores], { axis: 3 });
    const mixed = model.node('MatMul', [weights, byHead(inputs.value!, [0, 2, 1, 3])]);
    const joined = model.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
    return model.node('Reshape', [joined, model.numbers(this.shape(output))]);
  }

  private bias(id: ValueId | undefined): string[] {
    if (id === undefined) return [];
    const { data } = this.graph.values.get(id)!.constant!;
    return [this.model.floats(data, [data.length])];
  }

  /** The name of a value. Constants are added where they are read first; one that stands for an image is there once for each. */
  private read(id: ValueId): string {
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const { constant, shape } = this.graph.values.get(id)!;
    const axes = shape.length === 4 ? [0, 3, 1, 2] : [...shape.keys()];
    const [one, ...rest] = axes.map((axis) => shape[axis]);
    const data = transposed(constant!.data, shape, axes);
    const copies = shape.length >= 3 ? this.batch : 1;
    const all = new Float32Array(data.length * copies);
    for (let copy = 0; copy < copies; copy++) all.set(data, copy * data.length);
    const name = this.model.floats(all, [one * copies, ...rest]);
    this.names.set(id, name);
    return name;
  }

  /** An image as the plan has it, channels last; all else as it is. */
  private plain(id: ValueId): string {
    const name = this.read(id);
    return this.shape(id).length === 4 ? this.model.node('Transpose', [name], { perm: [0, 2, 3, 1] }) : name;
  }

  /** With the batch as its first axis; the plan was traced for one image. */
  private shape(id: ValueId): Shape {
    return [this.batch, ...this.graph.values.get(id)!.shape.slice(1)];
  }
}

function transposed(data: Float32Array, shape: Shape, axes: readonly number[]): Float32Array {
  const result = new Float32Array(sizeOf(shape));
  const sizes = axes.map((axis) => shape[axis]);
  const strides = axes.map((axis) => sizeOf(shape.slice(axis + 1)));
  for (let index = 0; index < result.length; index++) {
    let [rest, from] = [index, 0];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += (rest % sizes[axis]) * strides[axis];
      rest = Math.floor(rest / sizes[axis]);
    }
    result[index] = data[from];
  }
  return result;
}
