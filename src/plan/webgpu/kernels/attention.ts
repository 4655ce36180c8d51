/** Attention: a workgroup takes a few queries of one head, with all their weights in workgroup memory. */
import { QUAD, quads } from '../places.js';
import { Shader } from '../shader.js';
import type { Kernel } from './kernel.js';

const THREADS = 64;
/** Queries of a workgroup: keys and values are read once for all of them. */
const MOST_QUERIES = 8;
/** Of the 16,384 bytes that every device has. */
const WEIGHT_BYTES = 12 * 1024;
const FLOAT_BYTES = 4;

type CellReader = (row: string) => string;

const queriesAtOnce = (asked: number, tokens: number): number =>
  Math.min(MOST_QUERIES, asked, Math.floor(WEIGHT_BYTES / FLOAT_BYTES / tokens));

export const attention: Kernel<'attention'> = {
  inPlace: [],
  fits: ({ inputs, output }, shape) => queriesAtOnce(shape(output)[1], shape(inputs.key!)[1]) > 0,
  step: ({ operation: { heads }, inputs, output }, places) => {
    const [images, asked, width] = places.shape(output);
    const tokens = places.shape(inputs.key!)[1];
    const headWidth = width / heads;
    const headQuads = quads(headWidth);
    const queries = queriesAtOnce(asked, tokens);
    const blocks = Math.ceil(asked / queries);
    // Threads of a row while its weights are summed up.
    const lanes = 2 ** Math.floor(Math.log2(THREADS / queries));
    const values = [inputs.query, inputs.key, inputs.value, output];
    const shader = new Shader(places, values, headWidth % QUAD === 0);
    const [query, key, value] = (['query', 'key', 'value'] as const).map((name) => {
      const read = shader.cells(name, inputs[name]!);
      return (row: string) => read(row, `head * ${headWidth}u + quad * 4u`, `${headWidth}u - quad * 4u`);
    }) as [CellReader, CellReader, CellReader];
    const write = shader.output(output);
    shader.define(`var<workgroup> scores: array<f32, ${queries * tokens}>;
var<workgroup> asking: array<vec4f, ${queries * headQuads}>;
var<workgroup> parts: array<f32, ${THREADS}>;`);
    const main = `  let head = group.x % ${heads}u;
  let first = group.x / ${heads}u * ${queries}u;
  let image = group.y;
  for (var i = thread; i < ${queries * headQuads}u; i += ${THREADS}u) {
    let asks = first + i / ${headQuads}u;
    let quad = i % ${headQuads}u;
    var values = vec4f();
    if (asks < ${asked}u) { values = ${query(`image * ${asked}u + asks`)}; }
    asking[i] = values;
  }
  workgroupBarrier();
  for (var token = thread; token < ${tokens}u; token += ${THREADS}u) {
    var found = array<f32, ${queries}>();
    for (var quad = 0u; quad < ${headQuads}u; quad++) {
      let keys = ${key(`image * ${tokens}u + token`)};
      for (var i = 0u; i < ${queries}u; i++) { found[i] += dot(asking[i * ${headQuads}u + quad], keys); }
    }
    for (var i = 0u; i < ${queries}u; i++) { scores[i * ${tokens}u + token] = found[i]; }
  }
  workgroupBarrier();
  let own = thread / ${lanes}u;
  let lane = thread % ${lanes}u;
  let isOwner = own < ${queries}u;
  var most = -3.4e38;
  if (isOwner) {
    for (var token = lane; token < ${tokens}u; token += ${lanes}u) { most = max(most, scores[own * ${tokens}u + token]); }
  }
  parts[thread] = most;
  workgroupBarrier();
  if (isOwner) {
    for (var i = 0u; i < ${lanes}u; i++) { most = max(most, parts[own * ${lanes}u + i]); }
  }
  workgroupBarrier();
  var sum = 0.0;
  if (isOwner) {
    for (var token = lane; token < ${tokens}u; token += ${lanes}u) {
      let weight = power(vec4f(scores[own * ${tokens}u + token] - most)).x;
      scores[own * ${tokens}u + token] = weight;
      sum += weight;
    }
  }
  parts[thread] = sum;
  workgroupBarrier();
  for (var i = thread; i < ${queries * headQuads}u; i += ${THREADS}u) {
    let asks = i / ${headQuads}u;
    let quad = i % ${headQuads}u;
    var total = 0.0;
    for (var other = 0u; other < ${lanes}u; other++) { total += parts[asks * ${lanes}u + other]; }
    var mixed = vec4f();
    for (var token = 0u; token < ${tokens}u; token++) {
      mixed = fma(vec4f(scores[asks * ${tokens}u + token]), ${value(`image * ${tokens}u + token`)}, mixed);
    }
    if (first + asks < ${asked}u) {
      ${write(`image * ${asked}u + first + asks`, `head * ${headWidth}u + quad * 4u`, `${headWidth}u - quad * 4u`, 'mixed / total')}
    }
  }`;
    return shader.step(main, [THREADS, 1], (faces) => [heads * blocks, images * faces, 1]);
  },
};
