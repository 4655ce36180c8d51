/** `npm run layers`: draws the table of floors in docs/architecture.md and says what breaks it. `npm run lint` only says so. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { violations } from './check.js';
import { withDiagram } from './diagram.js';
import { readSources } from './sources.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const page = join(root, 'docs/architecture.md');

const found = [...violations(readSources(root))];
const drawn = readFileSync(page, 'utf8');
const drawing = withDiagram(drawn);
if (process.argv.includes('--write')) writeFileSync(page, drawing);
else if (drawing !== drawn) found.push('docs/architecture.md shows another table: run `npm run layers`.');

for (const violation of found) process.stderr.write(`${violation}\n`);
process.exitCode = found.length === 0 ? 0 : 1;
