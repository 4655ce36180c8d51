/** Where training from scratch starts: PyTorch's defaults and the published deviations from them. */
import { hashText } from '../base/hash.js';
import { Random } from '../base/random.js';
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
          hashText(name, seed),
        ),
      },
    ]),
  );
}

/** `count` values. */
export function initialValues(initial: Initial, count: number, seed: number): Float32Array {
  const data = new Float32Array(count);
  if (initial.kind === 'constant') return data.fill(initial.value);
  const random = parameterRandom(seed);
  for (let index = 0; index < count; index++) {
    data[index] =
      initial.kind === 'uniform' ? (2 * random.next() - 1) * initial.bound : random.normal() * initial.deviation;
  }
  return data;
}

/** The chance of one parameter. Seeded in its own way, and so it must stay: runs from scratch would no longer start where they did. */
export function parameterRandom(seed: number): Random {
  const random = new Random([0, seed >>> 0, 0, 1]);
  // The first values still resemble the seed.
  for (let round = 0; round < 12; round++) random.next();
  return random;
}
