/** Reads an unknown JSON object field by field; every contradiction becomes one sentence that names the field. */

export class FieldReader {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #fail: (message: string) => never;
  readonly #read = new Set<string>();

  /** `fail` makes the error: it gets a sentence without a full stop. */
  constructor(value: unknown, path: string, fail: (message: string) => never) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      fail(`${path === '' ? 'the whole' : path} is no object`);
    }
    this.#value = value as Record<string, unknown>;
    this.#path = path;
    this.#fail = fail;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#value, key) && this.#value[key] !== undefined;
  }

  raw(key: string): unknown {
    this.#read.add(key);
    return this.has(key) ? this.#value[key] : this.fail(key, 'is missing');
  }

  text(key: string): string {
    const value = this.raw(key);
    return typeof value === 'string' && value !== '' ? value : this.fail(key, 'is no text');
  }

  flag(key: string): boolean {
    const value = this.raw(key);
    return typeof value === 'boolean' ? value : this.fail(key, 'is neither true nor false');
  }

  number(key: string): number {
    const value = this.raw(key);
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail(key, 'is no number');
  }

  /** A whole number from `least` on. */
  count(key: string, least: number): number {
    const value = this.raw(key);
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    return this.fail(key, `is no whole number from ${least} on`);
  }

  oneOf<const T extends string | number>(key: string, allowed: readonly T[]): T {
    const value = this.raw(key);
    const known = allowed.find((candidate) => candidate === value);
    return known ?? this.fail(key, `is ${JSON.stringify(value)}, and known are ${allowed.join(', ')}`);
  }

  numbers(key: string, length: number): readonly number[] {
    const value = this.raw(key);
    const sound =
      Array.isArray(value) &&
      value.length === length &&
      value.every((n) => typeof n === 'number' && Number.isFinite(n));
    return sound ? (value as number[]) : this.fail(key, `is no list of ${length} numbers`);
  }

  list(key: string): readonly unknown[] {
    const value = this.raw(key);
    return Array.isArray(value) ? (value as unknown[]) : this.fail(key, 'is no list');
  }

  object(key: string): FieldReader {
    return new FieldReader(this.raw(key), this.pathOf(key), this.#fail);
  }

  item(key: string, index: number, value: unknown): FieldReader {
    return new FieldReader(value, `${this.pathOf(key)}[${index}]`, this.#fail);
  }

  /** The field of a kind that may be left out. */
  optional<T>(key: string, read: (key: string) => T): T | undefined {
    return this.has(key) ? read(key) : undefined;
  }

  /** Fails on fields that were never asked for: their meaning is unknown, so ignoring them could change results in silence. */
  end(): void {
    const unknown = Object.keys(this.#value).find((key) => this.has(key) && !this.#read.has(key));
    if (unknown !== undefined) this.fail(unknown, 'is an unknown field');
  }

  fail(key: string, problem: string): never {
    return this.#fail(`${this.pathOf(key)} ${problem}`);
  }

  private pathOf(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }
}
