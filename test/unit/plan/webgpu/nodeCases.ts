/** Small graphs that together ask every kernel of the GPU for all it can do, at sizes that fill no tile and no vector of four. */
import { Random } from '../../../../src/base/random.js';
import { type Graph, GraphBuilder, type Shape, sizeOf, type ValueId } from '../../../../src/plan/graph.js';
import type { Operation } from '../../../../src/plan/operations.js';

export interface NodeCase {
  readonly title: string;
  readonly graph: Graph;
}

interface Draft {
  readonly builder: GraphBuilder;
  /** The graph's input. */
  readonly x: ValueId;
  /** A constant of normal values. */
  readonly weights: (shape: Shape) => ValueId;
  /** Positive ones. */
  readonly variances: (shape: Shape) => ValueId;
  readonly node: (operation: Operation, inputs: Readonly<Record<string, ValueId>>, shape: Shape) => ValueId;
}

function nodeCase(title: string, input: Shape, draft: (draft: Draft) => ValueId): NodeCase {
  const builder = new GraphBuilder();
  const random = new Random(7);
  const x = builder.value(input);
  const draw = (shape: Shape, next: () => number) => {
    const data = Float32Array.from({ length: sizeOf(shape) }, next);
    return builder.constant(`constant ${builder.values.size}`, data, shape);
  };
  const output = draft({
    builder,
    x,
    weights: (shape) => draw(shape, () => random.normal()),
    variances: (shape) => draw(shape, () => 0.5 + random.next()),
    node: (operation, inputs, shape) => builder.node(operation, inputs, shape),
  });
  return { title, graph: { values: builder.values, nodes: builder.nodes, input: x, output } };
}

const UNARY = ['erf', 'gelu', 'relu', 'sigmoid', 'square'] as const;
const windows = (stride: number, padding: number) =>
  ({ strides: [stride, stride], padding: [padding, padding] }) as const;

export const NODE_CASES: readonly NodeCase[] = [
  ...(
    [
      [70, 33, 21],
      [70, 64, 128],
      [9, 5, 3],
    ] as const
  ).map(([rows, inner, columns]) =>
    nodeCase(
      `product of ${rows} x ${inner} by ${columns}, PReLU, residual`,
      [1, rows, inner],
      ({ x, weights, node }) => {
        const inputs = { x, weight: weights([inner, columns]), bias: weights([columns]), slopes: weights([columns]) };
        const residual = weights([1, rows, columns]);
        return node({ kind: 'product', activation: 'prelu' }, { ...inputs, residual }, [1, rows, columns]);
      },
    ),
  ),
  ...(
    [
      [192, 40],
      [37, 5],
    ] as const
  ).map(([inner, columns]) =>
    nodeCase(`product of one row of ${inner} by ${columns}`, [1, inner], ({ x, weights, node }) =>
      node({ kind: 'product', activation: 'gelu' }, { x, weight: weights([inner, columns]) }, [1, columns]),
    ),
  ),
  ...(
    [
      [1, 48],
      [1, 15],
      [35, 48],
      [35, 15],
    ] as const
  ).map(([rows, inner]) =>
    nodeCase(`normalised product of ${rows} x ${inner}`, [1, rows, inner], ({ x, weights, node }) => {
      const inputs = { x, weight: weights([inner, 10]), bias: weights([10]) };
      return node({ kind: 'normalisedProduct', epsilon: 1e-3, activation: 'sigmoid' }, inputs, [1, rows, 10]);
    }),
  ),
  ...(
    [
      [3, 1, 1, 8],
      [3, 2, 1, 6],
      [5, 3, 0, 8],
    ] as const
  ).flatMap(([size, stride, padding, channels]) => {
    const out = Math.floor((13 + 2 * padding - size) / stride) + 1;
    const title = `${size} x ${size}, stride ${stride}, padding ${padding}, ${channels} channels of two images`;
    return [
      nodeCase(`convolution of ${title}`, [2, 13, 13, channels], ({ x, weights, node }) => {
        const inputs = { x, filter: weights([size, size, channels, 7]), bias: weights([7]) };
        return node(
          { kind: 'convolution', depthwise: false, activation: 'relu', ...windows(stride, padding) },
          inputs,
          [2, out, out, 7],
        );
      }),
      nodeCase(`depthwise convolution of ${title}`, [2, 13, 13, channels], ({ x, weights, node }) => {
        const inputs = {
          x,
          filter: weights([size, size, channels, 1]),
          bias: weights([channels]),
          residual: weights([2, out, out, channels]),
        };
        return node({ kind: 'convolution', depthwise: true, activation: 'relu', ...windows(stride, padding) }, inputs, [
          2,
          out,
          out,
          channels,
        ]);
      }),
      nodeCase(`separable convolution of ${title}`, [2, 13, 13, channels], ({ x, weights, node }) => {
        const inputs = {
          x,
          filter: weights([size, size, channels, 1]),
          depthwiseBias: weights([channels]),
          depthwiseSlopes: weights([channels]),
          weight: weights([channels, 9]),
        };
        const operation = {
          kind: 'separableConvolution',
          depthwiseActivation: 'prelu',
          activation: 'none',
          ...windows(stride, padding),
        } as const;
        return node(operation, inputs, [2, out, out, 9]);
      }),
      nodeCase(`largest of ${title}`, [2, 13, 13, channels], ({ x, node }) =>
        node({ kind: 'maxPool', size: [size, size], ...windows(stride, padding) }, { x }, [2, out, out, channels]),
      ),
    ];
  }),
  ...(
    [
      [11, 11, 8],
      [1, 11, 6],
      [19, 70, 12],
    ] as const
  ).map(([asked, tokens, width]) =>
    nodeCase(
      `attention of ${asked} of ${tokens} tokens, two heads of ${width / 2}`,
      [1, tokens, 3 * width],
      ({ x, node }) => {
        const [query, key, value] = [0, 1, 2].map((part) =>
          node({ kind: 'slice', begin: [0, 0, part * width] }, { x }, [1, part === 0 ? asked : tokens, width]),
        );
        return node({ kind: 'attention', heads: 2 }, { query, key, value }, [1, asked, width]);
      },
    ),
  ),
  ...([8, 300, 7] as const).flatMap((width) => [
    nodeCase(`layer normalisation of ${width}`, [1, 5, width], ({ x, weights, node }) =>
      node({ kind: 'layerNorm', epsilon: 1e-3 }, { x, gain: weights([width]), shift: weights([width]) }, [1, 5, width]),
    ),
    nodeCase(`softmax of ${width}`, [1, 5, width], ({ x, node }) => node({ kind: 'softmax' }, { x }, [1, 5, width])),
  ]),
  ...UNARY.flatMap((name) =>
    [8, 7].map((width) =>
      nodeCase(`${name} of ${width}`, [1, 3, width], ({ x, node }) =>
        node({ kind: 'unary', function: name }, { x }, [1, 3, width]),
      ),
    ),
  ),
  nodeCase('functions of what is positive', [1, 3, 7], ({ x, node }) => {
    const power = node({ kind: 'unary', function: 'exp' }, { x }, [1, 3, 7]);
    const root = node({ kind: 'unary', function: 'rsqrt' }, { x: power }, [1, 3, 7]);
    return node({ kind: 'unary', function: 'log' }, { x: root }, [1, 3, 7]);
  }),
  ...(['add', 'maximum', 'multiply', 'subtract'] as const).flatMap((name) =>
    ([[3, 8], [1, 3, 1], [1, 1, 8], [1]] as const).map((other) =>
      nodeCase(`${name} with [${other.join()}]`, [1, 3, 8], ({ x, weights, node }) => {
        const doubled = node({ kind: 'unary', function: 'square' }, { x }, [1, 3, 8]);
        return node({ kind: 'binary', function: name }, { a: doubled, b: weights(other) }, [1, 3, 8]);
      }),
    ),
  ),
  nodeCase('PReLU', [1, 3, 8], ({ x, weights, node }) =>
    node({ kind: 'prelu' }, { x, slopes: weights([8]) }, [1, 3, 8]),
  ),
  nodeCase('batch normalisation', [1, 3, 7], ({ x, weights, variances, node }) => {
    const inputs = { x, mean: weights([7]), variance: variances([7]), scale: weights([7]), shift: weights([7]) };
    return node({ kind: 'batchNorm', epsilon: 1e-3 }, inputs, [1, 3, 7]);
  }),
  ...(['max', 'mean', 'sum'] as const).flatMap((name) =>
    (
      [
        [
          [1, 2],
          [2, 5],
        ],
        [[3], [2, 6, 70]],
        [[0, 1, 2, 3], []],
      ] as const
    ).map(([axes, shape]) =>
      nodeCase(`${name} over ${axes.join()}`, [2, 6, 70, 5], ({ x, node }) =>
        node({ kind: 'reduce', function: name, axes }, { x }, shape),
      ),
    ),
  ),
  ...[false, true].map((transposed) =>
    nodeCase(`product of two values${transposed ? ', stored the other way round' : ''}`, [2, 3, 35], ({ x, node }) => {
      const shape = (rows: number, columns: number) => (transposed ? [2, 3, columns, rows] : [2, 3, rows, columns]);
      const part = (begin: number, rows: number, columns: number) => {
        const sliced = node({ kind: 'slice', begin: [0, 0, begin] }, { x }, [2, 3, rows * columns]);
        return node({ kind: 'reshape' }, { x: sliced }, shape(rows, columns));
      };
      const inputs = { a: part(0, 2, 5), b: part(10, 5, 4) };
      const operation = { kind: 'batchedProduct', transposeA: transposed, transposeB: transposed } as const;
      return node(operation, inputs, [2, 3, 2, 4]);
    }),
  ),
  nodeCase('repeated values', [1, 2, 3], ({ x, node }) => node({ kind: 'tile' }, { x }, [2, 4, 9])),
  nodeCase('exchanged axes, joined with a constant', [1, 5, 6, 3], ({ x, weights, node }) => {
    const turned = node({ kind: 'transpose', axes: [0, 2, 3, 1] }, { x }, [1, 6, 3, 5]);
    const joined = node({ kind: 'concatenate', axis: 1 }, { 0: weights([1, 2, 3, 5]), 1: turned }, [1, 8, 3, 5]);
    return node({ kind: 'reshape' }, { x: joined }, [24, 5]);
  }),
];
