/**
 * A TensorFlow Lite network as a function of TensorFlow.js, which a plan can be traced from: the operators of BlazeFace, in 32-bit floats. Numbers of fields and operators are
 * those of https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/schema/schema.fbs.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../errors.js';
import { float16ToFloat32 } from '../weights/halfPrecision.js';
import { FlatTable } from './flatbuffer.js';

/** TensorType */
const FLOAT32 = 0;
const FLOAT16 = 1;
const INT32 = 2;

/** BuiltinOperator */
const ADD = 0;
const CONCATENATION = 2;
const CONV_2D = 3;
const DEPTHWISE_CONV_2D = 4;
const DEQUANTIZE = 6;
const MAX_POOL_2D = 17;
const RELU = 19;
const RESHAPE = 22;
const PAD = 34;

interface TensorSpec {
  readonly shape: readonly number[];
  readonly type: number;
  readonly buffer: number;
}

interface Step {
  readonly operator: number;
  readonly inputs: readonly number[];
  readonly output: number;
  readonly options: FlatTable | undefined;
}

/** Values that stand in the file. */
interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** One of TFLite's operators on its inputs: filters have TensorFlow.js's layout, numbers that say how are plain. */
type Operator = (
  inputs: readonly tf.Tensor[],
  how: { readonly options: FlatTable | undefined; readonly shape: readonly number[] },
) => tf.Tensor;

const OPERATORS: ReadonlyMap<number, Operator> = new Map<number, Operator>([
  [ADD, ([a, b], { options }) => activate(tf.add(a, b), options?.int8(0))],
  [CONCATENATION, (inputs, { options }) => tf.concat([...inputs], options?.int32(0))],
  [
    CONV_2D,
    ([x, filter, bias], { options }) =>
      activate(
        tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, bias, ...windowOf(options) }),
        options?.int8(3),
      ),
  ],
  [
    DEPTHWISE_CONV_2D,
    ([x, filter, bias], { options }) =>
      activate(
        tf.fused.depthwiseConv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, bias, ...windowOf(options) }),
        options?.int8(4),
      ),
  ],
  [
    MAX_POOL_2D,
    ([x], { options }) => {
      const { strides, pad } = windowOf(options);
      return tf.maxPool(x as tf.Tensor4D, [options?.int32(4) ?? 1, options?.int32(3) ?? 1], strides, pad);
    },
  ],
  [RELU, ([x]) => tf.relu(x)],
  [RESHAPE, ([x], { shape }) => tf.reshape(x, [...shape])],
]);

/** Padding, stride width and stride height are the first three fields of every operator with a window. */
function windowOf(options: FlatTable | undefined): { strides: [number, number]; pad: 'same' | 'valid' } {
  return {
    strides: [options?.int32(2, 1) ?? 1, options?.int32(1, 1) ?? 1],
    pad: options?.int8(0) === 1 ? 'valid' : 'same',
  };
}

function activate(x: tf.Tensor, kind = 0): tf.Tensor {
  if (kind === 0) return x;
  if (kind === 1) return tf.relu(x);
  throw unknown(`an activation of the kind ${kind}`);
}

export class TfliteGraph {
  private readonly tensors: readonly TensorSpec[];
  private readonly steps: readonly Step[];
  /** What is added to a convolution of more channels, by the convolution's output: zeros are neither made nor added. */
  private readonly narrow: ReadonlyMap<number, number>;
  private readonly input: number;
  private readonly outputs: readonly number[];
  private readonly constants: ReadonlyMap<number, Constant>;

  /** @throws ModelError `model-format` for a damaged file, and for one with other operators */
  constructor(bytes: Uint8Array) {
    const model = FlatTable.root(bytes);
    const codes = model.tables(1).map((code) => Math.max(code.int8(0), code.int32(3)));
    const graph = model.tables(2).at(0);
    if (graph === undefined) throw unknown('no network');
    this.tensors = graph
      .tables(0)
      .map((tensor) => ({ shape: tensor.int32s(0), type: tensor.int8(1), buffer: tensor.int32(2) }));
    [this.input] = graph.int32s(1);
    this.outputs = graph.int32s(2);
    const steps = graph.tables(3).map((step) => ({
      operator: codes[step.int32(0)],
      inputs: step.int32s(1),
      output: step.int32s(2)[0],
      options: step.table(4),
    }));
    // Half precision is widened once, here.
    const widened = new Map(
      steps.flatMap(({ operator, inputs, output }) => (operator === DEQUANTIZE ? [[output, inputs[0]] as const] : [])),
    );
    const padded = new Map(
      steps.flatMap(({ operator, inputs, output }) => (operator === PAD ? [[output, inputs[0]] as const] : [])),
    );
    this.steps = steps.filter(({ operator }) => operator !== DEQUANTIZE && operator !== PAD);
    this.narrow = this.narrowSums(padded);
    for (const { operator } of this.steps) if (!OPERATORS.has(operator)) throw unknown(`the operator ${operator}`);
    const buffers = model.tables(4);
    this.constants = this.readConstants(widened, (index) => buffers.at(index)?.bytes(0) ?? new Uint8Array(0));
  }

  /** `[1, height, width, channels]` of the picture that the network reads. */
  get inputShape(): readonly number[] {
    return this.tensors[this.input].shape;
  }

  /** The outputs for one picture, in the file's order. Call it inside `tf.tidy`. */
  forward(picture: tf.Tensor): readonly tf.Tensor[] {
    const values = new Map<number, tf.Tensor>([[this.input, picture]]);
    const valueOf = (index: number) => values.get(index) ?? this.tensorOf(index);
    for (const { operator, inputs, output, options } of this.steps) {
      const shape = this.tensors[output].shape;
      const narrow = this.narrow.get(output);
      const convolved = operator === ADD ? inputs.find((index) => this.narrow.has(index)) : undefined;
      if (narrow !== undefined) {
        values.set(output, addedToFirst(inputs.flatMap(valueOf), values.get(narrow)!, options));
      } else if (convolved !== undefined) {
        values.set(output, activate(values.get(convolved)!, options?.int8(0)));
      } else {
        values.set(output, OPERATORS.get(operator)!(inputs.flatMap(valueOf), { options, shape }));
      }
    }
    return this.outputs.flatMap((index) => values.get(index) ?? []);
  }

  /**
   * Where zeros are put behind a value's channels, it is added to a wider convolution.
   * @throws ModelError `model-format` for a padded value that is used otherwise
   */
  private narrowSums(padded: ReadonlyMap<number, number>): Map<number, number> {
    const sums = new Map<number, number>();
    for (const { operator, inputs } of this.steps) {
      const zeros = inputs.find((index) => padded.has(index));
      if (zeros === undefined) continue;
      const convolution = this.steps.find((step) => step.operator === CONV_2D && inputs.includes(step.output));
      const [narrow, wide] = [padded.get(zeros)!, zeros].map((index) => this.tensors[index].shape);
      const isWider = narrow.slice(0, -1).every((size, axis) => size === wide[axis]) && narrow.at(-1)! < wide.at(-1)!;
      if (operator !== ADD || convolution === undefined || convolution.options?.int8(3) !== 0 || !isWider)
        throw unknown('a border');
      sums.set(convolution.output, padded.get(zeros)!);
    }
    return sums;
  }

  /** A constant of floats as a tensor; whole numbers say how and are no tensors. */
  private tensorOf(index: number): tf.Tensor | [] {
    const constant = this.constants.get(index);
    if (constant === undefined || constant.values instanceof Int32Array) return [];
    return tf.tensor(constant.values, [...constant.shape], 'float32');
  }

  private readConstants(
    widened: ReadonlyMap<number, number>,
    bufferOf: (index: number) => Uint8Array,
  ): Map<number, Constant> {
    const constants = new Map<number, Constant>();
    for (const { operator, inputs } of this.steps) {
      for (const [position, index] of inputs.entries()) {
        const { shape, type, buffer } = this.tensors[widened.get(index) ?? index];
        const bytes = bufferOf(buffer);
        if (bytes.length === 0 || constants.has(index)) continue;
        const values = readValues(bytes, type);
        const isFilter = position === 1 && (operator === CONV_2D || operator === DEPTHWISE_CONV_2D);
        constants.set(index, isFilter ? filterOf(shape, values) : { shape, values });
      }
    }
    return constants;
  }
}

/**
 * A convolution whose first channels get a value with fewer of them added: two convolutions side by side, each of which is written into its
 * place.
 */
function addedToFirst(
  [x, filter, bias]: readonly tf.Tensor[],
  narrow: tf.Tensor,
  options: FlatTable | undefined,
): tf.Tensor {
  const [first, all] = [narrow.shape.at(-1)!, bias.size];
  const part = (from: number, to: number) =>
    tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: tf.slice(filter as tf.Tensor4D, [0, 0, 0, from], [-1, -1, -1, to - from]),
      bias: tf.slice(bias as tf.Tensor1D, from, to - from),
      ...windowOf(options),
    });
  return tf.concat([tf.add(part(0, first), narrow), part(first, all)], 3);
}

/** From [out, height, width, in] to [height, width, in, out]; from [1, height, width, channels] to [height, width, channels, 1]. */
function filterOf([first, ...rest]: readonly number[], values: Float32Array | Int32Array): Constant {
  const inner = values.length / first;
  const turned = new Float32Array(values.length);
  for (let out = 0; out < first; out++) {
    for (let place = 0; place < inner; place++) turned[place * first + out] = values[out * inner + place];
  }
  return { shape: [...rest, first], values: turned };
}

function readValues(bytes: Uint8Array, type: number): Float32Array | Int32Array {
  const copy = bytes.slice().buffer;
  if (copy.byteLength % (type === FLOAT16 ? 2 : 4) !== 0) throw unknown('values that are cut off');
  if (type === FLOAT32) return new Float32Array(copy);
  if (type === FLOAT16) return float16ToFloat32(new Uint16Array(copy));
  if (type === INT32) return new Int32Array(copy);
  throw unknown(`values of the kind ${type}`);
}

function unknown(what: string): ModelError {
  return new ModelError(
    'model-format',
    `The detector's file has ${what}, which is not known here. Install the package again.`,
  );
}
