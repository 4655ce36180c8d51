/** Rules for what computes nothing: reshapes and concatenations. Reshapes move towards the graph's end until they meet and vanish. */
import { sameShape, type Shape, sizeOf } from '../graph.js';
import { slice } from '../reference/arrays.js';
import { constant, node, operand } from './pattern.js';
import type { Rule } from './rule.js';

const keepsLastAxis = (from: Shape, to: Shape): boolean => from.at(-1) === to.at(-1);

export const VIEW_RULES: readonly Rule[] = [
  {
    name: 'a reshape to the same shape is nothing',
    pattern: node('reshape', { x: operand('x') }),
    rewrite: ({ value, shape, root }, graph) => (sameShape(shape('x'), graph.shape(root.output)) ? value('x') : null),
  },
  {
    name: 'a reshape of a reshape is one',
    pattern: node('reshape', { x: node('reshape', { x: operand('x') }) }),
    rewrite: ({ value, root }, graph) => graph.add({ kind: 'reshape' }, { x: value('x') }, graph.shape(root.output)),
  },
  {
    name: 'a product reads rows however they are grouped',
    pattern: node('product', { x: node('reshape', { x: operand('rows') }, { name: 'reshaped' }) }, { name: 'product' }),
    rewrite: ({ value, shape, root, node }, graph) => {
      if (!keepsLastAxis(shape('rows'), shape('reshaped'))) return null;
      const { operation, inputs } = node('product', 'product');
      if (inputs.residual !== undefined) return null;
      const grouped = [...shape('rows').slice(0, -1), graph.shape(root.output).at(-1)!];
      const product = graph.add(operation, { ...inputs, x: value('rows') }, grouped);
      return graph.add({ kind: 'reshape' }, { x: product }, graph.shape(root.output));
    },
  },
  {
    name: 'a function of single values does not care for their shape',
    pattern: node('unary', { x: node('reshape', { x: operand('x') }) }, { name: 'unary' }),
    rewrite: ({ value, shape, root, node }, graph) => {
      const result = graph.add(node('unary', 'unary').operation, { x: value('x') }, shape('x'));
      return graph.add({ kind: 'reshape' }, { x: result }, graph.shape(root.output));
    },
  },
  {
    name: 'a sum with a constant does not care for the shape of its rows',
    pattern: node(
      'binary',
      { a: node('reshape', { x: operand('x') }, { name: 'reshaped' }), b: constant('constant') },
      { function: 'add' },
    ),
    rewrite: ({ value, shape, constant, root }, graph) => {
      const { name, data } = constant('constant');
      const isRow = data.length === shape('constant').at(-1) && keepsLastAxis(shape('x'), shape('reshaped'));
      if (!isRow && data.length !== 1 && data.length !== sizeOf(shape('x'))) return null;
      const same = data.length === sizeOf(shape('x')) ? graph.addConstant(name, data, shape('x')) : value('constant');
      const sum = graph.add({ kind: 'binary', function: 'add' }, { a: value('x'), b: same }, shape('x'));
      return graph.add({ kind: 'reshape' }, { x: sum }, graph.shape(root.output));
    },
  },
  {
    name: 'a concatenation within a concatenation along the same axis is one',
    pattern: node('concatenate', {}, { name: 'outer' }),
    rewrite: ({ node, root }, graph) => {
      const { operation, inputs } = node('outer', 'concatenate');
      let found = false;
      const parts = Object.values(inputs).flatMap((part) => {
        const inner = graph.producer(part!);
        if (inner?.operation.kind !== 'concatenate' || inner.operation.axis !== operation.axis) return [part];
        if (graph.uses(part!) > 1) return [part];
        found = true;
        return Object.values(inner.inputs);
      });
      if (!found) return null;
      return graph.add(operation, Object.fromEntries(Object.entries(parts)), graph.shape(root.output));
    },
  },
  {
    name: 'a constant is added to the parts of a concatenation, each by itself',
    pattern: node(
      'binary',
      { a: node('concatenate', {}, { name: 'parts' }), b: constant('constant') },
      { function: 'add' },
    ),
    rewrite: ({ node, shape, constant, root }, graph) => {
      const whole = graph.shape(root.output);
      if (!sameShape(shape('constant'), whole)) return null;
      const { operation, inputs } = node('parts', 'concatenate');
      const { name, data } = constant('constant');
      let start = 0;
      const sums = Object.entries(inputs).map(([place, part]) => {
        const partShape = graph.shape(part!);
        const begin = whole.map((_, axis) => (axis === operation.axis ? start : 0));
        start += partShape[operation.axis];
        const values = slice({ kind: 'slice', begin }, { x: { shape: whole, data } }, partShape);
        const own = graph.addConstant(`${name} from ${begin.join()}`, values, partShape);
        return [place, graph.add({ kind: 'binary', function: 'add' }, { a: part, b: own }, partShape)] as const;
      });
      return graph.add(operation, Object.fromEntries(sums), whole);
    },
  },
];
