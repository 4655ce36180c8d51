/** Ranges for int8, from pictures like those to come. */
import settings from '../../schema/int8.json';
import { quantile } from '../base/numbers.js';
import type { Graph } from './graph.js';
import type { Program } from './wasm/program.js';
import { rangeName, type Ranges } from './wasm/ranges.js';

/** The share of pictures whose extremes a range holds. What lies beyond is cut, and the rest has finer steps. */
const HELD = settings.held;

/**
 * Runs a float32 program over pictures and notes, for every product that can be computed in int8, least and greatest input.
 * @param images as the graph's input takes them; `images` of `schema/int8.json` are enough
 * @throws RangeError without pictures
 */
export function calibrate(graph: Graph, program: Program, images: Iterable<Float32Array>): Ranges {
  const extremes = new Map<string, { readonly least: number[]; readonly greatest: number[] }>();
  for (const image of images) {
    program.input.set(image);
    program.run((node, read) => {
      const name = rangeName(node, graph);
      if (name === undefined) return;
      const noted = extremes.get(name) ?? { least: [], greatest: [] };
      extremes.set(name, noted);
      let [least, greatest] = [Infinity, -Infinity];
      for (const value of read(node.inputs.x!)) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
      noted.least.push(least);
      noted.greatest.push(greatest);
    });
  }
  if (extremes.size === 0) throw new RangeError('Ranges need pictures to run over.');
  return new Map(
    [...extremes].map(([name, { least, greatest }]) => [name, [quantile(least, 1 - HELD), quantile(greatest, HELD)]]),
  );
}
