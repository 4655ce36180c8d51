/**
 * Rules for executors that pay for every step, as a GPU does: what can be computed while a product reads its rows is part of that product.
 * They go over a graph that the other rules are done with.
 */
import { sizeOf } from '../graph.js';
import { node, operand } from './pattern.js';
import type { Rule } from './rule.js';

export const GPU_RULES: readonly Rule[] = [
  {
    name: 'a depthwise convolution is part of the product that reads it',
    pattern: node(
      'product',
      { x: node('convolution', {}, { name: 'depthwise', depthwise: true }) },
      { name: 'product' },
    ),
    rewrite: (match, graph) => {
      const depthwise = match.node('depthwise', 'convolution');
      const product = match.node('product', 'product');
      if (depthwise.inputs.residual !== undefined) return null;
      const { strides, padding, activation: depthwiseActivation } = depthwise.operation;
      const { x, filter, bias: depthwiseBias, slopes: depthwiseSlopes } = depthwise.inputs;
      const { activation } = product.operation;
      return graph.add(
        { kind: 'separableConvolution', strides, padding, depthwiseActivation, activation },
        { ...product.inputs, x, filter, depthwiseBias, depthwiseSlopes },
        graph.shape(match.root.output),
      );
    },
  },
  {
    name: 'rows of a layer normalisation are the layer normalisation of rows',
    pattern: node('slice', { x: operand('normed') }, { name: 'slice' }),
    rewrite: ({ value, shape, node, root }, graph) => {
      const norm = graph.producer(value('normed'));
      const rows = graph.shape(root.output);
      if (norm?.operation.kind !== 'layerNorm' || rows.at(-1) !== shape('normed').at(-1)) return null;
      const sliced = graph.add(node('slice', 'slice').operation, { x: norm.inputs.x }, rows);
      return graph.add(norm.operation, { ...norm.inputs, x: sliced }, rows);
    },
  },
  {
    name: 'a layer normalisation is part of the products that read it',
    pattern: node('product', { x: operand('normed') }, { name: 'product' }),
    rewrite: ({ value, shape, node, root }, graph) => {
      const norm = graph.producer(value('normed'));
      if (norm?.operation.kind !== 'layerNorm') return null;
      const { operation, inputs } = node('product', 'product');
      const [gain, shift, weight] = [norm.inputs.gain, norm.inputs.shift, inputs.weight].map((id) =>
        graph.constant(id!),
      );
      if (gain === undefined || shift === undefined || weight === undefined) return null;
      const columns = graph.shape(root.output).at(-1)!;
      const scaled = weight.data.map((value, index) => value * gain.data[Math.floor(index / columns)]);
      const added = Float64Array.from(
        inputs.bias === undefined ? new Float64Array(columns) : graph.constant(inputs.bias)!.data,
      );
      weight.data.forEach((value, index) => {
        added[index % columns] += value * shift.data[Math.floor(index / columns)];
      });
      const matrix = [sizeOf(shape('normed').slice(-1)), columns];
      return graph.add(
        { kind: 'normalisedProduct', epsilon: norm.operation.epsilon, activation: operation.activation },
        {
          ...inputs,
          x: norm.inputs.x,
          weight: graph.addConstant(`${weight.name} times ${gain.name}`, scaled, matrix),
          bias: graph.addConstant(`${weight.name} of ${shift.name}`, Float32Array.from(added), [columns]),
        },
        graph.shape(root.output),
      );
    },
  },
];
