/** The bytes of a pickle, read in order; every read is checked against the end. */
import { damaged } from './problems.js';

/** Longer integers have no use in a checkpoint. */
const LONGEST_INTEGER_BYTES = 64;

export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  uint64(): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('its pickle names an impossible size');
    return Number(value);
  }

  /** Pickle stores floats with the highest byte first. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  bytes(length: number): Uint8Array {
    const begin = this.#take(length);
    return this.#bytes.subarray(begin, begin + length);
  }

  text(length: number): string {
    try {
      return this.#text.decode(this.bytes(length));
    } catch (cause) {
      throw damaged('its pickle holds text that is not UTF-8', cause);
    }
  }

  /** Text up to a line feed. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw damaged('its pickle ends within a name');
    const text = this.text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  /** Little-endian two's complement; a number where it is safe, else a bigint. */
  integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER_BYTES) throw damaged('its pickle holds an impossible integer');
    let value = 0n;
    this.bytes(length).forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  #take(length: number): number {
    const begin = this.#at;
    if (length > this.#bytes.byteLength - begin) throw damaged('its pickle ends too early');
    this.#at = begin + length;
    return begin;
  }
}
