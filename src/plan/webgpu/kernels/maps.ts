/** Functions of single values, and copies. */
import { sameShape, type Shape, type ValueId } from '../../graph.js';
import { isWhole, type View } from '../../layout/view.js';
import type { GpuStep, PlacedView, Places } from '../places.js';
import { Shader } from '../shader.js';
import { BINARY_CALLS, UNARY_CALLS } from '../wgsl/functions.js';
import type { Kernel } from './kernel.js';
import { eachValue, offset, valueAt } from './strides.js';

/** `call` of the operands' values, value by value, or four at a time where nothing is repeated and all lies in whole vectors. */
function mapStep(
  operands: readonly ValueId[],
  output: ValueId,
  places: Places,
  call: (values: readonly string[]) => string,
): GpuStep {
  const shape = places.shape(output);
  const isPlain = (value: ValueId) => {
    const view = places.view(value);
    return view !== undefined && isWhole(view) && sameShape(places.shape(value), shape);
  };
  const all = [...operands, output];
  const vectors = new Shader(places, all);
  if (vectors.aligned && all.every(isPlain)) return vectorStep(vectors, operands, output, call);
  const shader = new Shader(places, all, false);
  const reads = operands.map((operand) => valueAt(shader, operand, shape)('face', 'index'));
  const write = valueAt(shader, output, shape)('face', 'index');
  // The functions take four values: the other three are not used.
  return eachValue(shader, shape, `  ${write} = (${call(reads.map((read) => `vec4f(${read})`))}).x;`);
}

function vectorStep(
  shader: Shader,
  operands: readonly ValueId[],
  output: ValueId,
  call: (values: readonly string[]) => string,
): GpuStep {
  const shape = shader.places.shape(output);
  const inQuads: Shape = [...shape.slice(0, -1), shape.at(-1)! / 4];
  const at = (value: ValueId) => {
    const view = shader.viewOf(value);
    return `arena[(${shader.start(view)} + face * ${view.faceStride}u) / 4u + index]`;
  };
  const reads = operands.map(at);
  return eachValue(shader, inQuads, `  ${at(output)} = ${call(reads)};`);
}

export const unary: Kernel<'unary'> = {
  inPlace: ['x'],
  step: ({ operation, inputs, output }, places) =>
    mapStep([inputs.x!], output, places, ([x]) => UNARY_CALLS[operation.function](x)),
};

export const binary: Kernel<'binary'> = {
  inPlace: ['a', 'b'],
  step: ({ operation, inputs, output }, places) =>
    mapStep([inputs.a!, inputs.b!], output, places, ([a, b]) => BINARY_CALLS[operation.function](a, b)),
};

export const prelu: Kernel<'prelu'> = {
  inPlace: ['x'],
  step: ({ inputs, output }, places) =>
    mapStep([inputs.x!, inputs.slopes!], output, places, ([x, slope]) => `positive(${x}) + ${slope} * negative(${x})`),
};

export const batchNorm: Kernel<'batchNorm'> = {
  inPlace: ['x'],
  step: ({ operation: { epsilon }, inputs, output }, places) => {
    const { x, mean, variance, scale, shift } = inputs;
    const operands = [x!, mean!, variance!, ...[scale, shift].filter((value) => value !== undefined)];
    return mapStep(operands, output, places, ([value, middle, spread, ...others]) => {
      const rest = [...others];
      const unit = `(${value} - ${middle}) * inverseSqrt(${spread} + ${epsilon})`;
      const scaled = scale === undefined ? unit : `${unit} * ${rest.shift()}`;
      return shift === undefined ? scaled : `${scaled} + ${rest.shift()}`;
    });
  },
};

/** `x` repeated along its axes: the place of a value along an axis wraps around. */
export const tile: Kernel<'tile'> = {
  inPlace: [],
  step: ({ inputs, output }, places) => {
    const shader = new Shader(places, [inputs.x, output], false);
    const [shape, own] = [places.shape(output), places.shape(inputs.x!)];
    const split = shape.flatMap((size, axis) => [size / own[axis], own[axis]]);
    const view = shader.viewOf(inputs.x!);
    const strides = view.strides.flatMap((stride) => [0, stride]);
    const write = valueAt(shader, output, shape)('face', 'index');
    const from = `arena[${shader.start(view)} + face * ${view.faceStride}u + ${offset('index', split, strides)}]`;
    return eachValue(shader, shape, `  ${write} = ${from};`);
  },
};

/** From one view, or a constant, to another of the same shape. */
export function copyStep(from: PlacedView | ValueId, to: PlacedView, places: Places): GpuStep {
  const shader = new Shader(places, [], false);
  const { shape } = to;
  const place = (view: PlacedView) =>
    `arena[${shader.start(view)} + face * ${view.faceStride}u + ${offset('index', shape, strides(view, shape))}]`;
  const read = typeof from === 'number' ? valueAt(shader, from, shape)('face', 'index') : place(from);
  return eachValue(shader, shape, `  ${place(to)} = ${read};`);
}

const strides = (view: View, shape: Shape): readonly number[] =>
  shape.map((size, axis) => (size === 1 ? 0 : view.strides[axis]));
