/** The demo's service worker, with the list of the files that it keeps for use without a network. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { WORKER_FILE, type KeptFile } from '../src/demo/offline/names.js';
import { notePackages } from './licences.js';

/** MediaPipe's runtime, which only `detector: 'mediapipe'` asks for: 12 MiB that nobody needs in flight mode. */
const LEFT_OUT = /^(?:runtime\/vision_wasm|assets\/(?:mediaPipeFaces|visionFactory)-)/;

/** Vite writes the hash of what it emits into its name. */
const NAMED_BY_HASH = /^assets\/.+-[\w-]{8}\.\w+$/;

/** Every file of a built demo that is kept, in the order of their names. */
export function keptFiles(folder: string): readonly KeptFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => ({ path, url: path.slice(folder.length + 1).replaceAll('\\', '/') }))
    .filter(({ url }) => !LEFT_OUT.test(url) && url !== WORKER_FILE)
    .map(({ path, url }) => ({ url, revision: NAMED_BY_HASH.test(url) ? null : hashOf(path) }))
    .sort((first, second) => (first.url < second.url ? -1 : 1));
}

/**
 * Writes the service worker into a built demo, after everything that it is to keep.
 * @param bundled takes the folders of the packages that went in
 */
export async function writeServiceWorker(root: string, folder: string, bundled: Set<string>): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"', KEPT_FILES: JSON.stringify(keptFiles(folder)) },
    plugins: [notePackages(bundled)],
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      // Not every browser runs a module as a service worker.
      lib: {
        entry: join(root, 'src/demo/offline/service-worker.ts'),
        formats: ['iife'],
        name: 'serviceWorker',
        fileName: () => WORKER_FILE,
      },
    },
  });
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}
