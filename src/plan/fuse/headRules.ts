/** Rules for the transformer heads: GELU, layer normalisation, attention. */
import { type ValueId } from '../graph.js';
import type { EditableGraph } from './editableGraph.js';
import { constant, node, operand, type Pattern } from './pattern.js';
import type { Rule } from './rule.js';

const add = (a: Pattern, b: Pattern) => node('binary', { a, b }, { function: 'add' });
const multiply = (a: Pattern, b: Pattern) => node('binary', { a, b }, { function: 'multiply' });
const mean = (x: Pattern, name: string) => node('reduce', { x }, { name, function: 'mean' });

/** `x` less its mean. */
const centred = node(
  'binary',
  { a: operand('x'), b: mean(operand('x'), 'mean') },
  { name: 'centred', function: 'subtract' },
);
const variance = mean(node('unary', { x: operand('centred') }, { function: 'square' }), 'variance');

/** Rows [batch, tokens, width] of the heads, [batch, heads, tokens, width / heads]. */
const byHead = (name: string) =>
  node('transpose', { x: node('reshape', { x: operand(name) }, { name: `${name} by head` }) }, { axes: [0, 2, 1, 3] });
const weights = node('softmax', {
  x: node('batchedProduct', { a: byHead('query'), b: byHead('key') }, { transposeA: false, transposeB: true }),
});
const mixed = node('batchedProduct', { a: weights, b: byHead('value') }, { transposeA: false, transposeB: false });

const half = node('binary', { a: operand('x'), b: constant('half', 0.5) }, { name: 'half x', function: 'multiply' });

export const HEAD_RULES: readonly Rule[] = [
  {
    name: 'GELU is one function',
    pattern: add(
      half,
      multiply(
        operand('half x'),
        node('unary', { x: multiply(operand('x'), constant('unit', Math.SQRT1_2)) }, { function: 'erf' }),
      ),
    ),
    rewrite: ({ value, shape }, graph) => graph.add({ kind: 'unary', function: 'gelu' }, { x: value('x') }, shape('x')),
  },
  {
    name: 'layer normalisation is one node',
    pattern: add(
      multiply(
        multiply(centred, node('unary', { x: add(variance, constant('epsilon')) }, { function: 'rsqrt' })),
        constant('gain'),
      ),
      constant('shift'),
    ),
    rewrite: ({ value, shape, constant, node }, graph) => {
      const last = shape('x').length - 1;
      const alongLast = ['mean', 'variance'].every((name) => {
        const { axes } = node(name, 'reduce').operation;
        return axes.length === 1 && axes[0] === last;
      });
      const width = shape('x')[last];
      const sizes = [constant('gain').data.length, constant('shift').data.length];
      if (!alongLast || constant('epsilon').data.length !== 1 || sizes.some((size) => size !== width)) return null;
      const [epsilon] = constant('epsilon').data;
      const inputs = { x: value('x'), gain: value('gain'), shift: value('shift') };
      return graph.add({ kind: 'layerNorm', epsilon }, inputs, shape('x'));
    },
  },
  {
    name: 'attention is one node',
    pattern: node('reshape', { x: node('transpose', { x: mixed }, { axes: [0, 2, 1, 3] }) }),
    rewrite: ({ value, shape, root }, graph) => {
      const [batch, asked, heads, headWidth] = shape('query by head');
      const inputs = { query: value('query'), key: value('key'), value: value('value') };
      const attended = graph.add({ kind: 'attention', heads }, inputs, [batch, asked, heads * headWidth]);
      return graph.add({ kind: 'reshape' }, { x: attended }, graph.shape(root.output));
    },
  },
  {
    name: 'products of the same rows that attention reads are one',
    pattern: node('attention', {}, { name: 'attention' }),
    rewrite: ({ node, root }, graph) => {
      const { operation, inputs } = node('attention', 'attention');
      const joined = joinProducts(graph, inputs);
      return joined === null ? null : graph.add(operation, joined, graph.shape(root.output));
    },
  },
];

/** Those of the given values that are plain products of the same rows, as slices of one product; null where there are not two such. */
function joinProducts(
  graph: EditableGraph,
  inputs: Readonly<Record<string, ValueId | undefined>>,
): Record<string, ValueId | undefined> | null {
  const products = Object.entries(inputs).flatMap(([name, value]) => {
    const producer = graph.producer(value!);
    if (producer?.operation.kind !== 'product' || producer.operation.activation !== 'none') return [];
    const { x, weight, bias, residual } = producer.inputs;
    if (bias === undefined || residual !== undefined || graph.uses(value!) > 1) return [];
    return [{ name, x, weight: graph.constant(weight!)!, bias: graph.constant(bias)!, shape: graph.shape(value!) }];
  });
  const same = products.filter(({ x }) => x === products.at(-1)?.x);
  if (same.length < 2) return null;
  const widths = same.map(({ bias }) => bias.data.length);
  const [rows, width] = [same[0].weight.data.length / widths[0], widths.reduce((a, b) => a + b, 0)];
  const weight = new Float32Array(rows * width);
  const bias = new Float32Array(width);
  const result: Record<string, ValueId | undefined> = { ...inputs };
  let start = 0;
  for (const [index, part] of same.entries()) {
    bias.set(part.bias.data, start);
    for (let row = 0; row < rows; row++) {
      weight.set(part.weight.data.subarray(row * widths[index], (row + 1) * widths[index]), row * width + start);
    }
    start += widths[index];
  }
  const name = same.map((part) => part.weight.name).join(' and ');
  const outer = same[0].shape.slice(0, -1);
  const joint = graph.add(
    { kind: 'product', activation: 'none' },
    {
      x: same[0].x,
      weight: graph.addConstant(name, weight, [rows, width]),
      bias: graph.addConstant(same.map((part) => part.bias.name).join(' and '), bias, [width]),
    },
    [...outer, width],
  );
  start = 0;
  for (const [index, part] of same.entries()) {
    const begin = [...outer.map(() => 0), start];
    result[part.name] = graph.add({ kind: 'slice', begin }, { x: joint }, part.shape);
    start += widths[index];
  }
  return result;
}
