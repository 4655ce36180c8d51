/** Rules for products and convolutions: bias, activation and residual become part of them. */
import { sameShape, sizeOf } from '../graph.js';
import type { GraphNode, ValueId } from '../graph.js';
import type { Convolution, Product } from '../operations.js';
import type { EditableGraph } from './editableGraph.js';
import { constant, type Match, node, operand } from './pattern.js';
import type { Rule } from './rule.js';

type Sums = GraphNode<Product | Convolution>;

/** The same node with something changed, of the outermost node's shape. */
function again(
  graph: EditableGraph,
  match: Match,
  sums: Sums,
  change: Partial<Sums['inputs']>,
  activation?: Product['activation'],
): ValueId {
  const operation = activation === undefined ? sums.operation : { ...sums.operation, activation };
  return graph.add(operation, { ...sums.inputs, ...change }, graph.shape(match.root.output));
}

/** Whether nothing follows the sums yet but a bias. */
const isPlain = ({ operation, inputs }: Sums): boolean =>
  operation.activation === 'none' && inputs.slopes === undefined && inputs.residual === undefined;

function rulesOf(kind: 'convolution' | 'product'): readonly Rule[] {
  const sums = node(kind, {}, { name: 'sums' });
  return [
    {
      name: `the bias of a ${kind} is part of it`,
      pattern: node('binary', { a: sums, b: constant('bias') }, { function: 'add' }),
      rewrite: (match, graph) => {
        const found = match.node('sums', kind);
        const channels = match.shape('sums').at(-1);
        const isVector = match.constant('bias').data.length === channels && match.shape('bias').at(-1) === channels;
        if (!isVector || !isPlain(found) || found.inputs.bias !== undefined) return null;
        return again(graph, match, found, { bias: match.value('bias') });
      },
    },
    {
      name: `the activation of a ${kind} is part of it`,
      pattern: node('unary', { x: sums }, { name: 'activation' }),
      rewrite: (match, graph) => {
        const found = match.node('sums', kind);
        const { function: activation } = match.node('activation', 'unary').operation;
        if (activation !== 'relu' && activation !== 'gelu' && activation !== 'sigmoid') return null;
        return isPlain(found) ? again(graph, match, found, {}, activation) : null;
      },
    },
    {
      name: `the PReLU of a ${kind} is part of it`,
      pattern: node('prelu', { x: sums, slopes: constant('slopes') }),
      rewrite: (match, graph) => {
        const found = match.node('sums', kind);
        const channels = match.shape('sums').at(-1);
        if (!isPlain(found) || match.constant('slopes').data.length !== channels) return null;
        return again(graph, match, found, { slopes: match.value('slopes') }, 'prelu');
      },
    },
    {
      name: `what is added to a ${kind} is its residual`,
      pattern: node('binary', { a: sums, b: operand('residual') }, { function: 'add' }),
      rewrite: (match, graph) => {
        const found = match.node('sums', kind);
        const { operation, inputs } = found;
        const isDepthwise = operation.kind === 'convolution' && operation.depthwise;
        if (inputs.residual !== undefined || isDepthwise) return null;
        if (!sameShape(match.shape('residual'), match.shape('sums'))) return null;
        return again(graph, match, found, { residual: match.value('residual') });
      },
    },
  ];
}

export const PRODUCT_RULES: readonly Rule[] = [
  {
    name: 'a product by a constant matrix is a product of rows',
    pattern: node(
      'batchedProduct',
      { a: operand('x'), b: constant('weight') },
      { transposeA: false, transposeB: false },
    ),
    rewrite: ({ value, shape, constant, root }, graph) => {
      const matrix = shape('weight').slice(-2);
      const { name, data } = constant('weight');
      if (data.length !== sizeOf(matrix)) return null;
      const weight = shape('weight').length === 2 ? value('weight') : graph.addConstant(name, data, matrix);
      return graph.add({ kind: 'product', activation: 'none' }, { x: value('x'), weight }, graph.shape(root.output));
    },
  },
  {
    name: 'a convolution of single pixels is a product of rows',
    pattern: node(
      'convolution',
      { x: operand('x'), filter: constant('filter') },
      { name: 'convolution', depthwise: false, strides: [1, 1], padding: [0, 0] },
    ),
    rewrite: ({ shape, constant, node, root }, graph) => {
      const [height, width, ...matrix] = shape('filter');
      if (height !== 1 || width !== 1) return null;
      const { operation, inputs } = node('convolution', 'convolution');
      const { filter: _, ...others } = inputs;
      const { name, data } = constant('filter');
      const weight = graph.addConstant(name, data, matrix);
      const { activation } = operation;
      return graph.add({ kind: 'product', activation }, { ...others, weight }, graph.shape(root.output));
    },
  },
  {
    name: 'a batch normalisation by constants is a convolution of single pixels and channels',
    pattern: node(
      'batchNorm',
      { x: operand('x'), mean: constant('mean'), variance: constant('variance') },
      { name: 'norm' },
    ),
    rewrite: ({ value, shape, constant, node, root }, graph) => {
      const { operation, inputs } = node('norm', 'batchNorm');
      const channels = shape('x').at(-1)!;
      const [scale, shift] = [inputs.scale, inputs.shift].map((id) =>
        id === undefined ? undefined : graph.constant(id),
      );
      const { name, data: mean } = constant('mean');
      if (shape('x').length !== 4 || mean.length !== channels) return null;
      const factors = constant('variance').data.map(
        (variance, channel) => (scale?.data[channel] ?? 1) / Math.sqrt(variance + operation.epsilon),
      );
      const shifts = factors.map((factor, channel) => (shift?.data[channel] ?? 0) - mean[channel] * factor);
      const filter = graph.addConstant(`${name} as factors`, factors, [1, 1, channels, 1]);
      const bias = graph.addConstant(`${name} as shifts`, shifts, [channels]);
      return graph.add(
        { kind: 'convolution', depthwise: true, strides: [1, 1], padding: [0, 0], activation: 'none' },
        { x: value('x'), filter, bias },
        graph.shape(root.output),
      );
    },
  },
  ...rulesOf('product'),
  ...rulesOf('convolution'),
];
