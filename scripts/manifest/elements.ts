/**
 * What the elements offer to pages, as a custom elements manifest (schema 1.0.0): read from their sources and comments by the analyser, and
 * cut down to the elements whose classes the package's entries export, without what is private or Lit's.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { ClassDeclaration, ClassMember, CustomElement, Module, Package } from 'custom-elements-manifest/schema';

type ElementDeclaration = ClassDeclaration & CustomElement;

/** An element's declaration with its tag and the module that it stands in. */
export type DescribedElement = ElementDeclaration & {
  readonly tagName: string;
  /** Below the repository's root. */
  readonly module: string;
  /** The entry of the package that registers it, such as `define-train`. */
  readonly entry: string;
};

/** The entries that register elements. */
const DEFINING = ['define', 'define-train', 'define-evaluate', 'define-models'] as const;
const EXPORTED = /^export \{([\w\s,]+)\};$/m;

/**
 * Reads the sources below `root`.
 * @throws Error for an element that is exported and not described, or has no tag
 */
export function describeElements(root: string): readonly DescribedElement[] {
  const analysed = analyse(root);
  return DEFINING.flatMap((entry) =>
    exportedClasses(root, entry).map(([name, source]) => {
      const declaration = analysed.modules
        .find(({ path }) => path === source)
        ?.declarations?.find((candidate) => candidate.name === name);
      const tagName = tagOf(readFileSync(join(root, source), 'utf8'), name);
      if (declaration?.kind !== 'class' || tagName === undefined) {
        throw new Error(`${entry} exports ${name}, which ${source} does not describe as an element with a tag.`);
      }
      return { ...pageSide(declaration as ElementDeclaration, root), tagName, module: source, entry };
    }),
  );
}

/** Classes that an entry exports, with their modules. */
function exportedClasses(root: string, entry: string): readonly (readonly [name: string, source: string])[] {
  const text = readFileSync(join(root, `src/${entry}.ts`), 'utf8');
  const names = EXPORTED.exec(text)?.[1]?.split(',') ?? [];
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const module = new RegExp(`^import \\{ ${name} \\} from '\\./(.*)\\.js';$`, 'm').exec(text)?.[1];
      if (module === undefined) throw new Error(`src/${entry}.ts exports ${name} and does not import it.`);
      return [name, `src/${module}.ts`];
    });
}

/** The manifest of the built package: one module for each entry that registers elements. */
export function packageManifest(elements: readonly DescribedElement[]): Package {
  const modules: readonly Module[] = DEFINING.map((entry) => {
    const path = `dist/${entry}.js`;
    const own = elements.filter((element) => element.entry === entry);
    return {
      kind: 'javascript-module',
      path,
      declarations: own.map(({ entry: _entry, module: _module, ...declaration }) => declaration),
      exports: own.flatMap(({ name, tagName }) => [
        { kind: 'js' as const, name, declaration: { name, module: path } },
        { kind: 'custom-element-definition' as const, name: tagName, declaration: { name, module: path } },
      ]),
    };
  });
  return { schemaVersion: '1.0.0', modules: [...modules] };
}

function analyse(root: string): Package {
  const folder = mkdtempSync(join(tmpdir(), 'qcs-manifest-'));
  try {
    const program = join(root, 'node_modules/@custom-elements-manifest/analyzer/cem.js');
    const config = 'scripts/manifest/analyzer.config.js';
    const args = [program, 'analyze', '--config', config, '--outdir', relative(root, folder)];
    execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(join(folder, 'custom-elements.json'), 'utf8')) as Package;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As `HTMLElementTagNameMap` has it. */
function tagOf(source: string, className: string): string | undefined {
  return new RegExp(`'([a-z-]+)': ${className};`).exec(source)?.[1];
}

/** The declaration without what a page cannot use. */
function pageSide(declaration: ElementDeclaration, root: string): ElementDeclaration {
  const { attributes, members = [], ...rest } = declaration;
  const isForPages = ({ privacy, static: ofClass, name }: ClassMember) =>
    (privacy === undefined || privacy === 'public') && ofClass !== true && !LIT_S.has(name);
  const spelled = <T extends { type?: { text: string } }>(described: T): T =>
    described.type === undefined ? described : { ...described, type: { text: spellOut(described.type.text, root) } };
  return {
    ...rest,
    // HTML knows attributes by small letters.
    ...(attributes === undefined
      ? {}
      : { attributes: attributes.map((attribute) => ({ ...spelled(attribute), name: attribute.name.toLowerCase() })) }),
    members: members.filter(isForPages),
  };
}

/** Methods that Lit and the browser call. */
const LIT_S: ReadonlySet<string> = new Set([
  'connectedCallback',
  'disconnectedCallback',
  'connectedMoveCallback',
  'willUpdate',
  'updated',
  'render',
]);

/** Where the types of attributes that hold one of a few words stand. */
const WORDS = 'src/gpu/preference.ts';

/** The words themselves instead of the name of their type: editors offer them. */
function spellOut(type: string, root: string): string {
  const text = readFileSync(join(root, WORDS), 'utf8');
  const unions = new Map([...text.matchAll(/export type (\w+) = ([^;]*);/g)].map(([, name, union]) => [name, union]));
  const spell = (name: string): string =>
    name
      .split(' | ')
      .map((part) => (unions.has(part) ? spell(unions.get(part)!) : part))
      .join(' | ');
  return spell(type);
}
