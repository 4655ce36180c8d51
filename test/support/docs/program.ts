/** The TypeScript and JavaScript blocks of the documents, compiled in one go against the package's own types. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { placeOf, type CodeBlock } from './blocks.js';

const OPTIONS = {
  compilerOptions: {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    jsx: 'react-jsx',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ['*'],
};

/**
 * What the compiler says, with the places in the documents.
 * @param folder inside of the package, which may import itself by its name
 */
export function compileBlocks(root: string, folder: string, blocks: readonly CodeBlock[]): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const byFile = new Map<string, CodeBlock>();
  for (const block of blocks) {
    const name = `block${byFile.size}.${block.language}`;
    byFile.set(name, block);
    // A block stands for itself: what one declares, the next does not see.
    writeFileSync(join(folder, name), `${block.text}export {};\n`);
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(OPTIONS));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => /\berror TS\d+/.test(line))
    .map((line) => {
      const [, path, row, said] = /^(.*?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const block = byFile.get(basename(path ?? ''));
      return block === undefined ? line : `${placeOf({ ...block, line: block.line + Number(row) - 1 })}: ${said}`;
    });
}
