/** Sums, means and maxima over some axes, and products of two computed matrices. */
import { sizeOf, stridesOf } from '../../graph.js';
import { Shader } from '../shader.js';
import type { Kernel } from './kernel.js';
import { eachValue, offset, valueAt } from './strides.js';

const THREADS = 64;
const GROUPS_ACROSS = 32_768;

/** A workgroup for each value of the output. */
export const reduce: Kernel<'reduce'> = {
  inPlace: [],
  step: ({ operation, inputs, output }, places) => {
    const shader = new Shader(places, [inputs.x, output], false);
    const x = places.shape(inputs.x!);
    const view = shader.viewOf(inputs.x!);
    const to = shader.viewOf(output);
    const kept = x.map((size, axis) => (operation.axes.includes(axis) ? 1 : size));
    const gone = x.map((size, axis) => (operation.axes.includes(axis) ? size : 1));
    const [size, length] = [sizeOf(kept), sizeOf(gone)];
    const start = shader.start(view);
    const place = shader.start(to);
    const from = `arena[${start} + face * ${view.faceStride}u + ${offset('index', kept, view.strides)} + ${offset('i', gone, view.strides)}]`;
    const isMax = operation.function === 'max';
    const join = (a: string, b: string) => (isMax ? `greater(vec4f(${a}), vec4f(${b})).x` : `${a} + ${b}`);
    const first = isMax ? '-3.4028234e38' : '0.0';
    shader.define(`var<workgroup> parts: array<f32, ${THREADS}>;`);
    const main = `  let number = group.x + group.y * ${GROUPS_ACROSS}u;
  if (number >= ${size * places.faces}u) { return; }
  let face = number / ${size}u;
  let index = number % ${size}u;
  var result = ${first};
  for (var i = thread; i < ${length}u; i += ${THREADS}u) { result = ${join('result', from)}; }
  parts[thread] = result;
  workgroupBarrier();
  if (thread != 0u) { return; }
  for (var i = 1u; i < ${Math.min(THREADS, length)}u; i++) { result = ${join('result', 'parts[i]')}; }
  arena[${place} + face * ${to.faceStride}u + ${offset('index', to.shape, to.strides)}] = result${operation.function === 'mean' ? ` / ${length}.0` : ''};`;
    return shader.step(main, [THREADS, 1], (faces) => {
      const groups = size * faces;
      return [Math.min(groups, GROUPS_ACROSS), Math.ceil(groups / GROUPS_ACROSS), 1];
    });
  },
};

/** A thread for each value: no network of ours multiplies two computed matrices but in attention, which has a kernel of its own. */
export const batchedProduct: Kernel<'batchedProduct'> = {
  inPlace: [],
  step: ({ operation: { transposeA, transposeB }, inputs, output }, places) => {
    const shader = new Shader(places, [inputs.a, inputs.b, output], false);
    const shape = places.shape(output);
    const [a, b] = [places.shape(inputs.a!), places.shape(inputs.b!)];
    const inner = a.at(transposeA ? -2 : -1)!;
    const [rows, columns] = shape.slice(-2) as [number, number];
    const whole = stridesOf(shape);
    // Each operand is read over the output's outer axes and its own matrix.
    const outer = shape.slice(0, -2);
    const matrices = sizeOf(outer);
    const left = valueAt(shader, inputs.a!, [...outer, ...a.slice(-2)]);
    const right = valueAt(shader, inputs.b!, [...outer, ...b.slice(-2)]);
    const bias = inputs.bias === undefined ? null : valueAt(shader, inputs.bias, [columns]);
    const write = valueAt(shader, output, shape)('face', 'index');
    const rowOf = `index / ${whole.at(-2)!}u % ${rows}u`;
    return eachValue(
      shader,
      shape,
      `  let matrix = index / ${rows * columns}u % ${matrices}u;
  let row = ${rowOf};
  let column = index % ${columns}u;
  var sum = ${bias === null ? '0.0' : bias('face', 'column')};
  for (var k = 0u; k < ${inner}u; k++) {
    let i = matrix * ${rows * inner}u + ${transposeA ? `k * ${rows}u + row` : `row * ${inner}u + k`};
    let j = matrix * ${inner * columns}u + ${transposeB ? `column * ${inner}u + k` : `k * ${columns}u + column`};
    sum += ${left('face', 'i')} * ${right('face', 'j')};
  }
  ${write} = sum;`,
    );
  },
};
