/** Where values are on the GPU. All faces of a batch lie in one buffer, the arena: for every value, face after face. */
import type { Shape, ValueId } from '../graph.js';
import type { View } from '../layout/view.js';

/** A view with its place: value `i` of face `f` is at `start + f * faceStride + i`, in floats. */
export interface PlacedView extends View {
  readonly start: number;
  readonly faceStride: number;
}

export interface Places {
  /** The largest batch. Shaders may compute faces that nobody asked for, but never beyond this one. */
  readonly faces: number;
  readonly shape: (value: ValueId) => Shape;
  /** undefined for constants. */
  readonly view: (value: ValueId) => PlacedView | undefined;
  readonly constant: (value: ValueId) => Float32Array;
  readonly placed: (view: View) => PlacedView;
}

/** A step, ready to be compiled. */
export interface GpuStep {
  readonly source: string;
  /** What the shader calls `numbers`. */
  readonly numbers: readonly number[];
  /** Small constants, whole vectors of four. */
  readonly constants: Float32Array<ArrayBuffer>;
  /** The matrix of a product as {@link packWeights} gives it. */
  readonly weights: PackedWeights | undefined;
  /** Workgroups for a number of faces. */
  readonly groups: (faces: number) => Groups;
}

export type Groups = readonly [x: number, y: number, z: number];

export interface PackedWeights {
  readonly type: 'f16' | 'f32';
  readonly data: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}

/** Values in a vector of WGSL. */
export const QUAD = 4;

export const quads = (values: number): number => Math.ceil(values / QUAD);
