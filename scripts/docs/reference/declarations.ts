/** What an entry of the package exports, with its comments: read from the declarations that the compiler writes. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSync } from 'vite';
import { commentOf, type DocComment } from './comments.js';

type Kind = 'function' | 'interface' | 'type' | 'class' | 'constant';

export interface Member {
  readonly name: string;
  /** As a reader of TypeScript writes it, without what is private. */
  readonly signature: string;
  readonly optional: boolean;
  readonly comment: DocComment;
}

export interface Declared {
  readonly name: string;
  readonly kind: Kind;
  /** Below the folder of the declarations. */
  readonly module: string;
  /** The declaration, without its members' comments. */
  readonly code: string;
  readonly comment: DocComment;
  /** Of interfaces and of types that are objects. */
  readonly members: readonly Member[];
  /** Interfaces of the project that an interface extends. */
  readonly parents: readonly Declared[];
}

/** The part of the syntax tree that is read here: every node has a place, and some have a name, a body or a declaration. */
interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly id?: SyntaxNode & { readonly name?: string };
  readonly key?: SyntaxNode & { readonly name?: string };
  readonly body?: SyntaxNode & { readonly body?: readonly SyntaxNode[] };
  readonly typeAnnotation?: SyntaxNode & { readonly members?: readonly SyntaxNode[] };
  readonly declaration?: SyntaxNode | null;
  readonly declarations?: readonly SyntaxNode[];
  readonly specifiers?: readonly (SyntaxNode & {
    readonly local: Named;
    readonly exported: Named;
    readonly imported: Named;
  })[];
  readonly source?: { readonly value: string } | null;
  readonly extends?: readonly (SyntaxNode & { readonly expression: Named })[];
  readonly optional?: boolean;
  readonly accessibility?: string | null;
}
type Named = SyntaxNode & { readonly name?: string; readonly value?: string };

interface ParsedModule {
  readonly path: string;
  readonly text: string;
  readonly body: readonly SyntaxNode[];
  readonly comments: readonly {
    readonly type: string;
    readonly value: string;
    readonly start: number;
    readonly end: number;
  }[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  TSDeclareFunction: 'function',
  TSInterfaceDeclaration: 'interface',
  TSTypeAliasDeclaration: 'type',
  ClassDeclaration: 'class',
  VariableDeclaration: 'constant',
};

/**
 * Every name that the entry exports, in the order of its statements.
 * @param types the folder of the declarations
 * @param entry for instance `index`
 * @throws Error for a name that leads to no declaration
 */
export function exportsOf(types: string, entry: string): readonly Declared[] {
  const modules = new Map<string, ParsedModule>();
  const moduleAt = (path: string): ParsedModule => {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const text = readFileSync(path, 'utf8');
    const { program, comments } = parseSync(path, text);
    const parsed = { path, text, body: program.body as readonly SyntaxNode[], comments };
    modules.set(path, parsed);
    return parsed;
  };
  const asked = (from: ParsedModule, source: string) =>
    moduleAt(resolve(dirname(from.path), source.replace(/\.js$/, '.d.ts')));

  const declared = (from: ParsedModule, name: string): Declared => {
    for (const statement of from.body) {
      const inner = statement.declaration ?? statement;
      const named = inner.declarations?.[0]?.id?.name ?? inner.id?.name;
      if (named === name && inner.type in KINDS)
        return { ...describe(types, from, statement, inner, name), parents: parentsOf(from, inner) };
      const specifier = statement.specifiers?.find((each) =>
        statement.type === 'ImportDeclaration' ? nameOf(each.local) === name : nameOf(each.exported) === name,
      );
      if (specifier !== undefined && statement.source) {
        const there = statement.type === 'ImportDeclaration' ? specifier.imported : specifier.local;
        return declared(asked(from, statement.source.value), nameOf(there));
      }
    }
    throw new Error(`${from.path} exports ${name}, and nothing declares it.`);
  };
  const parentsOf = (from: ParsedModule, inner: SyntaxNode): readonly Declared[] =>
    inner.type === 'TSInterfaceDeclaration' && inner.extends !== undefined
      ? inner.extends.flatMap(({ expression }) =>
          expression.name === undefined ? [] : [declared(from, expression.name)],
        )
      : [];
  const exported = (from: ParsedModule): readonly Declared[] =>
    from.body.flatMap((statement) => {
      if (statement.type === 'ExportAllDeclaration') return exported(asked(from, statement.source!.value));
      if (statement.type !== 'ExportNamedDeclaration') return [];
      const own = statement.declaration?.declarations?.[0]?.id?.name ?? statement.declaration?.id?.name;
      const names = statement.specifiers?.map((specifier) => nameOf(specifier.exported)) ?? [];
      return [...(own === undefined ? [] : [own]), ...names].map((name) => declared(from, name));
    });
  return exported(moduleAt(resolve(types, `${entry}.d.ts`)));
}

function nameOf({ name, value }: Named): string {
  return name ?? value ?? '';
}

function describe(
  types: string,
  from: ParsedModule,
  statement: SyntaxNode,
  inner: SyntaxNode,
  name: string,
): Omit<Declared, 'parents'> {
  const members = inner.body?.body ?? inner.typeAnnotation?.members ?? [];
  const visible = members.filter(({ accessibility }) => accessibility !== 'private' && accessibility !== 'protected');
  return {
    name,
    kind: KINDS[inner.type],
    module: from.path.slice(resolve(types).length + 1),
    code: codeOf(from, inner),
    comment: commentBefore(from, statement),
    members: visible.map((member) => ({
      name: member.key?.name ?? '',
      signature: withoutComments(from, member)
        .replace(/;$/, '')
        .replace(/^readonly /, ''),
      optional: member.optional === true,
      comment: commentBefore(from, member),
    })),
  };
}

function codeOf(from: ParsedModule, { type, ...node }: SyntaxNode): string {
  const code = withoutComments(from, { type, ...node });
  return code.replace(/^declare /, '').replaceAll(/^ {4}/gm, '  ');
}

function withoutComments({ text, comments }: ParsedModule, { start, end }: SyntaxNode): string {
  let code = '';
  let at = start;
  for (const comment of comments.filter((each) => each.start >= start && each.end <= end)) {
    code += text.slice(at, comment.start).trimEnd();
    at = comment.end;
  }
  return (code + text.slice(at, end)).trim();
}

/** The comment that ends where the node begins, but for spaces. */
function commentBefore({ text, comments }: ParsedModule, { start }: SyntaxNode): DocComment {
  const before = comments.findLast(
    ({ type, value, end }) =>
      type === 'Block' && value.startsWith('*') && end <= start && text.slice(end, start).trim() === '',
  );
  return commentOf(before?.value ?? '');
}
