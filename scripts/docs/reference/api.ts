/** Pages of the library's and Node's names, made of their types and comments. */
import { code, row, sentence, table } from './markdown.js';
import { exportsOf, type Declared, type Member } from './declarations.js';

export interface ApiPage {
  readonly title: string;
  readonly lead: string;
  /** The entry of the package, for instance `index`. */
  readonly entry: string;
}

const CHAPTERS: readonly (readonly [title: string, kinds: readonly Declared['kind'][]])[] = [
  ['Functions', ['function']],
  ['Types', ['interface', 'type']],
  ['Constants', ['constant']],
];
/** An example, for which a cell of a table has no room. */
const CODE_BLOCK = /```[^]*?```/g;
/** The type of the codes, which have a page of their own. */
const CODES = 'QcsErrorCode';
const ELEMENTS = 'elements.md';
const ERRORS = '../errors.md';

/** @param types the folder of the declarations */
export function apiPage(types: string, { title, lead, entry }: ApiPage): string {
  const declared = exportsOf(types, entry);
  const own = new Set(declared.filter(({ kind, name }) => kind !== 'class' && name !== CODES).map(({ name }) => name));
  const chapters = CHAPTERS.flatMap(([chapter, kinds]) => {
    const members = declared.filter(({ kind, name }) => kinds.includes(kind) && name !== CODES);
    return members.length === 0 ? [] : [`## ${chapter}`, ...members.map((each) => section(each, own))];
  });
  const classes = declared.filter(({ kind }) => kind === 'class');
  const errors = classes.filter(({ module }) => module === 'errors.d.ts');
  const elements = classes.filter((each) => !errors.includes(each));
  return [
    `# ${title}`,
    lead,
    ...chapters,
    '## Errors',
    table(
      ['class', 'what it is for'],
      errors.map(({ name, comment }) => [code(name), sentence(comment.text)]),
    ),
    `Each has a \`code\` of the type \`${CODES}\`. [Errors by code](${ERRORS}) says what happened and what to do.`,
    ...(elements.length === 0
      ? []
      : [
          '## Classes of the elements',
          `${elements.map(({ name }) => code(name)).join(', ')}: see [the elements](${ELEMENTS}). Importing them registers nothing.`,
        ]),
    '',
  ].join('\n\n');
}

function section(declared: Declared, own: ReadonlySet<string>): string {
  const { name, comment, kind } = declared;
  const members = [...hiddenMembers(declared, own), ...declared.members];
  return [
    `### ${code(kind === 'function' ? `${name}()` : name)} {#${name.toLowerCase()}}`,
    ...(comment.text === '' ? [] : [comment.text]),
    ...(members.length > 0 ? parents(declared, own) : [`\`\`\`ts excerpt\n${declared.code}\n\`\`\``]),
    ...(comment.parameters.length > 0
      ? [comment.parameters.map(([parameter, text]) => `- ${code(parameter)}: ${text}`).join('\n')]
      : []),
    ...comment.throws.map((text) => `Throws ${text.replace(/\.?$/, '.')}`),
    ...(members.length > 0
      ? [
          table(
            ['member', 'type', 'meaning'],
            members.map((member) => memberRow(member, own)),
          ),
        ]
      : []),
  ].join('\n\n');
}

/** What an interface takes over from others that have a section. */
function parents(declared: Declared, own: ReadonlySet<string>): readonly string[] {
  const told = declared.parents.filter(({ name }) => own.has(name));
  return told.length === 0 ? [] : [`All of ${told.map(({ name }) => linkedType(name, own)).join(' and ')}, and:`];
}

/** Members of parents that the package does not export by name. */
function hiddenMembers({ parents: above }: Declared, own: ReadonlySet<string>): readonly Member[] {
  const hidden = above.filter(({ name }) => !own.has(name));
  return hidden.flatMap((parent) => [...hiddenMembers(parent, own), ...parent.members]);
}

function memberRow({ name, signature, optional, comment }: Member, own: ReadonlySet<string>): readonly string[] {
  const isMethod = new RegExp(`^${name}\\??[(<]`).test(signature);
  const type = isMethod ? signature.slice(name.length) : signature.replace(/^[^:]*:\s*/, '');
  const throwing = comment.throws.map((text) => ` Throws ${text.replace(/\.?$/, '.')}`).join('');
  return [
    code(`${name}${optional ? '?' : ''}${isMethod ? '()' : ''}`),
    linkedType(type.replaceAll(/\s+/g, ' '), own),
    row(`${comment.text.replaceAll(CODE_BLOCK, '')}${throwing}`),
  ];
}

/** A type whose names lead to their own sections: HTML, for there are no links inside of Markdown's code. */
function linkedType(type: string, own: ReadonlySet<string>): string {
  const escaped = type
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('|', '&#124;');
  const text = escaped.replaceAll(/[A-Za-z]\w*/g, (word) =>
    own.has(word) ? `<a href="#${word.toLowerCase()}">${word}</a>` : word,
  );
  return `<code>${text.replaceAll('{', '&#123;').replaceAll('}', '&#125;')}</code>`;
}
