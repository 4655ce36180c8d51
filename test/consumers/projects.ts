/** Other people's projects, as small as they can be: each shows one photo in `<qcs-fer>` with the packed library. */

export interface ConsumerProject {
  readonly name: string;
  /** What is installed beside the packed library; versions are pinned, so that the table says what was seen. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Contents by path. `/happy.jpg` is put where `photos` says. */
  readonly files: Readonly<Record<string, string>>;
  /** Folder that is served as it is and takes the photo; default `public`. */
  readonly photos?: string;
  /** Commands of the project, run in its folder one after another. */
  readonly build: readonly (readonly string[])[];
  /** Runs with `npm test`, too. */
  readonly isDaily?: true;
  /** Folder to serve, or a command that serves on the port it is given as the last argument. */
  readonly serve: { readonly folder: string; readonly base?: string } | { readonly command: readonly string[] };
}

const page = (body: string, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Consumer</title>${head}</head><body>${body}</body></html>`;
const module = (path: string) => `<script type="module" src="${path}"></script>`;
const element = '<qcs-fer src="./happy.jpg"></qcs-fer>';

const react = { react: '19.3.1', 'react-dom': '19.3.1' };
const next = { ...react, next: '16.4.6' };
const nextFiles = {
  'app/layout.jsx': `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }\n`,
  'app/page.jsx': `'use client';
import { useEffect } from 'react';
export default function Page() {
  useEffect(() => { void import('qcs-fer/define'); }, []);
  return <qcs-fer src="/happy.jpg"></qcs-fer>;
}
`,
};

/** What the others must look like. */
export const PLAIN = 'plain HTML at a sub-path';

export const PROJECTS: readonly ConsumerProject[] = [
  {
    name: PLAIN,
    isDaily: true,
    dependencies: {},
    files: { 'public/index.html': page(element, module('./qcs-fer/define.js')) },
    build: [['cp', '-r', 'node_modules/qcs-fer/dist', 'public/qcs-fer']],
    serve: { folder: 'public', base: '/some/where/' },
  },
  {
    name: 'Vite 8, React 19 with StrictMode',
    isDaily: true,
    dependencies: { ...react, vite: '8.3.8', '@vitejs/plugin-react': '6.3.0' },
    files: {
      'index.html': page('<div id="root"></div>', module('/main.jsx')),
      'vite.config.js': `import react from '@vitejs/plugin-react';\nexport default { plugins: [react()], base: './' };\n`,
      'main.jsx': `import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import 'qcs-fer/define';
createRoot(document.getElementById('root')).render(<StrictMode><qcs-fer src="./happy.jpg"></qcs-fer></StrictMode>);
`,
    },
    build: [['npx', 'vite', 'build']],
    serve: { folder: 'dist' },
  },
  {
    name: 'Vite 8, development',
    dependencies: { vite: '8.3.8' },
    files: {
      'index.html': page(element, module('/main.js')),
      'main.js': `import 'qcs-fer/define';\n`,
    },
    build: [],
    serve: { command: ['npx', 'vite', '--port'] },
  },
  {
    name: 'Vite 8, Vue 3',
    dependencies: { vue: '3.5.45', vite: '8.3.8', '@vitejs/plugin-vue': '6.0.11' },
    files: {
      'index.html': page('<div id="app"></div>', module('/main.js')),
      'vite.config.js': `import vue from '@vitejs/plugin-vue';
const isCustomElement = (tag) => tag.startsWith('qcs-');
export default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })], base: './' };
`,
      'App.vue': `<script setup>import 'qcs-fer/define';</script><template><qcs-fer src="./happy.jpg" /></template>\n`,
      'main.js': `import { createApp } from 'vue';\nimport App from './App.vue';\ncreateApp(App).mount('#app');\n`,
    },
    build: [['npx', 'vite', 'build']],
    serve: { folder: 'dist' },
  },
  {
    name: 'Vite 8, Svelte 5',
    dependencies: { svelte: '5.57.3', vite: '8.3.8', '@sveltejs/vite-plugin-svelte': '7.3.1' },
    files: {
      'index.html': page('<div id="app"></div>', module('/main.js')),
      'vite.config.js': `import { svelte } from '@sveltejs/vite-plugin-svelte';\nexport default { plugins: [svelte()], base: './' };\n`,
      'App.svelte': `<script>import 'qcs-fer/define';</script>\n<qcs-fer src="./happy.jpg"></qcs-fer>\n`,
      'main.js': `import { mount } from 'svelte';\nimport App from './App.svelte';\nmount(App, { target: document.getElementById('app') });\n`,
    },
    build: [['npx', 'vite', 'build']],
    serve: { folder: 'dist' },
  },
  {
    name: 'Next 16, Turbopack, built',
    isDaily: true,
    dependencies: next,
    files: nextFiles,
    build: [['npx', 'next', 'build']],
    serve: { command: ['npx', 'next', 'start', '--port'] },
  },
  {
    name: 'Next 16, Turbopack, development',
    dependencies: next,
    files: nextFiles,
    build: [],
    serve: { command: ['npx', 'next', 'dev', '--port'] },
  },
  {
    name: 'Next 16, webpack',
    dependencies: next,
    files: nextFiles,
    build: [['npx', 'next', 'build', '--webpack']],
    serve: { command: ['npx', 'next', 'start', '--port'] },
  },
  {
    name: 'webpack 5',
    isDaily: true,
    dependencies: { webpack: '5.112.2', 'webpack-cli': '7.3.1' },
    files: {
      'public/index.html': page(element, '<script defer src="./main.js"></script>'),
      'main.js': `import 'qcs-fer/define';\n`,
      'webpack.config.cjs': `module.exports = { mode: 'production', entry: './main.js', output: { path: __dirname + '/public', publicPath: 'auto', trustedTypes: { policyName: 'webpack' } } };\n`,
    },
    build: [['npx', 'webpack']],
    serve: { folder: 'public', base: '/packed/' },
  },
  {
    name: 'Rollup 4 with copy-assets',
    dependencies: { rollup: '4.68.8', '@rollup/plugin-node-resolve': '16.0.3' },
    files: {
      'public/index.html': page(element, module('./main.js')),
      'main.js': `import { configure } from 'qcs-fer/define';\nconfigure({ base: './qcs-fer/' });\n`,
      'rollup.config.mjs': `import resolve from '@rollup/plugin-node-resolve';
export default { input: 'main.js', output: { dir: 'public', format: 'es' }, plugins: [resolve({ browser: true })] };
`,
    },
    build: [
      ['npx', 'rollup', '-c'],
      ['npx', 'qcs-fer', 'copy-assets', 'public/qcs-fer'],
    ],
    serve: { folder: 'public', base: '/rolled/' },
  },
  {
    name: 'Parcel 2',
    dependencies: { parcel: '2.16.4' },
    files: {
      'index.html': page('<qcs-fer src="/happy.jpg"></qcs-fer>', module('./main.js')),
      'main.js': `import 'qcs-fer/define';\n`,
      'package.json': JSON.stringify({
        name: 'consumer',
        private: true,
        '@parcel/resolver-default': { packageExports: true },
      }),
      // Parcel looks for a project's root, and its settings, by this.
      'yarn.lock': '',
    },
    photos: 'out',
    // Hoisting leaves modules that a worker's files share unregistered.
    build: [['npx', 'parcel', 'build', 'index.html', '--dist-dir', 'out', '--no-cache', '--no-scope-hoist']],
    serve: { folder: 'out' },
  },
  {
    name: 'esbuild with copy-assets',
    dependencies: { esbuild: '0.28.2' },
    files: {
      'public/index.html': page(element, module('./main.js')),
      'main.js': `import { configure } from 'qcs-fer/define';\nconfigure({ base: './qcs-fer/' });\n`,
    },
    build: [
      ['npx', 'esbuild', 'main.js', '--bundle', '--format=esm', '--minify', '--splitting', '--outdir=public'],
      ['npx', 'qcs-fer', 'copy-assets', 'public/qcs-fer'],
    ],
    serve: { folder: 'public', base: '/es/' },
  },
];
