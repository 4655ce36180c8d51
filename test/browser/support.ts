/** What the browser tests of faces and recognition share. */
import { vi } from 'vitest';
import { assetUrls } from '../../src/assets.js';
import type { DetectorUrls } from '../../src/faces/detector.js';

/** Where Vite serves `public/`. */
export function detectorUrls(): DetectorUrls {
  const { detector, visionBinary } = assetUrls();
  return { detector, visionBinary };
}

export function wasmUrls(): { readonly plain: URL; readonly simd: URL } {
  const { tfjsWasm, tfjsWasmSimd } = assetUrls();
  return { plain: tfjsWasm, simd: tfjsWasmSimd };
}

/** Leonardo's Mona Lisa: one calm face. */
export async function monaLisa(): Promise<Blob> {
  return (await fetch(new URL('/samples/mona-lisa.jpg', location.href))).blob();
}

/** Lets a test get at the WebGL contexts that are made from now on; undone by `vi.restoreAllMocks`. */
export function captureContexts(): Set<WebGLRenderingContext> {
  const contexts = new Set<WebGLRenderingContext>();
  for (const canvas of [OffscreenCanvas, HTMLCanvasElement]) {
    const prototype = canvas.prototype as { getContext: (...options: unknown[]) => unknown };
    const original = prototype.getContext;
    vi.spyOn(prototype, 'getContext').mockImplementation(function (this: unknown, ...options) {
      const context = original.apply(this, options);
      if (context instanceof WebGLRenderingContext || context instanceof WebGL2RenderingContext) contexts.add(context);
      return context;
    });
  }
  return contexts;
}

const photoUrls = import.meta.glob<string>('../../../shared/data/photos/*.{jpg,png}', {
  eager: true,
  query: '?url',
  import: 'default',
});
const truths = import.meta.glob<Readonly<Record<string, readonly (readonly [number, number, number])[] | string>>>(
  '../../../shared/data/photos/faces.json',
  { eager: true, import: 'default' },
);

/** Whether the labelled photos lie beside the repository. Says so in the log where they do not. */
export function hasPhotos(): boolean {
  const found = Object.keys(photoUrls).length > 0;
  if (!found) console.info('Skipped: ../shared/data/photos is not there.');
  return found;
}

export async function photo(name: string): Promise<Blob> {
  const url = photoUrls[`../../../shared/data/photos/${name}`];
  return (await fetch(url)).blob();
}

/** Name and address of each webcam clip beside the repository; empty, with a line in the log, where there are none. */
export function clipUrls(): [name: string, url: string][] {
  const clips = import.meta.glob<string>('../../../shared/data/clips/*.mkv', {
    eager: true,
    query: '?url',
    import: 'default',
  });
  const found = Object.entries(clips).map(([path, url]): [string, string] => [path.split('/').at(-1)!, url]);
  if (found.length === 0) console.info('Skipped: ../shared/data/clips is not there.');
  return found;
}

/** The true faces by photo: squares [x, y, side] in pixels. */
export function trueFaces(): Readonly<Record<string, readonly (readonly [number, number, number])[]>> {
  const [entries] = Object.values(truths);
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, boxes]) => (typeof boxes === 'string' ? [] : [[name, boxes]])),
  );
}
