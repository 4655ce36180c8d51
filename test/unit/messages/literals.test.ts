import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { literals } from './literals.js';

const root = join(import.meta.dirname, '../../..');

/** Rooms and modules whose texts stand in the catalogue. */
const CONVERTED = [
  'src/components/evaluate',
  'src/components/models',
  'src/components/recognise',
  'src/components/report',
  'src/demo/demo-shell.ts',
  'src/demo/game',
  'src/demo/kept-sessions.ts',
  'src/demo/recognise-tab.ts',
  'src/demo/status-line.ts',
  'src/demo/tour',
];

/** What is no text for people, and names that are the same in every language. */
const ALLOWED: ReadonlySet<string> = new Set([
  'boxes labels bars timeline why people',
  'boxes labels bars timeline',
  // Classes and colours of style sheets.
  'column wide',
  'row wide',
  'line second',
  'swatch second',
  'color-mix(in oklab, ',
  '&ensp;',
  'ms',
  'QCS-FER',
  'FERPlus',
  'JSON',
]);

test('a text in a template, in an attribute or in a string is found; errors, styles and keys are not', () => {
  const source = [
    "import { css, html } from 'lit';",
    'const styles = css`a { color: red; margin: 0 auto }`;',
    "const words = 'Two words';",
    'const part = html`<p class="one two" aria-label="Say it">Hello ${html`<b title=${words}>there</b>`} ${5} %</p>`;',
    "throw new TypeError('Not for the catalogue');",
  ].join('\n');
  expect(literals('example.ts', source)).toEqual(['Two words', 'Say it', 'Hello', 'there']);
});

test.each(CONVERTED)('%s says nothing that stands outside the catalogue', (room) => {
  const files = room.endsWith('.ts')
    ? [room]
    : readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.styles.ts'))
        .map((path) => `${room}/${path}`);
  const found = files.flatMap((path) =>
    literals(path, readFileSync(join(root, path), 'utf8'))
      .filter((text) => !ALLOWED.has(text))
      .map((text) => `${path}: ${text}`),
  );
  expect(found).toEqual([]);
});
