/**
 * The manual as a site, made of `docs/` and the code. `npm run docs` serves it while it is written, `npm run docs:build` writes it to
 * `dist-docs/`, and fails where a link leads nowhere. `--base /some/where/` for a site that does not lie at the top of its server.
 */
import { rmSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, createServer } from 'vitepress';
import { writeReference } from './reference/write.js';
import { assemble } from './site/assemble.js';
import { deadLinks } from './site/deadLinks.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const pages = join(root, '.docs');
const site = join(root, 'dist-docs');

/** Anew, so that no page of an earlier run is left. */
function gather(): void {
  rmSync(pages, { recursive: true, force: true });
  writeReference(root);
  assemble(root, pages);
}

async function buildSite(base: string): Promise<void> {
  await build(pages, { base, outDir: site });
  const dead = deadLinks(site, base);
  if (dead.length > 0) throw new Error(`Links of the site lead nowhere:\n${dead.join('\n')}`);
  process.stdout.write('Built dist-docs/.\n');
}

async function serveSite(base: string): Promise<void> {
  const server = await createServer(pages, { base });
  await server.listen();
  server.printUrls();
  watch(join(root, 'docs'), { recursive: true }, () => {
    try {
      assemble(root, pages);
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    }
  });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { base: { type: 'string', default: '/' } },
});
gather();
await (positionals[0] === 'build' ? buildSite : serveSite)(values.base);
