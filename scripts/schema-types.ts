/**
 * `npm run schema-types`: writes the TypeScript types of schema/ into src/. A test holds the written files to the schemas. json-schema-to-typescript
 * was tried: it knows no `readonly`, and brings eight packages.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Schema as ReadSchema } from '../src/base/schema.js';

interface Schema extends ReadSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export interface GeneratedFile {
  /** In schema/. */
  readonly schema: string;
  /** The file of types. */
  readonly path: string;
  /** The name of the schema's own type. */
  readonly root: string;
  /** Types that another file declares: names by the module that has them, from `path`. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));

export const GENERATED_FILES: readonly GeneratedFile[] = [
  {
    schema: 'manifest.schema.json',
    path: 'src/weights/manifest.ts',
    root: 'Manifest',
    imports: { './architectures.js': ['Backbone', 'Family'] },
  },
  {
    schema: 'fine-tuning.schema.json',
    path: 'src/training/trainingConfig.ts',
    root: 'TrainingConfig',
    imports: { '../weights/architectures.js': ['Family'], '../weights/manifest.js': ['DropoutRates'] },
  },
];

/** The text of a file of types, as prettier leaves it. */
export async function typesOf({ schema: name, path, root, imports }: GeneratedFile): Promise<string> {
  const schema = JSON.parse(readFileSync(resolve(ROOT, 'schema', name), 'utf8')) as Schema;
  const elsewhere = new Set(Object.values(imports).flat());
  const definitions = Object.fromEntries(Object.entries(schema.$defs ?? {}).filter(([key]) => !elsewhere.has(key)));
  const declared = Object.entries(definitions).filter(([, definition]) => deservesName(definition));
  const text = [
    `/**\n * ${schema.description}\n * Written by \`npm run schema-types\` from schema/${name}, which says what each field may hold.\n */`,
    Object.entries(imports)
      .map(([module, names]) => `import type { ${names.join(', ')} } from '${module}';`)
      .join('\n'),
    ...declared.map(([key, definition]) => declaration(key, definition, definitions)),
    declaration(root, { ...schema, description: '' }, definitions),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(resolve(ROOT, path))), filepath: path });
}

/** Plain texts and lists of them are written where they are used. */
function deservesName({ type, enum: values, oneOf, items }: Schema): boolean {
  return type === 'object' || values !== undefined || oneOf !== undefined || items?.type === 'number';
}

function declaration(name: string, schema: Schema, definitions: Readonly<Record<string, Schema>>): string {
  const type = typeOf(schema, definitions);
  const body =
    type.startsWith('{') && schema.oneOf === undefined ? `interface ${name} ${type}` : `type ${name} = ${type};`;
  return `${comment(schema)}export ${body}`;
}

function typeOf(schema: Schema, definitions: Readonly<Record<string, Schema>>): string {
  const {
    $ref,
    const: value,
    enum: values,
    oneOf,
    type,
    properties,
    required = [],
    additionalProperties,
    items,
  } = schema;
  const inner = (part: Schema): string => typeOf(part, definitions);
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    const here = $ref.startsWith('#') ? definitions[name] : undefined;
    return here === undefined || deservesName(here) ? name : inner(here);
  }
  if (value !== undefined) return JSON.stringify(value);
  if (values !== undefined) return values.map((it) => JSON.stringify(it)).join(' | ');
  if (oneOf !== undefined) return oneOf.map(inner).join(' | ');
  if (Array.isArray(type)) return type.map((it: string) => inner({ ...schema, type: it })).join(' | ');
  if (type === 'array' && items !== undefined) return listOf(schema, inner(items));
  if (type !== 'object') return type === 'integer' ? 'number' : String(type);
  if (properties === undefined) {
    return `Readonly<Record<string, ${typeof additionalProperties === 'object' ? inner(additionalProperties) : 'unknown'}>>`;
  }
  const fields = Object.entries(properties).map(([key, field]) => {
    return `${comment(field)}readonly ${key}${required.includes(key) ? '' : '?'}: ${inner(field)};`;
  });
  return `{\n${fields.join('\n')}\n}`;
}

function listOf({ items, minItems, maxItems }: Schema, item: string): string {
  if (items?.type !== 'number' || minItems === undefined || minItems !== maxItems) return `readonly (${item})[]`;
  return `readonly [${Array.from({ length: minItems }, () => item).join(', ')}]`;
}

function comment({ description = '' }: Schema): string {
  const lines = description.match(/\S.{0,128}(?= |$)/g) ?? [];
  if (lines.length < 2) return description === '' ? '' : `/** ${description} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}\n`).join('')} */\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of GENERATED_FILES) writeFileSync(resolve(ROOT, file.path), await typesOf(file));
}
