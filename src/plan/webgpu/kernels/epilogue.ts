/** What follows the sums of a product: bias, activation, residual. */
import type { Inputs, ValueId } from '../../graph.js';
import type { Activation } from '../../operations.js';
import type { Shader } from '../shader.js';
import { ACTIVATION_CALLS } from '../wgsl/functions.js';

/** Defines `finish(row, quad, sums)`, which writes four columns of the output. */
export function defineFinish(
  shader: Shader,
  { bias, slopes, residual }: Inputs,
  activation: Activation,
  output: ValueId,
): void {
  const added = shader.perColumn(bias);
  const slope = shader.perColumn(slopes)?.('quad') ?? 'vec4f()';
  const rest = residual === undefined ? null : shader.rows('readResidual', residual);
  const width = shader.places.shape(output).at(-1)!;
  const write = shader.output(output);
  const result = `activated${rest === null ? '' : ` + ${rest('row', 'quad')}`}`;
  shader.define(`fn finish(row: u32, quad: u32, sums: vec4f) {
  let biased = sums${added === null ? '' : ` + ${added('quad')}`};
  let activated = ${ACTIVATION_CALLS[activation]('biased', slope)};
  ${write('row', 'quad * 4u', shader.rest('quad', width), result)}
}`);
}
