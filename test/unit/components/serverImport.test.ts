import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Runs a module in a plain Node process, where there is no window, document or custom element. */
function inNode(code: string): string {
  return execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
}

test('the public names can be imported on a server: no window, no document, nothing registered', () => {
  const output = inNode(`
    const library = await import('./src/index.ts');
    // Lit's own stand-in for servers, where there is one.
    const registered = globalThis.customElements?.get('qcs-fer') !== undefined;
    const globals = ['window', 'document', 'HTMLElement'].filter((name) => name in globalThis);
    console.log(JSON.stringify({ registered, globals, element: typeof library.QcsFer, create: typeof library.createRecognizer }));
  `);
  expect(JSON.parse(output)).toEqual({ registered: false, globals: [], element: 'function', create: 'function' });
});

test('the registering entry can be imported on a server too, twice', () => {
  const code = `await import('./src/define.ts'); await import('./src/define.ts?again'); console.log(typeof document);`;
  expect(inNode(code)).toBe('undefined');
});
