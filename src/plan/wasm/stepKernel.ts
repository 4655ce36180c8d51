/** How nodes become calls of the kernels. */
import type { GraphNode, Shape, ValueId } from '../graph.js';
import type { Kind, OperationOf } from '../operations.js';
import type { Kernels } from './kernels.js';
import type { Quantisation, QuantisedMatrix } from './quantised.js';

/** What a step computes with: the kernels, and the memory that they share with TypeScript. */
export interface Machine {
  readonly kernels: Kernels;
  /** The whole memory. */
  readonly floats: Float32Array;
}

export type Run = (machine: Machine) => void;

/** Rows in memory; all in bytes but the counts. */
export interface PlacedRows {
  readonly at: number;
  readonly rows: number;
  readonly width: number;
  readonly stride: number;
}

/** How a constant is stored: as it is, as a packed matrix of so many rows, or as a row of whole panels. */
export type Packing = { readonly as: 'is' } | { readonly as: 'row' } | { readonly as: 'matrix'; readonly rows: number };

/** Where the values of one node are. */
export interface Places {
  shape(value: ValueId): Shape;
  /** A computed value, or a constant that is stored as it is, as rows along its last axis. */
  rows(value: ValueId): PlacedRows;
  /** The address of a constant; 0 for none. */
  constant(value: ValueId | undefined, packing: Packing): number;
  /** The addresses of a weight and its bias for products whose rows are quantised so. */
  quantised(weight: ValueId, bias: ValueId | undefined, input: Quantisation): QuantisedPlaces;
  /** The address of the node's scratch. */
  readonly scratch: number;
}

/** Addresses of a `QuantisedMatrix`. */
export type QuantisedPlaces = Readonly<Record<keyof QuantisedMatrix, number>>;

export interface StepKernel<K extends Kind> {
  /** Inputs that may be rows with gaps between them. */
  readonly strided: readonly string[];
  /** Whether the output may be such. */
  readonly writesStrided: boolean;
  /** Inputs whose place the output may take. */
  readonly inPlace: readonly string[];
  /** Whether a kernel can do it. What none can is computed in TypeScript. */
  fits(node: GraphNode<OperationOf<K>>, shape: (value: ValueId) => Shape): boolean;
  /** Bytes for itself. */
  scratch?(node: GraphNode<OperationOf<K>>, shape: (value: ValueId) => Shape): number;
  step(node: GraphNode<OperationOf<K>>, places: Places): Run;
}

export const FLOAT_BYTES = 4;
