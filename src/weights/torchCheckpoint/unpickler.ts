/**
 * A restricted reader of Python pickles, protocols 2 to 5. It runs nothing: a class or function is only a name, and what a pickle would
 * have called stays an {@link OpaqueObject}, unless the caller's `build` knows the name.
 */
import { MAXIMUM_PICKLE_OBJECTS, MAXIMUM_PICKLE_OPERATIONS } from '../../base/limits.js';
import { PickleReader } from './pickleReader.js';
import { damaged } from './problems.js';

/** A class or function by name. */
export class GlobalName {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An object of a class that is not on the allow-list: kept as what the pickle says, never run. */
export class OpaqueObject {
  constructor(readonly type: GlobalName | null) {}
}

/** What the caller makes of names. Lists and tuples are arrays, dictionaries are Maps. */
export interface Builder {
  /** The value of calling `callee` with `args`; undefined when the name is unknown. */
  build(callee: GlobalName, args: readonly unknown[]): unknown;
  /** The value behind a persistent id (torch: a storage). */
  persistent(id: unknown): unknown;
}

/** The value of a pickle. @throws ModelError `checkpoint-format` when it is damaged or uses operations that are not read here. */
export function unpickle(bytes: Uint8Array, builder: Builder): unknown {
  return new Unpickler(new PickleReader(bytes), builder).run();
}

type Operation = (machine: Unpickler) => void;

class Unpickler {
  readonly stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  #operations = 0;
  #objects = 0;

  readonly #builder: Builder;

  constructor(
    readonly reader: PickleReader,
    builder: Builder,
  ) {
    this.#builder = builder;
  }

  run(): unknown {
    for (;;) {
      const code = this.reader.uint8();
      this.#spend(1);
      if (code === STOP) return this.pop();
      const operation = OPERATIONS.get(code);
      if (operation === undefined)
        throw damaged(`its pickle uses the operation 0x${code.toString(16)}, which is not read`);
      operation(this);
    }
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  /** As {@link push}, for a value that did not exist before. */
  make(value: unknown): void {
    if (++this.#objects > MAXIMUM_PICKLE_OBJECTS) throw damaged('its pickle makes far too many objects');
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length <= (this.#marks.at(-1) ?? 0)) throw damaged('its pickle takes a value that is not there');
    return this.stack.pop();
  }

  top(): unknown {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.stack.length);
  }

  /** The values since the last mark. */
  popMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw damaged('its pickle lacks a mark');
    return this.stack.splice(mark);
  }

  tuple(length: number): void {
    const values = Array.from({ length }, () => this.pop());
    this.make(values.reverse());
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw damaged('its pickle refers to a value that is not there');
    this.push(this.#memo.get(index));
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    // A list of an unknown class may be filled like a list: its items are dropped with it.
    if (list instanceof OpaqueObject) return;
    if (!Array.isArray(list)) throw damaged('its pickle appends to what is no list');
    for (const value of values) list.push(value);
  }

  set(pairs: readonly unknown[]): void {
    const map = this.top();
    if (map instanceof OpaqueObject) return;
    if (!(map instanceof Map) || pairs.length % 2 !== 0) throw damaged('its pickle fills what is no dictionary');
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  }

  call(callee: unknown, args: unknown): void {
    if (!Array.isArray(args)) throw damaged('its pickle calls without arguments');
    // What is built may be as long as its arguments, and a pickle may give the same long list again and again.
    for (const value of args) this.#spend(Array.isArray(value) ? value.length : 1);
    if (!(callee instanceof GlobalName)) this.make(new OpaqueObject(null));
    else this.make(this.#builder.build(callee, args) ?? new OpaqueObject(callee));
  }

  persistent(): void {
    this.make(this.#builder.persistent(this.pop()));
  }

  stackGlobal(): void {
    const name = this.pop();
    const module = this.pop();
    if (typeof name !== 'string' || typeof module !== 'string') throw damaged('its pickle names a class by no text');
    this.make(new GlobalName(module, name));
  }

  #spend(operations: number): void {
    this.#operations += operations;
    if (this.#operations > MAXIMUM_PICKLE_OPERATIONS) throw damaged('its pickle asks for far too much work');
  }
}

const STOP = 0x2e;

/** By code: https://docs.python.org/3/library/pickletools.html lists what each does. */
const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, (m) => void m.reader.uint8()], // PROTO
  [0x95, (m) => void m.reader.uint64()], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP

  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.reader.int32())], // BININT
  [0x4b, (m) => m.push(m.reader.uint8())], // BININT1
  [0x4d, (m) => m.push(m.reader.uint16())], // BININT2
  [0x8a, (m) => m.push(m.reader.integer(m.reader.uint8()))], // LONG1
  [0x8b, (m) => m.push(m.reader.integer(m.reader.uint32()))], // LONG4
  [0x47, (m) => m.push(m.reader.float64())], // BINFLOAT

  [0x54, (m) => m.push(m.reader.bytes(m.reader.uint32()))], // BINSTRING
  [0x55, (m) => m.push(m.reader.bytes(m.reader.uint8()))], // SHORT_BINSTRING
  [0x58, (m) => m.push(m.reader.text(m.reader.uint32()))], // BINUNICODE
  [0x8c, (m) => m.push(m.reader.text(m.reader.uint8()))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.reader.text(m.reader.uint64()))], // BINUNICODE8
  [0x42, (m) => m.push(m.reader.bytes(m.reader.uint32()))], // BINBYTES
  [0x43, (m) => m.push(m.reader.bytes(m.reader.uint8()))], // SHORT_BINBYTES
  [0x8e, (m) => m.push(m.reader.bytes(m.reader.uint64()))], // BINBYTES8
  [0x96, (m) => m.push(m.reader.bytes(m.reader.uint64()))], // BYTEARRAY8

  [0x5d, (m) => m.make([])], // EMPTY_LIST
  [0x6c, (m) => m.make(m.popMark())], // LIST
  [0x61, (m) => appendOne(m)], // APPEND
  [0x65, (m) => m.append(m.popMark())], // APPENDS
  [0x7d, (m) => m.make(new Map())], // EMPTY_DICT
  [0x64, (m) => dictionary(m)], // DICT
  [0x73, (m) => setOne(m)], // SETITEM
  [0x75, (m) => m.set(m.popMark())], // SETITEMS
  [0x29, (m) => m.make([])], // EMPTY_TUPLE
  [0x74, (m) => m.make(m.popMark())], // TUPLE
  [0x85, (m) => m.tuple(1)], // TUPLE1
  [0x86, (m) => m.tuple(2)], // TUPLE2
  [0x87, (m) => m.tuple(3)], // TUPLE3
  [0x8f, (m) => m.make([])], // EMPTY_SET
  [0x90, (m) => m.append(m.popMark())], // ADDITEMS
  [0x91, (m) => m.make(m.popMark())], // FROZENSET

  [0x63, (m) => m.make(new GlobalName(m.reader.line(), m.reader.line()))], // GLOBAL
  [0x93, (m) => m.stackGlobal()], // STACK_GLOBAL
  [0x52, (m) => reduce(m)], // REDUCE
  [0x81, (m) => reduce(m)], // NEWOBJ
  [0x92, (m) => newWithKeywords(m)], // NEWOBJ_EX
  [0x6f, (m) => construct(m)], // OBJ
  [0x62, (m) => void m.pop()], // BUILD: an object's state, which no allowed object needs
  [0x51, (m) => m.persistent()], // BINPERSID

  [0x71, (m) => m.remember(m.reader.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.reader.uint32())], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x68, (m) => m.recall(m.reader.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.reader.uint32())], // LONG_BINGET
]);

function appendOne(machine: Unpickler): void {
  const value = machine.pop();
  machine.append([value]);
}

function setOne(machine: Unpickler): void {
  const value = machine.pop();
  const key = machine.pop();
  machine.set([key, value]);
}

function dictionary(machine: Unpickler): void {
  const pairs = machine.popMark();
  machine.make(new Map());
  machine.set(pairs);
}

function reduce(machine: Unpickler): void {
  const args = machine.pop();
  machine.call(machine.pop(), args);
}

function newWithKeywords(machine: Unpickler): void {
  machine.pop();
  reduce(machine);
}

function construct(machine: Unpickler): void {
  const [callee, ...args] = machine.popMark();
  machine.call(callee, args);
}
