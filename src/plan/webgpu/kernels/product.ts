/** Products of rows by a matrix, in tiles of workgroup memory, whatever the rows are made of. */
import { type GraphNode, type Inputs, sizeOf, type ValueId } from '../../graph.js';
import type { Activation, Convolution, NormalisedProduct, Product, SeparableConvolution } from '../../operations.js';
import { type GpuStep, type Places, QUAD, quads } from '../places.js';
import { Shader } from '../shader.js';
import { packWeights } from '../weights.js';
import { defineFinish } from './epilogue.js';
import type { DeviceTraits, Kernel } from './kernel.js';
import { depthwiseRows, normalisedRows, plainRows, type RowSource, windowRows } from './rowSources.js';
import { singleRowProduct } from './singleRow.js';

/** A workgroup computes `rows` x `columns` values of the output, each of its threads 4 x 4 of them. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** From the one that reads least for what it computes to those that give more workgroups. */
const TILES: readonly Tile[] = [
  { rows: 64, columns: 64 },
  { rows: 32, columns: 64 },
  { rows: 32, columns: 32 },
];
/** For rows that cost something to read: the fewer tiles stand side by side, the fewer times each is computed. */
const WIDE_TILES: readonly Tile[] = [
  { rows: 32, columns: 128 },
  { rows: 16, columns: 128 },
  { rows: 16, columns: 64 },
];
/** With fewer workgroups than this, most of a GPU has nothing to do. */
const ENOUGH_GROUPS = 64;
/** Values of a row that are in workgroup memory at a time. */
const DEPTH = 16;

/** The largest tile that keeps a GPU busy with one face. */
export function chooseTile(rows: number, columns: number, tiles: readonly Tile[]): Tile {
  const groups = (tile: Tile) => Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns);
  // Where a narrower tile computes no less, a wide one would have threads without work.
  const fitting = tiles.filter((tile) => tile.columns < 2 * columns);
  const candidates = fitting.length === 0 ? tiles.slice(-1) : fitting;
  return candidates.find((tile) => groups(tile) >= ENOUGH_GROUPS) ?? candidates.at(-1)!;
}

interface ProductParts {
  readonly shader: Shader;
  readonly source: RowSource;
  readonly matrix: ValueId;
  readonly inputs: Inputs;
  readonly activation: Activation;
  readonly output: ValueId;
  readonly tiles: readonly Tile[];
}

function tiledProduct(
  { shader, source, matrix, inputs, activation, output, tiles }: ProductParts,
  half: boolean,
): GpuStep {
  const { places } = shader;
  const shape = places.shape(output);
  const columns = shape.at(-1)!;
  const rows = sizeOf(shape.slice(0, -1));
  const tile = chooseTile(rows, columns, tiles);
  const threads = (tile.rows / QUAD) * (tile.columns / QUAD);
  const weight = shader.useWeights(packWeights(places.constant(matrix), columns, half));
  defineFinish(shader, inputs, activation, output);
  const [innerQuads, columnQuads] = [shader.number(quads(source.inner)), shader.number(quads(columns))];
  const total = shader.number(rows * places.faces);
  const [depthQuads, tileQuads] = [DEPTH / QUAD, tile.columns / QUAD];
  shader.define(`var<workgroup> left: array<vec4f, ${tile.rows * depthQuads}>;
var<workgroup> right: array<vec4f, ${DEPTH * tileQuads}>;`);
  const { before, read } = normalised(shader, source, { tile, threads, total });
  const main = `  let firstRow = group.y * ${tile.rows}u;
  let firstQuad = group.x * ${tileQuads}u;
${before}
  var sums = array<vec4f, 4>();
  for (var start = 0u; start < ${innerQuads}; start += ${depthQuads}u) {
    for (var i = thread; i < ${tile.rows * depthQuads}u; i += ${threads}u) {
      let row = firstRow + i / ${depthQuads}u;
      let quad = start + i % ${depthQuads}u;
      var values = vec4f();
      if (row < ${total} && quad < ${innerQuads}) { values = ${read('row', 'quad', `i / ${depthQuads}u`)}; }
      left[i] = values;
    }
    for (var i = thread; i < ${DEPTH * tileQuads}u; i += ${threads}u) {
      let k = start * 4u + i / ${tileQuads}u;
      let quad = firstQuad + i % ${tileQuads}u;
      var values = vec4f();
      if (k < ${innerQuads} * 4u && quad < ${columnQuads}) { values = ${weight(`k * ${columnQuads} + quad`)}; }
      right[i] = values;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depthQuads}u; k++) {
      let b0 = right[k * ${4 * tileQuads}u + place.x];
      let b1 = right[k * ${4 * tileQuads}u + ${tileQuads}u + place.x];
      let b2 = right[k * ${4 * tileQuads}u + ${2 * tileQuads}u + place.x];
      let b3 = right[k * ${4 * tileQuads}u + ${3 * tileQuads}u + place.x];
      for (var i = 0u; i < 4u; i++) {
        let a = left[(place.y * 4u + i) * ${depthQuads}u + k];
        sums[i] = fma(vec4f(a.w), b3, fma(vec4f(a.z), b2, fma(vec4f(a.y), b1, fma(vec4f(a.x), b0, sums[i]))));
      }
    }
    workgroupBarrier();
  }
  let quad = firstQuad + place.x;
  if (quad >= ${columnQuads}) { return; }
  for (var i = 0u; i < 4u; i++) {
    let row = firstRow + place.y * 4u + i;
    if (row < ${total}) { finish(row, quad, sums[i]); }
  }`;
  const across = Math.ceil(columns / tile.columns);
  return shader.step(main, [tileQuads, tile.rows / QUAD], (faces) => [
    across,
    Math.ceil((rows * faces) / tile.rows),
    1,
  ]);
}

/** Means and deviations of a tile's rows, by several threads a row; what is read is then normalised. */
function normalised(
  shader: Shader,
  { inner, read, normalise }: RowSource,
  { tile, threads, total }: { readonly tile: Tile; readonly threads: number; readonly total: string },
): { readonly before: string; readonly read: (row: string, quad: string, inTile: string) => string } {
  if (normalise === undefined) return { before: '', read };
  const lanes = threads / tile.rows;
  const [width, across] = [shader.number(inner), shader.number(quads(inner))];
  shader.define(`var<workgroup> parts: array<f32, ${threads}>;
var<workgroup> means: array<f32, ${tile.rows}>;
var<workgroup> factors: array<f32, ${tile.rows}>;
fn total(row: u32) -> f32 {
  var sum = 0.0;
  for (var lane = 0u; lane < ${lanes}u; lane++) { sum += parts[row * ${lanes}u + lane]; }
  return sum;
}`);
  // Zeros beyond the end of a row are no values.
  const isValue = inner % QUAD === 0 ? '' : ` * vec4f(vec4u(0u, 1u, 2u, 3u) + vec4u(quad * 4u) < vec4u(${width}))`;
  const sumUp = (value: string) => `    if (firstRow + own < ${total}) {
      for (var quad = lane; quad < ${across}; quad += ${lanes}u) { ${value} }
    }`;
  return {
    before: `  {
    let own = thread / ${lanes}u;
    let lane = thread % ${lanes}u;
    var sum = 0.0;
${sumUp(`sum += dot(${read('firstRow + own', 'quad')}, vec4f(1.0));`)}
    parts[thread] = sum;
    workgroupBarrier();
    let mean = total(own) / f32(${width});
    workgroupBarrier();
    var squares = 0.0;
${sumUp(`let apart = (${read('firstRow + own', 'quad')} - mean)${isValue}; squares += dot(apart, apart);`)}
    parts[thread] = squares;
    workgroupBarrier();
    if (lane == 0u) {
      means[own] = mean;
      factors[own] = inverseSqrt(total(own) / f32(${width}) + ${normalise.epsilon});
    }
    workgroupBarrier();
  }`,
    read: (row, quad, inTile) => `(${read(row, quad)} - means[${inTile}]) * factors[${inTile}]`,
  };
}

const isOneRow = (output: ValueId, places: Places): boolean => sizeOf(places.shape(output).slice(0, -1)) === 1;

const fromRows = (
  { inputs, output, operation }: GraphNode<Product | NormalisedProduct>,
  places: Places,
  { half }: DeviceTraits,
): GpuStep => {
  const shader = new Shader(places, [inputs.x, inputs.residual, output]);
  const { activation } = operation;
  const source =
    operation.kind === 'product' ? plainRows(shader, inputs) : normalisedRows(shader, inputs, operation.epsilon);
  const parts = { shader, source, matrix: inputs.weight!, inputs, activation, output };
  return isOneRow(output, places) ? singleRowProduct(parts, half) : tiledProduct({ ...parts, tiles: TILES }, half);
};

export const product: Kernel<'product'> = { inPlace: ['residual'], step: fromRows };

export const normalisedProduct: Kernel<'normalisedProduct'> = { inPlace: [], step: fromRows };

/** Convolutions but depthwise ones. */
export function windowedConvolution(
  { operation, inputs, output }: GraphNode<Convolution>,
  places: Places,
  { half }: DeviceTraits,
): GpuStep {
  const shader = new Shader(places, [inputs.x, inputs.residual, output]);
  const source = windowRows(shader, inputs, operation, places.shape(output));
  const { activation } = operation;
  return tiledProduct({ shader, source, matrix: inputs.filter!, inputs, activation, output, tiles: TILES }, half);
}

export const separableConvolution: Kernel<'separableConvolution'> = {
  inPlace: [],
  step: (node: GraphNode<SeparableConvolution>, places, { half }) => {
    const { operation, inputs, output } = node;
    const { strides, padding, depthwiseActivation, activation } = operation;
    const shader = new Shader(places, [inputs.x, inputs.residual, output]);
    const depthwise = {
      x: inputs.x,
      filter: inputs.filter,
      bias: inputs.depthwiseBias,
      slopes: inputs.depthwiseSlopes,
    };
    const windows = { strides, padding, activation: depthwiseActivation };
    const source = depthwiseRows(shader, depthwise, windows, places.shape(output));
    return tiledProduct(
      { shader, source, matrix: inputs.weight!, inputs, activation, output, tiles: WIDE_TILES },
      half,
    );
  },
};
