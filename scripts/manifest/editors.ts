/** The elements for editors: custom data of VS Code (version 1.1) and web-types of the JetBrains ones. */
import type { ClassField } from 'custom-elements-manifest/schema';
import type { DescribedElement } from './elements.js';

/** https://github.com/microsoft/vscode-custom-data */
export function codeData(elements: readonly DescribedElement[]): object {
  return {
    version: 1.1,
    tags: elements.map((element) => ({
      name: element.tagName,
      description: markdown(longText(element)),
      attributes: (element.attributes ?? []).map(({ name, description, type }) => ({
        name,
        ...(description === undefined ? {} : { description: markdown(description) }),
        ...valuesOf(type?.text),
      })),
    })),
  };
}

/** https://github.com/JetBrains/web-types */
export function webTypes(elements: readonly DescribedElement[], name: string, version: string): object {
  return {
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name,
    version,
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: elements.map((element) => ({
          name: element.tagName,
          description: element.description,
          attributes: (element.attributes ?? []).map(({ name: attribute, description, type, default: standard }) => ({
            name: attribute,
            description,
            default: standard,
            value: { type: type?.text },
          })),
          slots: (element.slots ?? []).map(({ name: slot, description }) => ({ name: slot, description })),
          js: {
            properties: propertiesOf(element).map(({ name: property, description, type, readonly }) => ({
              name: property,
              description,
              value: { type: type?.text },
              ...(readonly === true ? { 'read-only': true } : {}),
            })),
            events: (element.events ?? []).map(({ name: event, description }) => ({ name: event, description })),
          },
          css: {
            properties: (element.cssProperties ?? []).map(({ name: property, description, default: standard }) => ({
              name: property,
              description,
              default: standard,
            })),
            parts: (element.cssParts ?? []).map(({ name: part, description }) => ({ name: part, description })),
          },
        })),
      },
    },
  };
}

/** A property as the analyser describes it; schema 1.0.0 does not know yet that some can only be read. */
export interface DescribedProperty extends ClassField {
  readonly readonly?: boolean;
}

export function propertiesOf({ members = [] }: DescribedElement): readonly DescribedProperty[] {
  return members.filter((member) => member.kind === 'field');
}

function markdown(value: string): object {
  return { kind: 'markdown', value };
}

/** VS Code shows nothing of events, slots and parts by itself. */
function longText({ description = '', events = [], slots = [], cssParts = [] }: DescribedElement): string {
  const lists = [
    ['Events', events],
    ['Slots', slots],
    ['Parts', cssParts],
  ] as const;
  const sections = lists
    .filter(([, entries]) => entries.length > 0)
    .map(([title, entries]) => {
      const lines = entries.map((entry) => `- \`${entry.name || '(default)'}\`: ${entry.description ?? ''}`);
      return `**${title}**\n\n${lines.join('\n')}`;
    });
  return [description, ...sections].join('\n\n');
}

/** Words to choose from; `v` is VS Code's name for attributes without a value. */
function valuesOf(type = ''): object {
  if (type === 'boolean') return { valueSet: 'v' };
  const words = [...type.matchAll(/'([^']+)'/g)].map(([, word]) => ({ name: word }));
  return words.length === 0 ? {} : { values: words };
}
