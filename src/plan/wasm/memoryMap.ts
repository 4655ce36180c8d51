/** Which address everything has: first what the steps compute, then the constants. */
import { type Graph, type Shape, sizeOf, type ValueId } from '../graph.js';
import type { Layout } from '../layout/layout.js';
import { rowsOf, type View } from '../layout/view.js';
import { FIRST_FREE_BYTE, PAGE_BYTES } from './kernels.js';
import { packMatrix, packRow, padded } from './packing.js';
import {
  LARGEST_QUANTISED,
  packQuantised,
  type Quantisation,
  type QuantisedMatrix,
  quantisedRow,
} from './quantised.js';
import { FLOAT_BYTES, type Packing, type PlacedRows, type Places, type QuantisedPlaces } from './stepKernel.js';

/** A cache line. */
const ALIGNMENT = 64;

interface Stored {
  readonly at: number;
  /** What is written there, for a build whose quantised values have so many bytes. */
  readonly data: (quantisedBytes: number) => Float32Array | Uint8Array;
}

export class MemoryMap {
  private readonly graph: Graph;
  private readonly layout: Layout;
  private readonly stored = new Map<string, Stored>();
  private end: number;

  constructor(graph: Graph, layout: Layout) {
    this.graph = graph;
    this.layout = layout;
    this.end = FIRST_FREE_BYTE + layout.arena.size * FLOAT_BYTES;
  }

  /** Pages for all that was asked for so far. */
  get pages(): number {
    return Math.ceil(this.end / PAGE_BYTES);
  }

  /** The index in the memory's floats at which a view starts. */
  floatOf({ buffer, offset }: View): number {
    return FIRST_FREE_BYTE / FLOAT_BYTES + this.layout.arena.offsets[buffer] + offset;
  }

  view(value: ValueId): View | undefined {
    return this.layout.views.get(value);
  }

  placesOf(scratch: number | undefined): Places {
    return {
      shape: (value) => this.shape(value),
      rows: (value) => this.rows(value),
      constant: (value, packing) => (value === undefined ? 0 : this.constant(value, packing)),
      quantised: (weight, bias, input) => this.quantised(weight, bias, input),
      scratch: scratch === undefined ? 0 : FIRST_FREE_BYTE + this.layout.arena.offsets[scratch] * FLOAT_BYTES,
    };
  }

  /** Writes the constants to where they were promised to be, for a build whose quantised values have so many bytes. */
  fill(memory: ArrayBuffer, quantisedBytes: number): void {
    for (const { at, data } of this.stored.values()) {
      const { buffer, byteOffset, byteLength } = data(quantisedBytes);
      new Uint8Array(memory, at).set(new Uint8Array(buffer, byteOffset, byteLength));
    }
    this.stored.clear();
  }

  private shape(value: ValueId): Shape {
    return this.graph.values.get(value)!.shape;
  }

  private rows(value: ValueId): PlacedRows {
    const view = this.view(value);
    if (view === undefined) {
      const shape = this.shape(value);
      const width = shape.at(-1) ?? 1;
      const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      return { at: this.constant(value, { as: 'is' }), rows, width, stride: width * FLOAT_BYTES };
    }
    const { rows, width, stride } = rowsOf(view)!;
    return { at: this.floatOf(view) * FLOAT_BYTES, rows, width, stride: stride * FLOAT_BYTES };
  }

  private constant(value: ValueId, packing: Packing): number {
    return this.store(`${value} ${packing.as}`, () => {
      const packed = pack(this.dataOf(value), packing);
      return { bytes: packed.byteLength, data: () => packed };
    });
  }

  private quantised(weight: ValueId, bias: ValueId | undefined, input: Quantisation): QuantisedPlaces {
    const [K, N] = [sizeOf(this.shape(weight).slice(0, -1)), this.shape(weight).at(-1)!];
    let packed: QuantisedMatrix | undefined;
    const pack = (size: number) => {
      packed ??= packQuantised(
        this.dataOf(weight),
        K,
        N,
        bias === undefined ? new Float32Array(N) : this.dataOf(bias),
        input,
        size,
      );
      return packed;
    };
    const part = (name: keyof QuantisedMatrix, bytes: number) =>
      this.store(`${weight} quantised ${name}`, () => ({ bytes, data: (size) => pack(size)[name] }));
    return {
      weights: part('weights', quantisedRow(K, LARGEST_QUANTISED) * padded(N)),
      scale: part('scale', padded(N) * FLOAT_BYTES),
      bias: part('bias', padded(N) * FLOAT_BYTES),
    };
  }

  private dataOf(constant: ValueId): Float32Array {
    return this.graph.values.get(constant)!.constant!.data;
  }

  private store(key: string, make: () => { readonly bytes: number; readonly data: Stored['data'] }): number {
    const before = this.stored.get(key);
    if (before !== undefined) return before.at;
    const { bytes, data } = make();
    const at = this.end;
    this.end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    this.stored.set(key, { at, data });
    return at;
  }
}

function pack(data: Float32Array, packing: Packing): Float32Array {
  switch (packing.as) {
    case 'is':
      return data;
    case 'row':
      return packRow(data);
    case 'matrix':
      return packMatrix(data, packing.rows, data.length / packing.rows);
  }
}
