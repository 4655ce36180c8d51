/** Products of one row a face: a workgroup takes a few columns, and its threads share out the row. */
import type { Inputs, ValueId } from '../../graph.js';
import type { Activation } from '../../operations.js';
import { type GpuStep, QUAD, quads } from '../places.js';
import type { Shader } from '../shader.js';
import { packWeights } from '../weights.js';
import { defineFinish } from './epilogue.js';
import type { RowSource } from './rowSources.js';

/** Vectors of four columns of a workgroup: 128 bytes of float32 of each row of the matrix. */
const COLUMN_QUADS = 8;
/** Threads that share a row. */
const SLICES = 16;
const THREADS = COLUMN_QUADS * SLICES;

export interface SingleRowParts {
  readonly shader: Shader;
  readonly source: RowSource;
  readonly matrix: ValueId;
  readonly inputs: Inputs;
  readonly activation: Activation;
  readonly output: ValueId;
}

export function singleRowProduct(
  { shader, source, matrix, inputs, activation, output }: SingleRowParts,
  half: boolean,
): GpuStep {
  const { places } = shader;
  const columns = places.shape(output).at(-1)!;
  const weight = shader.useWeights(packWeights(places.constant(matrix), columns, half));
  defineFinish(shader, inputs, activation, output);
  const [innerQuads, columnQuads] = [shader.number(quads(source.inner)), shader.number(quads(columns))];
  shader.define(`var<workgroup> parts: array<vec4f, ${THREADS}>;`);
  const { before, value } = normalised(shader, source);
  const main = `  let row = group.y;
  let slice = place.y;
  let quad = group.x * ${COLUMN_QUADS}u + place.x;
${before}
  var sum = vec4f();
  if (quad < ${columnQuads}) {
    for (var k = slice; k < ${innerQuads}; k += ${SLICES}u) {
      let a = ${value('k')};
      let at = k * 4u * ${columnQuads} + quad;
      sum = fma(vec4f(a.x), ${weight('at')}, sum);
      sum = fma(vec4f(a.y), ${weight(`at + ${columnQuads}`)}, sum);
      sum = fma(vec4f(a.z), ${weight(`at + 2u * ${columnQuads}`)}, sum);
      sum = fma(vec4f(a.w), ${weight(`at + 3u * ${columnQuads}`)}, sum);
    }
  }
  parts[thread] = sum;
  workgroupBarrier();
  if (slice != 0u || quad >= ${columnQuads}) { return; }
  for (var other = 1u; other < ${SLICES}u; other++) { sum += parts[other * ${COLUMN_QUADS}u + place.x]; }
  finish(row, quad, sum);`;
  const across = Math.ceil(quads(columns) / COLUMN_QUADS);
  return shader.step(main, [COLUMN_QUADS, SLICES], (faces) => [across, faces, 1]);
}

/** The row's mean and deviation, by the whole workgroup. */
function normalised(
  shader: Shader,
  { inner, read, normalise }: RowSource,
): { readonly before: string; readonly value: (quad: string) => string } {
  if (normalise === undefined) return { before: '', value: (quad) => read('row', quad) };
  const [width, across] = [shader.number(inner), shader.number(quads(inner))];
  shader.define(`fn total() -> f32 {
  var sum = vec4f();
  for (var i = 0u; i < min(${THREADS}u, ${across}); i++) { sum += parts[i]; }
  return dot(sum, vec4f(1.0));
}`);
  const isValue = inner % QUAD === 0 ? '' : ` * vec4f(vec4u(0u, 1u, 2u, 3u) + vec4u(k * 4u) < vec4u(${width}))`;
  const each = (statement: string) => `  for (var k = thread; k < ${across}; k += ${THREADS}u) { ${statement} }`;
  return {
    before: `  var share = vec4f();
${each(`share += ${read('row', 'k')};`)}
  parts[thread] = share;
  workgroupBarrier();
  let mean = total() / f32(${width});
  workgroupBarrier();
  share = vec4f();
${each(`let apart = (${read('row', 'k')} - mean)${isValue}; share += apart * apart;`)}
  parts[thread] = share;
  workgroupBarrier();
  let factor = inverseSqrt(total() / f32(${width}) + ${normalise.epsilon});
  workgroupBarrier();`,
    value: (quad) => `(${read('row', quad)} - mean) * factor`,
  };
}
