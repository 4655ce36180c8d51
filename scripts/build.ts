/**
 * `npm run build`: the library into `dist/` (ES modules, workers, types, WebAssembly, shipped model, command line), the static demo
 * into `dist-demo/`, and what the manual takes from the code into `docs/reference/`. Both folders work from any sub-path of any static server.
 */
import { chmod, copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { pruneDeclarations } from './declarations.js';
import { writeReference } from './docs/reference/write.js';
import { NODE_MODULES, publicEntries } from './entries.js';
import { prepareKernels } from './kernels.js';
import { buildLibrary } from './library.js';
import { notePackages, writeLicences } from './licences.js';
import { writeManifests } from './manifest/write.js';
import { writeServiceWorker } from './offline.js';
import { prepareAssets, prepareVisionFactory } from './prepare-assets.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const shippedModel = 'models/qcs-mobile';
/** Folders of the packages that went into a bundle. */
const bundled = new Set<string>();

/** Type declarations of the public entries. */
function buildTypes(): void {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const types = join(dist, 'types');
  pruneDeclarations(
    types,
    publicEntries(root).map((name) => join(types, `${name}.d.ts`)),
  );
}

/** The command line and the library for Node. What they share lies beside them, because `runtime/` is found beside the file that asks for it. */
async function buildForNode(): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // TensorFlow.js' WebAssembly loader asks where it lies, which modules of Node know under other names.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    plugins: [fetchOfNode(), notePackages(bundled)],
    ssr: { noExternal: true, external: ['webgpu'] },
    build: {
      outDir: dist,
      emptyOutDir: false,
      ssr: true,
      target: 'node20',
      rolldownOptions: {
        input: { ...NODE_MODULES },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'node-[name]-[hash].js' },
      },
    },
  });
}

/** TensorFlow.js falls back on a package where Node has no `fetch` of its own. The Nodes that we run on have one. */
function fetchOfNode(): Plugin {
  const name = 'node-fetch';
  return {
    name: 'fetch-of-node',
    enforce: 'pre',
    resolveId: (source) => (source === name ? `\0${name}` : null),
    load: (id) => (id === `\0${name}` ? 'export default globalThis.fetch;' : null),
  };
}

async function buildDemo(): Promise<void> {
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn', plugins: [notePackages(bundled)] });
  const demo = join(root, 'dist-demo');
  await writeServiceWorker(root, demo, bundled);
  // The demo's workers are bundled apart, from the modules that the library's are.
  writeLicences(demo, bundled);
}

async function main(): Promise<void> {
  prepareAssets();
  prepareKernels();
  prepareVisionFactory();
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await buildLibrary(root, dist, bundled);
  await cp(join(root, 'public/runtime'), join(dist, 'runtime'), { recursive: true });
  await cp(join(root, 'public', shippedModel), join(dist, shippedModel), { recursive: true });
  // Under a second name, for assets.js: Parcel makes scripts of what ends in .json.
  await copyFile(join(dist, shippedModel, 'manifest.json'), join(dist, shippedModel, 'qcs-mobile.manifest'));
  buildTypes();
  writeReference(root, join(dist, 'types'), writeManifests(root, dist));
  await buildForNode();
  await chmod(join(dist, 'cli.js'), 0o755);
  writeLicences(dist, bundled);
  await buildDemo();
  process.stdout.write('Built dist/ (library, command line) and dist-demo/ (demo).\n');
}

await main();
