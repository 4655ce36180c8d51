/** The page of the elements, made of the custom elements manifest. */
import type { DescribedElement } from '../../manifest/elements.js';
import { code, row, table } from './markdown.js';

const ENTRIES: Readonly<Record<string, string>> = {
  define: 'Recognising',
  'define-train': 'Training',
  'define-evaluate': 'Evaluating',
  'define-models': 'Models',
};

export function elementsPage(elements: readonly DescribedElement[]): string {
  const entries = [...new Set(elements.map(({ entry }) => entry))];
  return [
    '# Elements',
    'Attributes, properties, methods, events, slots, CSS parts and custom properties of every element. Types of the events: [events](../events.md). ' +
      'Editors read the same from the package: [types and editors](../consumers.md#types-and-editors).',
    ...entries.flatMap((entry) => [
      `## ${ENTRIES[entry] ?? entry}`,
      `\`\`\`ts\nimport 'qcs-fer/${entry}';\n\`\`\``,
      ...elements
        .filter((element) => element.entry === entry)
        .toSorted((a, b) => Number(isPart(a)) - Number(isPart(b)))
        .map(section),
    ]),
    '',
  ].join('\n\n');
}

/** Pieces of `<qcs-fer>` come after it. */
function isPart({ tagName, entry }: DescribedElement): boolean {
  return entry === 'define' && tagName !== 'qcs-fer';
}

function section(element: DescribedElement): string {
  const { tagName, description, attributes = [], members = [], events = [] } = element;
  const { slots = [], cssParts = [], cssProperties = [] } = element;
  const defaults = new Map(members.map((member) => [member.name, 'default' in member ? member.default : undefined]));
  const ofAttributes = new Set(attributes.map(({ fieldName }) => fieldName));
  // What has no comment is between the element and its pieces.
  const told = members.filter(({ description: meaning }) => meaning !== undefined);
  const fields = told.flatMap((member) => (member.kind === 'field' && !ofAttributes.has(member.name) ? [member] : []));
  const methods = told.flatMap((member) => (member.kind === 'method' ? [member] : []));
  const spelledOtherwise = attributes.filter(({ name, fieldName }) => fieldName !== undefined && fieldName !== name);
  return [
    `### ${code(`<${tagName}>`)} {#${tagName}}`,
    row(description ?? ''),
    ...chapter(
      'Attributes',
      ['attribute', 'type', 'default', 'meaning'],
      attributes.map(({ name, fieldName, type, description: meaning }) => [
        code(name),
        code(type?.text ?? typeOf(element, fieldName)),
        code(defaults.get(fieldName ?? name) ?? ''),
        row(meaning ?? ''),
      ]),
    ),
    ...(attributes.length === 0
      ? []
      : [
          `Each is a property too${spelledOtherwise.length === 0 ? '.' : `; ${spelledOtherwise.map(({ name, fieldName }) => `${code(name)} is ${code(fieldName ?? '')} there`).join(', ')}.`}`,
        ]),
    ...chapter(
      'Properties',
      ['property', 'type', 'meaning'],
      fields.map((field) => [
        code(field.name),
        code(row(field.type?.text ?? '')) + (isReadOnly(field) ? ', read only' : ''),
        row(field.description ?? ''),
      ]),
    ),
    ...chapter(
      'Methods',
      ['method', 'returns', 'meaning'],
      methods.map(({ name, parameters = [], return: returned, description: meaning }) => [
        code(
          `${name}(${parameters.map((each) => `${each.name}${each.optional === true ? '?' : ''}: ${each.type?.text ?? 'unknown'}`).join(', ')})`,
        ),
        code(row(returned?.type?.text ?? '')),
        row(meaning ?? ''),
      ]),
    ),
    ...named('Events', 'event', events),
    ...named('Slots', 'slot', slots),
    ...named('CSS parts', 'part', cssParts),
    ...chapter(
      'CSS custom properties',
      ['property', 'default', 'meaning'],
      cssProperties.map(({ name, default: value, description: meaning }) => [
        code(name),
        code(value ?? ''),
        row(meaning ?? ''),
      ]),
    ),
  ].join('\n\n');
}

function typeOf({ members = [] }: DescribedElement, fieldName: string | undefined): string {
  const field = members.find(({ name }) => name === fieldName);
  return field?.kind === 'field' ? (field.type?.text ?? '') : '';
}

/** The analyser says it; the schema of the manifest does not know it yet. */
function isReadOnly(field: object): boolean {
  return 'readonly' in field && field.readonly === true;
}

interface Named {
  readonly name?: string;
  readonly description?: string;
}

function named(title: string, kind: string, all: readonly Named[]): readonly string[] {
  return chapter(
    title,
    [kind, 'meaning'],
    all.map(({ name = '', description = '' }) => [code(name === '' ? 'default' : name), row(description)]),
  );
}

function chapter(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [`**${title}**`, table(head, rows)];
}
