/** Where training from scratch starts: PyTorch's defaults and the published deviations from them. */
import type { NamedArray } from '../weights/namedArray.js';
import type { Initial, ParameterSpec } from './definition.js';

/**
 * Initial values of all parameters, in PyTorch's axes. The same seed gives the same values; a parameter's values depend on its name and
 * the seed alone, so that networks which share a part start alike in it.
 */
export function initialArrays(specs: readonly ParameterSpec[], seed: number): Map<string, NamedArray> {
  return new Map(
    specs.map(({ name, shape, initial }) => [
      name,
      {
        shape,
        data: initialValues(
          initial,
          shape.reduce((product, size) => product * size, 1),
          hash(name, seed),
        ),
      },
    ]),
  );
}

/** `count` values. */
export function initialValues(initial: Initial, count: number, seed: number): Float32Array {
  const data = new Float32Array(count);
  if (initial.kind === 'constant') return data.fill(initial.value);
  const random = uniformSource(seed);
  for (let index = 0; index < count; index++) {
    data[index] = initial.kind === 'uniform' ? (2 * random() - 1) * initial.bound : normal(random) * initial.deviation;
  }
  return data;
}

/** Box and Muller's transform. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** sfc32 (Doty-Humphrey): a small generator that passes PractRand; values in [0, 1). */
export function uniformSource(seed: number): () => number {
  let [a, b, c, counter] = [0, seed | 0, 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first values still resemble the seed.
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** FNV-1a over the name, mixed with the seed. */
function hash(name: string, seed: number): number {
  let value = 0x811c9dc5 ^ seed;
  for (let index = 0; index < name.length; index++) value = Math.imul(value ^ name.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
