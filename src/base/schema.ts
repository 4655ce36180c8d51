/**
 * Reads plain data by a JSON Schema: the part of draft 2020-12 that schema/ uses. Validators of the whole draft either compile functions at run time,
 * which the page's policy forbids, or tell faults in words that no user would understand.
 */

export interface Schema {
  readonly $ref?: string;
  /** A noun phrase for messages: what a text with a `pattern` should be. */
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  /** Alternatives that differ in a constant property. */
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Default true: further properties are kept as they are. */
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export interface ReadOptions {
  /** What a `$ref` leads to, by its last part. */
  readonly definitions: Readonly<Record<string, Schema>>;
  /** Makes the error: `path` is the field (empty for the whole), `problem` a clause without a full stop. */
  readonly fail: (path: string, problem: string) => never;
  /** Puts a property's default where it is absent. Without it, absent stays absent. */
  readonly complete?: boolean;
}

/** A copy of `value` without undefined fields, every field checked; `fail` is called for the first contradiction. */
export function readBySchema(schema: Schema, value: unknown, options: ReadOptions): unknown {
  return new Reader(options).read(schema, value, '');
}

/** The defaults of a schema's properties. */
export function defaultsOf({ properties = {} }: Schema): Readonly<Record<string, unknown>> {
  const defaults = Object.entries(properties).filter(([, property]) => property.default !== undefined);
  return Object.fromEntries(defaults.map(([key, property]) => [key, property.default]));
}

class Reader {
  readonly #options: ReadOptions;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  read(given: Schema, value: unknown, path: string): unknown {
    const schema = given.$ref === undefined ? given : this.#definition(given.$ref);
    if (schema.oneOf !== undefined) return this.read(this.#alternative(schema.oneOf, value, path), value, path);
    const known = schema.const === undefined ? schema.enum : [schema.const];
    if (known !== undefined) {
      return known.includes(value)
        ? value
        : this.#fail(path, `must be one of ${known.join(', ')}, and is ${JSON.stringify(value)}`);
    }
    const types = [schema.type ?? []].flat();
    if (value === null && types.includes('null')) return value;
    if (types.includes('object')) return this.#object(schema, value, path);
    if (types.includes('array')) return this.#list(schema, value, path);
    if (types.includes('string')) return this.#text(schema, value, path);
    if (types.includes('boolean') && typeof value !== 'boolean') this.#fail(path, 'is neither true nor false');
    if (types.includes('number') || types.includes('integer'))
      this.#number(schema, types.includes('integer'), value, path);
    return value;
  }

  #object(schema: Schema, value: unknown, path: string): unknown {
    const { properties = {}, required = [], additionalProperties: other = true } = schema;
    const { minProperties = 0, maxProperties = Infinity } = schema;
    if (!isRecord(value)) return this.#fail(path, 'is no object');
    const entries: [string, unknown][] = [];
    for (const [key, property] of Object.entries(properties)) {
      const at = inside(path, key);
      if (Object.hasOwn(value, key) && value[key] !== undefined)
        entries.push([key, this.read(property, value[key], at)]);
      else if (this.#options.complete === true && property.default !== undefined)
        entries.push([key, this.read(property, property.default, at)]);
      else if (required.includes(key)) this.#fail(at, 'is missing');
    }
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined || Object.hasOwn(properties, key)) continue;
      // The meaning of an unknown field is unknown, so ignoring it could change results in silence.
      if (other === false) this.#fail(inside(path, key), 'is no known field');
      entries.push([key, other === true ? field : this.read(other, field, inside(path, key))]);
    }
    if (entries.length < minProperties) this.#fail(path, `needs at least ${minProperties} entries`);
    if (entries.length > maxProperties) this.#fail(path, `has more than ${maxProperties} entries`);
    return Object.fromEntries(entries);
  }

  #list({ items = {}, minItems = 0, maxItems = Infinity, uniqueItems }: Schema, value: unknown, path: string): unknown {
    if (!Array.isArray(value)) return this.#fail(path, 'is no list');
    if (value.length < minItems || value.length > maxItems) {
      this.#fail(path, `is no list of ${counted(minItems, maxItems)}`);
    }
    const read = value.map((item: unknown, index) => this.read(items, item, `${path}[${index}]`));
    return uniqueItems === true && new Set(read).size < read.length ? this.#fail(path, 'names one twice') : read;
  }

  #text(schema: Schema, value: unknown, path: string): string {
    const { title = 'text', pattern, minLength = 0, maxLength = Infinity } = schema;
    if (typeof value !== 'string' || value.length < minLength) return this.#fail(path, 'is no text');
    if (value.length > maxLength) return this.#fail(path, `is longer than ${maxLength} characters`);
    if (pattern === undefined || new RegExp(pattern, 'u').test(value)) return value;
    return this.#fail(path, `is ${JSON.stringify(value)}, which is not ${title}`);
  }

  #number(schema: Schema, whole: boolean, value: unknown, path: string): void {
    const {
      minimum = -Infinity,
      maximum = Infinity,
      exclusiveMinimum = -Infinity,
      exclusiveMaximum = Infinity,
    } = schema;
    const sound =
      typeof value === 'number' &&
      (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
      value >= minimum &&
      value <= maximum &&
      value > exclusiveMinimum &&
      value < exclusiveMaximum;
    if (!sound) this.#fail(path, `is no ${whole ? 'whole number' : 'number'}${range(schema)}`);
  }

  #alternative(alternatives: readonly Schema[], value: unknown, path: string): Schema {
    const [[key]] = constants(alternatives[0]);
    const known = alternatives.map((schema) => constants(schema)[0][1]);
    if (!isRecord(value)) return this.#fail(path, 'is no object');
    const place = known.indexOf(value[key]);
    if (place >= 0) return alternatives[place];
    return this.#fail(inside(path, key), `must be one of ${known.join(', ')}, and is ${JSON.stringify(value[key])}`);
  }

  #definition(reference: string): Schema {
    const definition = this.#options.definitions[reference.slice(reference.lastIndexOf('/') + 1)];
    if (definition === undefined) throw new RangeError(`There is no schema ${reference}.`);
    return definition;
  }

  #fail(path: string, problem: string): never {
    return this.#options.fail(path, problem);
  }
}

function constants({ properties = {} }: Schema): readonly [string, unknown][] {
  return Object.entries(properties).flatMap(([key, { const: value }]) => (value === undefined ? [] : [[key, value]]));
}

function counted(least: number, most: number): string {
  if (least === most) return String(least);
  if (most === Infinity) return `${least} or more`;
  return least === 0 ? `${most} or fewer` : `${least} to ${most}`;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const parts = [
    ...(minimum === undefined
      ? []
      : [` from ${minimum}${maximum === undefined && exclusiveMaximum === undefined ? ' on' : ''}`]),
    ...(exclusiveMinimum === undefined ? [] : [` above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [` to ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [` to below ${exclusiveMaximum}`]),
  ];
  return parts.join('');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inside(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
