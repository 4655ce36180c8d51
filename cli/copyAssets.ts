/** `copy-assets`: the package's files into a folder of a site, for bundlers that copy none. */
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RuntimeError } from '../src/errors.js';
import { writeError } from '../src/storage/node/writeWhole.js';
import { print } from './output.js';
import { UsageError } from './usageError.js';

export const COPY_ASSETS_USAGE = `copy-assets DIR

Copies what a page loads besides your own bundle (workers, WebAssembly, detector, the shipped model) to DIR, and lists it. For bundlers that
do not follow new URL('./file', import.meta.url), such as esbuild. Then tell the library where DIR is served:
  import { configure } from 'qcs-fer';
  configure({ base: '/qcs-fer/' });`;

/** What pages load, in the built package: the rest is for bundlers and Node. */
const LOADED =
  /^(?:chunks|parts|models|runtime|assets[.\w]*\.js|lit\.bundled\.js|[\w-]+-worker\.js|LICENSE|NOTICE|THIRD-PARTY-LICENSES\.txt)$/;

/** Runs the command. @throws UsageError; RuntimeError `storage-full`, `storage-refused`, and `internal` where the package was not built */
export async function runCopyAssets(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.length !== 1) throw new UsageError('Name one folder to copy to.');
  const [target] = positionals;
  const source = await builtFolder();
  const names = (await readdir(source)).filter((name) => LOADED.test(name)).sort();
  for (const name of names) {
    try {
      await mkdir(target, { recursive: true });
      await cp(join(source, name), join(target, name), { recursive: true });
    } catch (cause) {
      throw writeError(join(target, name), cause);
    }
    print(`${join(target, name)}\n`);
  }
}

/** Beside the built command line, or `dist/` of the source tree. */
async function builtFolder(): Promise<string> {
  for (const candidate of [new URL('./', import.meta.url), new URL('../dist/', import.meta.url)]) {
    const folder = fileURLToPath(candidate);
    const worker = await stat(join(folder, 'recognizer-worker.js')).catch(() => null);
    if (worker !== null) return folder;
  }
  throw new RuntimeError('internal', 'The package is not built. Run npm run build.');
}
