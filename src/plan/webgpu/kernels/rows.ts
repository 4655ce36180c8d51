/** What goes over the rows of a matrix: a workgroup a row. */
import type { Inputs, ValueId } from '../../graph.js';
import { sizeOf } from '../../graph.js';
import { type GpuStep, type Places, QUAD, quads } from '../places.js';
import { Shader } from '../shader.js';
import type { Kernel } from './kernel.js';

const THREADS = 64;

interface Row {
  readonly shader: Shader;
  readonly width: number;
  readonly x: (quad: string) => string;
  readonly each: (statement: string) => string;
  readonly write: (value: string) => string;
  /** Zeros where a vector goes beyond the row's end. */
  readonly masked: (value: string) => string;
}

/** A step for every row of `x`; `body` is what a workgroup does with it. */
function rowStep(inputs: Inputs, output: ValueId, places: Places, body: (row: Row) => string): GpuStep {
  const shader = new Shader(places, [inputs.x, output]);
  const shape = places.shape(output);
  const width = shape.at(-1)!;
  const rows = sizeOf(shape.slice(0, -1));
  const read = shader.rows('readRow', inputs.x!);
  const write = shader.output(output);
  shader.define(`var<workgroup> parts: array<f32, ${THREADS}>;
fn total() -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < ${Math.min(THREADS, quads(width))}u; i++) { sum += parts[i]; }
  return sum;
}`);
  const row: Row = {
    shader,
    width,
    x: (quad) => read('row', quad),
    each: (statement) => `  for (var quad = thread; quad < ${quads(width)}u; quad += ${THREADS}u) { ${statement} }`,
    write: (value) => write('row', 'quad * 4u', shader.rest('quad', width), value),
    masked: (value) =>
      width % QUAD === 0
        ? value
        : `select(vec4f(), ${value}, vec4u(0u, 1u, 2u, 3u) + vec4u(quad * 4u) < vec4u(${width}u))`,
  };
  const main = `  let row = group.x + group.y * ${ROWS_ACROSS}u;
  if (row >= ${rows * places.faces}u) { return; }
${body(row)}`;
  return shader.step(main, [THREADS, 1], (faces) => {
    const count = rows * faces;
    return [Math.min(count, ROWS_ACROSS), Math.ceil(count / ROWS_ACROSS), 1];
  });
}

/** More workgroups than this along one axis are not certain to be allowed. */
const ROWS_ACROSS = 32_768;

export const layerNorm: Kernel<'layerNorm'> = {
  inPlace: ['x'],
  step: ({ operation: { epsilon }, inputs, output }, places) =>
    rowStep(inputs, output, places, ({ shader, width, x, each, write, masked }) => {
      const [gain, shift] = [shader.perColumn(inputs.gain)!, shader.perColumn(inputs.shift)!];
      return `  var sum = 0.0;
${each(`sum += dot(${x('quad')}, vec4f(1.0));`)}
  parts[thread] = sum;
  workgroupBarrier();
  let mean = total() / ${width}.0;
  workgroupBarrier();
  sum = 0.0;
${each(`let apart = ${masked(`${x('quad')} - mean`)}; sum += dot(apart, apart);`)}
  parts[thread] = sum;
  workgroupBarrier();
  let factor = inverseSqrt(total() / ${width}.0 + ${epsilon});
${each(write(`(${x('quad')} - mean) * factor * ${gain('quad')} + ${shift('quad')}`))}`;
    }),
};

export const softmax: Kernel<'softmax'> = {
  inPlace: ['x'],
  step: ({ inputs, output }, places) =>
    rowStep(inputs, output, places, ({ width, x, each, write, masked }) => {
      // The greatest of what is in the row: beyond its end there are zeros, which may be greater.
      const greatest = `for (var i = 0u; i < min(4u, ${width}u - quad * 4u); i++) { most = max(most, values[i]); }`;
      return `  var most = -3.4e38;
${each(`let values = ${x('quad')}; ${greatest}`)}
  parts[thread] = most;
  workgroupBarrier();
  for (var i = 0u; i < ${Math.min(THREADS, quads(width))}u; i++) { most = max(most, parts[i]); }
  workgroupBarrier();
  var sum = 0.0;
${each(`sum += dot(${masked(`power(${x('quad')} - most)`)}, vec4f(1.0));`)}
  parts[thread] = sum;
  workgroupBarrier();
  let whole = total();
${each(write(`power(${x('quad')} - most) / whole`))}`;
    }),
};
