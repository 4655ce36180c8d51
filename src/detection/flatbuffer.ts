/** The few things that reading a FlatBuffer takes: https://flatbuffers.dev/internals. Offsets are bytes from the file's start. */
import { ModelError } from '../errors.js';

/** A table of a FlatBuffer; its fields go by the numbers of the schema. What a file does not name has the schema's default. */
export class FlatTable {
  private readonly view: DataView;
  private readonly at: number;

  private constructor(view: DataView, at: number) {
    this.view = view;
    this.at = at;
  }

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return within(() => new FlatTable(view, view.getUint32(0, true)));
  }

  int32(field: number, otherwise = 0): number {
    return this.scalar(field, otherwise, (at) => this.view.getInt32(at, true));
  }

  int8(field: number, otherwise = 0): number {
    return this.scalar(field, otherwise, (at) => this.view.getInt8(at));
  }

  /** A table inside this one, or undefined. */
  table(field: number): FlatTable | undefined {
    return within(() => {
      const at = this.place(field);
      return at === undefined ? undefined : new FlatTable(this.view, this.follow(at));
    });
  }

  /** A list of tables, empty where there is none. */
  tables(field: number): FlatTable[] {
    return this.vector(field, 4, (at) => new FlatTable(this.view, this.follow(at)));
  }

  int32s(field: number): number[] {
    return this.vector(field, 4, (at) => this.view.getInt32(at, true));
  }

  /** A list of bytes, seen in place. */
  bytes(field: number): Uint8Array {
    return within(() => {
      const at = this.place(field);
      if (at === undefined) return new Uint8Array(0);
      const start = this.follow(at);
      return new Uint8Array(this.view.buffer, this.view.byteOffset + start + 4, this.view.getUint32(start, true));
    });
  }

  private scalar(field: number, otherwise: number, read: (at: number) => number): number {
    return within(() => {
      const at = this.place(field);
      return at === undefined ? otherwise : read(at);
    });
  }

  private vector<T>(field: number, size: number, read: (at: number) => T): T[] {
    return within(() => {
      const at = this.place(field);
      if (at === undefined) return [];
      const start = this.follow(at);
      const count = this.view.getUint32(start, true);
      if (start + 4 + count * size > this.view.byteLength) throw new RangeError('a list ends behind the file');
      return Array.from({ length: count }, (_, index) => read(start + 4 + index * size));
    });
  }

  private place(field: number): number | undefined {
    const table = this.at - this.view.getInt32(this.at, true);
    const entry = 4 + 2 * field;
    if (entry >= this.view.getUint16(table, true)) return undefined;
    const offset = this.view.getUint16(table + entry, true);
    return offset === 0 ? undefined : this.at + offset;
  }

  private follow(at: number): number {
    return at + this.view.getUint32(at, true);
  }
}

/** @throws ModelError `model-format` for a file that points outside itself */
function within<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new ModelError('model-format', "The detector's file is damaged. Install the package again.", { cause });
  }
}
