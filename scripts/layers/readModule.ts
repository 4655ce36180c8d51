/** What a module asks for: other modules, in every way that TypeScript and bundlers know, and names that it may have from the globals. */
import { type ESTree, parseSync } from 'vite';

/** How a module asks for another. Only a `value` is loaded together with it. */
export type Asking = 'value' | 'type' | 'later' | 'address';

export interface Request {
  /** The specifier as written, without a bundler's `?query`; null when it is computed. */
  readonly specifier: string | null;
  readonly asking: Asking;
}

export interface Module {
  readonly requests: readonly Request[];
  /** Every name that stands where a variable or a type may stand, with the member that is taken of it: `document.baseURI`. */
  readonly names: ReadonlySet<string>;
}

/** Parses a TypeScript or JavaScript module. @throws Error where it cannot be parsed. */
export function readModule(path: string, source: string): Module {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors.map(({ message }) => message).join(' ')}`);
  const requests: Request[] = [];
  const names = new Set<string>();
  const counted = new Set<ESTree.Node>();
  visit(program, program, (node, parent) => {
    const request = requestOf(node);
    if (request !== null) requests.push(request);
    if (counted.has(node) || isLabel(node, parent)) return;
    const path = pathOf(node, counted);
    if (path !== null) names.add(path.slice(0, 2).join('.'));
  });
  return { requests, names };
}

function visit(
  node: ESTree.Node,
  parent: ESTree.Node,
  visitor: (node: ESTree.Node, parent: ESTree.Node) => void,
): void {
  visitor(node, parent);
  for (const child of Object.values(node).flat() as unknown[]) {
    if (isNode(child)) visit(child, node, visitor);
  }
}

function isNode(value: unknown): value is ESTree.Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function requestOf(node: ESTree.Node): Request | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: plain(node.source.value), asking: node.importKind === 'type' ? 'type' : 'value' };
    case 'ExportAllDeclaration':
      return { specifier: plain(node.source.value), asking: node.exportKind === 'type' ? 'type' : 'value' };
    case 'ExportNamedDeclaration':
      if (node.source === null) return null;
      return { specifier: plain(node.source.value), asking: node.exportKind === 'type' ? 'type' : 'value' };
    case 'TSExternalModuleReference':
      return { specifier: plain(node.expression.value), asking: 'value' };
    case 'TSImportType':
      return { specifier: plain(node.source.value), asking: 'type' };
    case 'ImportExpression':
      return { specifier: literal(node.source), asking: 'later' };
    case 'NewExpression':
      return moduleAddress(node);
    default:
      return null;
  }
}

/** `new URL('./a', import.meta.url)`: bundlers take the module in that stands there. */
function moduleAddress({ callee, arguments: [address, base] }: ESTree.NewExpression): Request | null {
  if (callee.type !== 'Identifier' || callee.name !== 'URL' || address === undefined || base === undefined) return null;
  const beside = base.type === 'MemberExpression' && base.object.type === 'MetaProperty';
  const specifier = literal(address);
  return beside && specifier !== null && /\.[jt]s$/.test(specifier) ? { specifier, asking: 'address' } : null;
}

function literal(node: ESTree.Node): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return plain(node.value);
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return plain(node.quasis[0]?.value.raw ?? '');
  return null;
}

function plain(specifier: string): string {
  return specifier.replace(/\?.*$/, '');
}

/**
 * The names of a member expression from its first on, without `globalThis`: `document`, `baseURI`. Null where it does not begin with a
 * name. Adds what the path holds to `counted`, so that its parts are not taken for names of their own.
 */
function pathOf(node: ESTree.Node, counted: Set<ESTree.Node>): readonly string[] | null {
  switch (node.type) {
    case 'Identifier':
      counted.add(node);
      return [node.name];
    case 'MemberExpression': {
      const path = pathOf(node.object, counted);
      const member = node.computed ? literal(node.property) : nameIn(node.property);
      counted.add(node);
      if (path === null || member === null) return path;
      return path.length === 1 && path[0] === 'globalThis' ? [member] : [...path, member];
    }
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      counted.add(node);
      return pathOf(node.expression, counted);
    default:
      return null;
  }
}

function nameIn(node: ESTree.Node): string | null {
  return node.type === 'Identifier' ? node.name : null;
}

/** Whether a name says which member, key or export is meant, and so can be none of the globals. */
function isLabel(node: ESTree.Node, parent: ESTree.Node): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return parent.property === node && !parent.computed;
    case 'TSQualifiedName':
      return parent.right === node;
    case 'ImportSpecifier':
      return parent.imported === node;
    case 'ExportSpecifier':
      return parent.exported === node;
    case 'ExportAllDeclaration':
    case 'MetaProperty':
      return true;
    case 'TSNamedTupleMember':
      return parent.label === node;
    default:
      return 'key' in parent && parent.key === node && !('computed' in parent && parent.computed);
  }
}
