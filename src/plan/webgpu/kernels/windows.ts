/** Pooling and depthwise convolutions: a thread for each value, or for four channels. */
import type { GraphNode, Inputs, Shape } from '../../graph.js';
import type { Convolution } from '../../operations.js';
import { type GpuStep, type Places, quads } from '../places.js';
import { Shader } from '../shader.js';
import { defineFinish } from './epilogue.js';
import type { Kernel } from './kernel.js';
import { depthwiseRows, definePixels } from './rowSources.js';
import { eachValue } from './strides.js';

/** A step with a thread for four channels of each pixel of the output; `body` has `row` and `quad`. */
function eachQuad(shader: Shader, shape: Shape, body: string): GpuStep {
  const across = quads(shape.at(-1)!);
  const pixels = [...shape.slice(0, -1), across];
  const rows = pixels.slice(0, -1).reduce((product, size) => product * size, 1);
  return eachValue(
    shader,
    pixels,
    `  let row = face * ${rows}u + index / ${across}u;
  let quad = index % ${across}u;
${body}`,
  );
}

export function depthwiseConvolution({ operation, inputs, output }: GraphNode<Convolution>, places: Places): GpuStep {
  const shader = new Shader(places, [inputs.x, inputs.residual, output]);
  const { residual, ...others } = inputs;
  const source = depthwiseRows(shader, others, operation, places.shape(output));
  const rest: Inputs = residual === undefined ? {} : { residual };
  defineFinish(shader, rest, 'none', output);
  return eachQuad(shader, places.shape(output), `  finish(row, quad, ${source.read('row', 'quad')});`);
}

export const maxPool: Kernel<'maxPool'> = {
  inPlace: [],
  step: ({ operation, inputs, output }, places) => {
    const shader = new Shader(places, [inputs.x, output]);
    const shape = places.shape(output);
    const channels = shape.at(-1)!;
    definePixels(shader, inputs.x!, operation.size, operation, shape);
    defineFinish(shader, {}, 'none', output);
    return eachQuad(
      shader,
      shape,
      `  var most = vec4f(-3.4028234e38);
  for (var tap = 0u; tap < ${operation.size[0] * operation.size[1]}u; tap++) {
    let at = pixel(row, tap);
    if (at >= 0) { most = greater(most, load(u32(at) + quad * 4u, ${channels}u - quad * 4u)); }
  }
  finish(row, quad, most);`,
    );
  },
};
