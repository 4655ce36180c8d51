/** Writes `docs/reference/`: what the manual says of elements, library, Node and command line is taken from the code itself. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeElements, type DescribedElement } from '../../manifest/elements.js';
import type { REFERENCE } from '../site/pages.js';
import { apiPage } from './api.js';
import { commandLinePage } from './commandLine.js';
import { elementsPage } from './elements.js';

/** The pages by file name. @param types the folder of the declarations */
export function referencePages(
  types: string,
  elements: readonly DescribedElement[],
): Readonly<Record<(typeof REFERENCE)[number], string>> {
  return {
    'elements.md': elementsPage(elements),
    'library.md': apiPage(types, {
      entry: 'index',
      title: 'Library',
      lead:
        'What `qcs-fer` exports; `qcs-fer/recognizer` has the same without the elements. Importing either has no side effect and is safe on a server. ' +
        'Boxes and points are in pixels of the source, probabilities sum to 1, times are milliseconds.',
    }),
    'node.md': apiPage(types, {
      entry: 'node',
      title: 'Node API',
      lead: 'What `qcs-fer/node` exports. [In Node](../node.md) tells what differs from the page.',
    }),
    'command-line.md': commandLinePage(),
  };
}

/** @param types where the declarations lie already, after a build; else they are made */
export function writeReference(root: string, types?: string, elements = describeElements(root)): void {
  const made = types === undefined ? mkdtempSync(join(tmpdir(), 'qcs-types-')) : undefined;
  try {
    if (made !== undefined) writeDeclarations(root, made);
    const target = join(root, 'docs/reference');
    mkdirSync(target, { recursive: true });
    for (const [file, text] of Object.entries(referencePages(types ?? made!, elements))) {
      writeFileSync(join(target, file), text);
    }
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true });
  }
}

function writeDeclarations(root: string, target: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', target], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
