/** Where the contestants run: the built library, the peers' packages and the bench's own pages on one server, in Chromium. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { build } from 'vite';
import { CHROMIUM_ARGUMENTS, findChromium } from '../../test/support/chromium.js';
import { faceVideo, fakeCameraArguments } from '../../test/support/fakeCamera.js';
import { serve } from '../../test/support/server.js';
import { root } from '../openPages.js';
import { SHARED_FOLDERS } from './scenes.js';

export interface Host {
  readonly origin: string;
  /** Paths that were asked for, in their order. */
  readonly asked: string[];
  readonly launch: () => Promise<Browser>;
}

const PAGES = ['frame', 'turns', 'start', 'element', 'memories'] as const;

/** Pages put what they can do on their window, under the name of their module. */
const page = (name: string, body = '') => `<!doctype html>
<meta charset="utf-8"><link rel="icon" href="data:,"><title>${name}</title><body>${body}
<script type="module">
  import * as own from './${name}.js';
  Object.assign(window, own, { isReady: true });
</script>`;

/** A script that notes on the window when the element of that name shows its first face, and when it has searched the photo. */
export const noteFirst = (name: string) => `
  let after;
  ${name}.addEventListener('qcs-partial', ({ detail }) => {
    if (detail.observation.faces.length > 0) after ??= performance.now();
  });
  ${name}.addEventListener('qcs-result', ({ detail }) => {
    const complete = performance.now();
    window.first ??= { after: after ?? complete, complete, faces: detail.observation.faces.length };
  });`;

/** The smallest page with the element: it shows one photo. */
const tenLines = `<!doctype html>
<meta charset="utf-8"><link rel="icon" href="data:,"><title>element</title>
<script type="module" src="/dist/define.js"></script>
<qcs-fer backend="wasm"></qcs-fer>
<script>
  const element = document.querySelector('qcs-fer');
  ${noteFirst('element')}
  element.setAttribute('src', location.search.slice(1));
</script>`;

/** Runs `use`, then closes the server. */
export async function withHost(use: (host: Host) => Promise<void>): Promise<void> {
  if (!existsSync(join(root, 'dist/recognizer.js'))) throw new Error('dist/ is not there. Run: npm run build');
  const scripts = await bundlePages();
  const camera = fakeCameraArguments(await faceVideo());
  const asked: string[] = [];
  const server = await serve(root, {
    pages: {
      ...Object.fromEntries(PAGES.map((name) => [`/bench/${name}.html`, page(name)])),
      '/bench/ten-lines.html': tenLines,
      '/bench/blank.html': '<!doctype html><title>blank</title>',
    },
    // As a site sends files that have their version in their name.
    headers: { 'Cache-Control': 'public, max-age=3600' },
    also: SHARED_FOLDERS,
    intercept: (path) => {
      asked.push(path);
      const script = path.startsWith('/bench/') ? scripts.get(path.slice('/bench/'.length)) : undefined;
      return script === undefined ? null : { status: 200, body: script, type: 'text/javascript' };
    },
  });
  try {
    const launch = () =>
      chromium.launch({
        executablePath: findChromium(),
        args: [...CHROMIUM_ARGUMENTS, ...camera, '--enable-precise-memory-info'],
      });
    await use({ origin: server.origin, asked, launch });
  } finally {
    await server.close();
  }
}

/** The modules of the pages in JavaScript, with what they share. */
async function bundlePages(): Promise<ReadonlyMap<string, string>> {
  const result = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: Object.fromEntries(PAGES.map((name) => [name, join(root, `bench/recognise/page/${name}.ts`)])),
        formats: ['es'],
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const chunks = outputs
    .flatMap((each) => ('output' in each ? each.output : []))
    .filter((file) => file.type === 'chunk');
  return new Map(chunks.map(({ fileName, code }) => [fileName, code]));
}
