import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readText, stalePointers, texts } from './pointers.js';

const root = join(import.meta.dirname, '../../..');

test('whatever file or folder a comment or a document names is there', () => {
  expect(texts(root).flatMap((path) => stalePointers(root, path, readText(root, path)))).toEqual([]);
});

test.each([
  ['src/base/a.ts', '/** See src/gone/b.ts. */', 'src/gone/b.ts'],
  ['src/base/a.ts', '// As in gone.ts beside this.', 'gone.ts'],
  ['src/base/a.ts', '/** Kept by src/gone. */', 'src/gone'],
  ['pytorch/qcs_fer/a.py', '"""As qcs_fer/gone.py does."""', 'qcs_fer/gone.py'],
  ['pytorch/qcs_fer/a.py', 'a = 1  # docs/gone.md', 'docs/gone.md'],
  ['docs/a.md', 'Read [this](howto/gone.md#why).', './howto/gone.md'],
  ['docs/a.md', 'Read [this](src/base/random.ts), wrongly addressed.', './src/base/random.ts'],
  ['docs/a.md', 'It is `pytorch/gone`.', 'pytorch/gone'],
])('%s is caught that says: %s', (path, source, pointer) => {
  expect(stalePointers(root, path, source)).toEqual([`${path}: ${pointer}`]);
});

test('what lies there, what a pattern means, and addresses elsewhere are left in peace', () => {
  const source =
    'See [the house](architecture.md#rooms), `src/<room>/worker.ts`, `src/define*.ts` and https://a.org/src/b.ts.';
  expect(stalePointers(root, 'docs/a.md', source)).toEqual([]);
  expect(stalePointers(root, 'src/base/a.ts', `const path = 'src/gone.ts'; // random.ts, src/base/random.ts`)).toEqual(
    [],
  );
});
