/**
 * The library of a build: entries, workers and what they share. Two things stay outside the bundles: `assets*.js`, whose literal URLs other
 * bundlers must see, and `lit.bundled.js`, for which bundlers take the page's own Lit (`browser` in package.json).
 * A file `lit.js` would be taken by Rollup for the package `lit`, when a file beside it asks for that.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, transformWithOxc, type InlineConfig, type Plugin } from 'vite';
import { libraryEntries } from './entries.js';
import { notePackages } from './licences.js';
import { visionWithoutScriptLoading } from './visionBundle.js';

const ASSETS = /(?:^|\/)(assets(?:\.\w+)?\.js)$/;
const LIT = /^(lit|lit-html|lit-element|@lit\/reactive-element)(\/|$)/;
/** Packages whose modules register something when they are loaded. Pieces with one keep their place in every page that names them. */
const REGISTERING = /\/node_modules\/@(?:tensorflow|mediapipe)\//;

/** @param bundled takes the folders of the packages that went in */
export async function buildLibrary(root: string, dist: string, bundled: Set<string>): Promise<void> {
  const litModules = new Set<string>();
  const outside = staysOutside(dist, (source) => {
    if (LIT.test(source)) litModules.add(source);
    return LIT.test(source) ? 'lit.bundled.js' : ASSETS.exec(source)?.[1];
  });
  await build({
    ...settings(root, dist),
    build: {
      ...settings(root, dist).build,
      emptyOutDir: true,
      lib: { entry: { ...libraryEntries(root) }, formats: ['es'] },
      rolldownOptions: {
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: ({ moduleIds }) =>
            moduleIds.some((id) => REGISTERING.test(id)) ? 'chunks/[name]-[hash].js' : 'parts/[name]-[hash].js',
        },
      },
    },
    plugins: [outside, importsAtOnce(), visionWithoutScriptLoading(), notePackages(bundled)],
  });
  await writeAssets(root, dist);
  await writeLit(root, dist, [...litModules].toSorted(), bundled);
}

function settings(root: string, dist: string): InlineConfig {
  return {
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
    build: { outDir: dist, emptyOutDir: false, target: 'es2022', minify: 'oxc' },
  };
}

/** Imports some modules from files that will lie beside the entries, one folder above the pieces. */
function staysOutside(dist: string, fileOf: (source: string) => string | undefined): Plugin {
  return {
    name: 'stays-outside',
    enforce: 'pre',
    resolveId: (source) => {
      const file = fileOf(source);
      return file === undefined ? null : { id: join(dist, file), external: 'relative' };
    },
    renderChunk: (code, { fileName }) =>
      code.replaceAll(
        /(["'])[./]*dist\/(assets(?:\.\w+)?\.js|lit\.bundled\.js)\1/g,
        (_, _quote: string, file: string) => `"${fileName.includes('/') ? '../' : './'}${file}"`,
      ),
  };
}

/**
 * Lets every entry name all modules that it needs, also those that only its modules import: a browser then asks for all of them at once, and
 * not level by level. They come last, so that modules are run in the order in which they were.
 */
function importsAtOnce(): Plugin {
  return {
    name: 'imports-at-once',
    generateBundle: (_, bundle) => {
      for (const entry of Object.values(bundle)) {
        if (entry.type !== 'chunk' || !entry.isEntry) continue;
        const needed = new Set<string>();
        const visit = (file: string): void => {
          if (needed.has(file)) return;
          needed.add(file);
          const chunk = bundle[file];
          if (chunk?.type === 'chunk') chunk.imports.forEach(visit);
        };
        entry.imports.forEach(visit);
        const others = [...needed].filter((file) => !entry.imports.includes(file));
        const lines = others.map((file) => `import "./${file.replace(/^.*\/dist\//, '')}";\n`).join('');
        // Its own imports, a line each, are what it begins with.
        const [own] = /^(?:import .*\n)*/.exec(entry.code)!;
        entry.code = own + lines + entry.code.slice(own.length);
      }
    },
  };
}

/** The twins with literal URLs, as they stand. */
async function writeAssets(root: string, dist: string): Promise<void> {
  const twins = (await readdir(join(root, 'src'))).filter((name) => /^assets.*\.dist\.ts$/.test(name));
  for (const twin of twins) {
    const source = await readFile(join(root, 'src', twin), 'utf8');
    const { code } = await transformWithOxc(source, twin, { target: 'es2022', sourcemap: false });
    await writeFile(join(dist, twin.replace('.dist.ts', '.js')), code.replaceAll('./assets.dist.js', './assets.js'));
  }
}

/** Lit for pages without a bundler and for servers; and what bundlers take instead. */
async function writeLit(root: string, dist: string, modules: readonly string[], bundled: Set<string>): Promise<void> {
  const source = join(dist, 'lit.package.js');
  await writeFile(source, modules.map((module) => `export * from '${module}';\n`).join(''));
  await build({
    ...settings(root, dist),
    build: { ...settings(root, dist).build, lib: { entry: { 'lit.bundled': source }, formats: ['es'] } },
    plugins: [litForServersToo(), notePackages(bundled)],
  });
}

/**
 * Takes the files of Lit that Node would take: the same code, which uses the browser's HTMLElement and document where they are and
 * stand-ins where they are not, so that a server may import the library.
 */
function litForServersToo(): Plugin {
  const { resolve } = createRequire(import.meta.url);
  return {
    name: 'lit-for-servers-too',
    enforce: 'pre',
    resolveId: (source, importer) =>
      LIT.test(source) && importer !== undefined ? resolve(source, { paths: [dirname(importer)] }) : null,
  };
}
