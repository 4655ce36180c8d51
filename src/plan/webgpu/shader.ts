/** Puts the WGSL of one step together: its bindings, and how it reads and writes values. */
import type { ValueId } from '../graph.js';
import { isWhole, rowsOf } from '../layout/view.js';
import { type GpuStep, type Groups, type PackedWeights, type PlacedView, type Places, QUAD, quads } from './places.js';
import { padRows } from './weights.js';
import { PlanRefusal } from '../trace/refusal.js';
import { FUNCTION_DEFINITIONS } from './wgsl/functions.js';

/** The bindings of every step's shader, in group 0. */
export const BINDING = { arena: 0, numbers: 1, constants: 2, weights: 3 } as const;

/** Vectors of four in the buffer of `numbers`. */
export const NUMBER_QUADS = 8;

/** Expressions of WGSL for four values of a row along a value's last axis; `quad` counts vectors of four columns. */
export type RowReader = (row: string, quad: string) => string;
/** From any column on; `rest`: how many values there are, those beyond are zeros. */
export type CellReader = (row: string, column: string, rest: string) => string;
export type CellWriter = (row: string, column: string, rest: string, value: string) => string;

export class Shader {
  readonly places: Places;
  /** Whether every view of this step consists of whole, aligned vectors: then the arena is read by them, else value by value. */
  readonly aligned: boolean;
  private readonly numbers: number[] = [];
  private readonly constants: Float32Array[] = [];
  private constantQuads = 0;
  private readonly functions: string[] = [];
  private weights: PackedWeights | undefined;

  /**
   * @param values all that are read or written as values of the arena
   * @param mayAlign whether the shader begins all its reads and writes at multiples of four
   */
  constructor(places: Places, values: readonly (ValueId | undefined)[], mayAlign = true) {
    this.places = places;
    const views = values.map((value) => (value === undefined ? undefined : places.view(value)));
    this.aligned = mayAlign && views.every((view) => view === undefined || isAligned(view));
  }

  /** A whole number that is known only when the step runs, so that steps which differ in nothing else share a shader. */
  number(value: number): string {
    const index = this.numbers.push(value) - 1;
    return `numbers[${Math.floor(index / QUAD)}][${index % QUAD}]`;
  }

  start({ start }: PlacedView): string {
    return this.number(start);
  }

  /** Stores constants in rows of `width`; an expression for the vector at which they start. */
  constant(data: Float32Array, width: number): string {
    const padded = padRows(data, width);
    const at = this.constantQuads;
    this.constants.push(padded);
    this.constantQuads += padded.length / QUAD;
    return at === 0 ? '0u' : this.number(at);
  }

  /** How many of the four values from a vector on lie within a row; what is aligned has no other vectors than whole ones. */
  rest(quad: string, width: number): string {
    return this.aligned ? '4u' : `${this.number(width)} - ${quad} * 4u`;
  }

  /** A reader of the rows of a value of the arena or a constant. Rows of all faces are counted through. */
  rows(name: string, value: ValueId): RowReader {
    const view = this.places.view(value);
    if (view === undefined) {
      const width = this.places.shape(value).at(-1) ?? 1;
      const data = this.places.constant(value);
      const at = this.constant(data, width);
      const [rows, across] = [this.number(data.length / width), this.number(quads(width))];
      return (row, quad) => `constants[${at} + (${row}) % ${rows} * ${across} + ${quad}]`;
    }
    const read = this.cells(name, value);
    const rest = this.rest('QUAD', view.shape.at(-1) ?? 1);
    return (row, quad) => read(row, `${quad} * 4u`, rest.replace('QUAD', quad));
  }

  /** A reader of the rows of a value of the arena. */
  cells(name: string, value: ValueId): CellReader {
    const view = this.viewOf(value);
    this.functions.push(`fn ${name}(row: u32, column: u32, rest: u32) -> vec4f {
  return load(${this.rowAddress(view)} + column, rest);
}`);
    return (row, column, rest) => `${name}(${row}, ${column}, ${rest})`;
  }

  /** A writer of the rows of the step's output. */
  output(value: ValueId): CellWriter {
    const view = this.viewOf(value);
    this.functions.push(`fn write(row: u32, column: u32, rest: u32, value: vec4f) {
  store(${this.rowAddress(view)} + column, rest, value);
}`);
    return (row, column, rest, text) => `write(${row}, ${column}, ${rest}, ${text});`;
  }

  /** An expression for one value a column, such as a bias; null where there is none. */
  perColumn(value: ValueId | undefined): ((quad: string) => string) | null {
    if (value === undefined) return null;
    const data = this.places.constant(value);
    const at = this.constant(data, data.length);
    return (quad) => `constants[${at} + ${quad}]`;
  }

  /** Adds a function, or anything else that stands outside of `main`. */
  define(text: string): void {
    this.functions.push(text);
  }

  useWeights(weights: PackedWeights): (index: string) => string {
    this.weights = weights;
    return (index) => (weights.type === 'f16' ? `vec4f(weights[${index}])` : `weights[${index}]`);
  }

  /**
   * @param main statements; `group` (vec3u), `thread` (u32) and `place` (vec3u, within the group) are there
   * @param size threads of a workgroup
   */
  step(main: string, size: readonly [number, number], groups: (faces: number) => Groups): GpuStep {
    const constants = new Float32Array(Math.max(QUAD, this.constantQuads * QUAD));
    let at = 0;
    for (const part of this.constants) {
      constants.set(part, at);
      at += part.length;
    }
    const source = [
      this.weights?.type === 'f16' ? 'enable f16;' : '',
      this.declarations(),
      FUNCTION_DEFINITIONS,
      this.access(),
      ...this.functions,
      `@compute @workgroup_size(${size.join(', ')})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) place: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
${main}
}`,
    ].join('\n');
    return { source, numbers: this.numbers, constants, weights: this.weights, groups };
  }

  /** @throws PlanRefusal for a constant, where only what is computed was foreseen */
  viewOf(value: ValueId): PlacedView {
    const view = this.places.view(value);
    if (view === undefined) throw new PlanRefusal('It computes with a constant where none was expected.');
    return view;
  }

  private declarations(): string {
    const weights =
      this.weights === undefined
        ? ''
        : `@group(0) @binding(${BINDING.weights}) var<storage, read> weights: array<vec4<${this.weights.type}>>;`;
    return `@group(0) @binding(${BINDING.arena}) var<storage, read_write> arena: array<${this.aligned ? 'vec4f' : 'f32'}>;
@group(0) @binding(${BINDING.numbers}) var<uniform> numbers: array<vec4u, ${NUMBER_QUADS}>;
@group(0) @binding(${BINDING.constants}) var<storage, read> constants: array<vec4f>;
${weights}`;
  }

  /** `load` and `store` of up to four values that follow each other; `rest`: how many there are. */
  private access(): string {
    if (this.aligned) {
      return `fn load(at: u32, rest: u32) -> vec4f { return arena[at >> 2u]; }
fn store(at: u32, rest: u32, value: vec4f) { arena[at >> 2u] = value; }`;
    }
    return `fn load(at: u32, rest: u32) -> vec4f {
  let values = vec4f(arena[at], arena[at + 1u], arena[at + 2u], arena[at + 3u]);
  return select(vec4f(), values, vec4u(0u, 1u, 2u, 3u) < vec4u(rest));
}
fn store(at: u32, rest: u32, value: vec4f) {
  for (var i = 0u; i < min(rest, 4u); i++) { arena[at + i] = value[i]; }
}`;
  }

  private rowAddress(view: PlacedView): string {
    const { rows, stride } = rowsOf(view)!;
    const [start, apart] = [this.start(view), this.number(stride)];
    if (view.faceStride === rows * stride) return `${start} + row * ${apart}`;
    const [inFace, face] = [this.number(rows), this.number(view.faceStride)];
    return `${start} + row / ${inFace} * ${face} + row % ${inFace} * ${apart}`;
  }
}

function isAligned(view: PlacedView): boolean {
  const { shape, strides, start, faceStride } = view;
  if ((shape.at(-1) ?? 1) % QUAD !== 0 || start % QUAD !== 0 || faceStride % QUAD !== 0) return false;
  if (isWhole(view)) return true;
  return shape.every(
    (size, axis) => size === 1 || (axis === shape.length - 1 ? strides[axis] === 1 : strides[axis] % QUAD === 0),
  );
}
