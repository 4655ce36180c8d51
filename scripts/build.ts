/**
 * `npm run build`: the library into `dist/` (ES modules, workers, types, WebAssembly, shipped model, command line) and the static demo
 * into `dist-demo/`. Both work from any sub-path of any static server.
 */
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transformWithOxc, type Plugin } from 'vite';
import { pruneDeclarations } from './declarations.js';
import { libraryEntries, NODE_MODULES, publicEntries } from './entries.js';
import { prepareKernels } from './kernels.js';
import { notePackages, writeLicences } from './licences.js';
import { writeManifests } from './manifest/write.js';
import { prepareAssets, prepareVisionFactory } from './prepare-assets.js';
import { visionWithoutScriptLoading } from './visionBundle.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const shippedModel = 'models/qcs-mobile';
/** Folders of the packages that went into a bundle. */
const bundled = new Set<string>();

/** The page's library and its workers: everything bundled but `assets.js`, whose literal URLs other bundlers must see. */
async function buildLibrary(): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // Bundlers take TensorFlow.js' questions whether Node's own names are there for a promise that they are.
    define: {
      'process.env.NODE_ENV': '"production"',
      process: 'undefined',
      Buffer: 'undefined',
      __filename: 'undefined',
      __dirname: 'undefined',
    },
    build: {
      outDir: dist,
      emptyOutDir: true,
      target: 'es2022',
      minify: 'oxc',
      lib: { entry: { ...libraryEntries(root) }, formats: ['es'] },
      rolldownOptions: {
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
    plugins: [assetsStayOutside(), litForServersToo(), visionWithoutScriptLoading(), notePackages(bundled)],
  });
  const source = await readFile(join(root, 'src/assets.dist.ts'), 'utf8');
  const { code } = await transformWithOxc(source, 'assets.dist.ts', { target: 'es2022', sourcemap: false });
  await writeFile(join(dist, 'assets.js'), code);
}

/** Keeps `assets.js` out of the bundles, imported from where it will lie: beside the entries, one folder above the chunks. */
function assetsStayOutside(): Plugin {
  const isAssets = /(^|\/)assets\.js$/;
  return {
    name: 'assets-stay-outside',
    enforce: 'pre',
    resolveId: (source) => (isAssets.test(source) ? { id: join(dist, 'assets.js'), external: 'relative' } : null),
    renderChunk(code, chunk) {
      const here = chunk.fileName.includes('/') ? '../assets.js' : './assets.js';
      return code.replaceAll(/(["'])[./]*dist\/assets\.js\1/g, `"${here}"`);
    },
  };
}

/**
 * Takes the files of Lit that Node would take: the same code, which uses the browser's HTMLElement and document where they are and
 * stand-ins where they are not, so that a server may import the library.
 */
function litForServersToo(): Plugin {
  const isLit = /^(lit|lit-html|lit-element|@lit\/reactive-element)(\/|$)/;
  const { resolve: resolveInNode } = createRequire(import.meta.url);
  return {
    name: 'lit-for-servers-too',
    enforce: 'pre',
    resolveId: (source, importer) =>
      isLit.test(source) ? resolveInNode(source, { paths: [importer === undefined ? root : dirname(importer)] }) : null,
  };
}

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
  // The demo's workers are bundled apart, from the modules that the library's are.
  writeLicences(join(root, 'dist-demo'), bundled);
}

async function main(): Promise<void> {
  prepareAssets();
  prepareKernels();
  prepareVisionFactory();
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await buildLibrary();
  await cp(join(root, 'public/runtime'), join(dist, 'runtime'), { recursive: true });
  await cp(join(root, 'public', shippedModel), join(dist, shippedModel), { recursive: true });
  // Under a second name, for assets.js: Parcel makes scripts of what ends in .json.
  await copyFile(join(dist, shippedModel, 'manifest.json'), join(dist, shippedModel, 'qcs-mobile.manifest'));
  buildTypes();
  writeManifests(root, dist);
  await buildForNode();
  await chmod(join(dist, 'cli.js'), 0o755);
  writeLicences(dist, bundled);
  await buildDemo();
  process.stdout.write('Built dist/ (library, command line) and dist-demo/ (demo).\n');
}

await main();
