/** Values one by one, wherever they lie. */
import { type Shape, sizeOf, stridesOf, type ValueId } from '../../graph.js';
import type { Shader } from '../shader.js';
import type { GpuStep } from '../places.js';

const THREADS = 64;
const GROUPS_ACROSS = 32_768;

/**
 * An expression for one value of an operand, by the number of a value (`index`, row-major over `shape`) of one face (`face`). Axes of the
 * operand that are 1, or missing at the front, are repeated.
 */
export function valueAt(shader: Shader, value: ValueId, shape: Shape): (face: string, index: string) => string {
  const own = shader.places.shape(value);
  const view = shader.places.view(value);
  const missing = shape.length - own.length;
  const strides = (of: readonly number[]) =>
    shape.map((_, axis) => (axis < missing || own[axis - missing] === 1 ? 0 : of[axis - missing]));
  if (view === undefined) {
    const data = shader.places.constant(value);
    const at = shader.constant(data, data.length);
    return (_, index) => {
      const place = offset(index, shape, strides(stridesOf(own)));
      return `constants[${at} + (${place}) / 4u][(${place}) % 4u]`;
    };
  }
  const start = shader.start(view);
  return (face, index) =>
    `arena[${start} + ${face} * ${view.faceStride}u + ${offset(index, shape, strides(view.strides))}]`;
}

/** The place of a value, whose number is counted over `shape`, in steps along the axes. */
export function offset(index: string, shape: Shape, strides: readonly number[]): string {
  const whole = stridesOf(shape);
  const terms = shape.flatMap((size, axis) => {
    if (size === 1 || strides[axis] === 0) return [];
    const outer = whole[axis] === 1 ? index : `${index} / ${whole[axis]}u`;
    return [`${axis === 0 ? outer : `(${outer}) % ${size}u`} * ${strides[axis]}u`];
  });
  return terms.length === 0 ? '0u' : terms.join(' + ');
}

/** A step with a thread for each value of the output; `body` has `face` and `index` (within the face). */
export function eachValue(shader: Shader, shape: Shape, body: string): GpuStep {
  const size = sizeOf(shape);
  const main = `  let number = (group.x + group.y * ${GROUPS_ACROSS}u) * ${THREADS}u + thread;
  if (number >= ${size * shader.places.faces}u) { return; }
  let face = number / ${size}u;
  let index = number % ${size}u;
${body}`;
  return shader.step(main, [THREADS, 1], (faces) => {
    const groups = Math.ceil((size * faces) / THREADS);
    return [Math.min(groups, GROUPS_ACROSS), Math.ceil(groups / GROUPS_ACROSS), 1];
  });
}
