/**
 * What a recogniser holds after many live frames: their bitmaps, its WebAssembly memories, tensors, GPU buffers, and JavaScript's heap. `npm run
 * soak:frames` asks for 2,000 frames; here they are few.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { createRecognizer } from '../../../src/inference/index.js';
import { monaLisa } from '../support.js';

const FRAMES = Number(import.meta.env['VITE_FRAMES'] ?? 60);
/** By then one, two and no face have been seen, and everything has been needed once. */
const WARM = FRAMES / 2;
/** From here on the browser has compiled, by then, what it will: some 2 MB. */
const LONG = 2000;
/** What a heap may hold more at the end than after the warm-up, in bytes; of a long run 200 a frame. */
const SLACK = FRAMES < LONG ? 2e6 : 100 * FRAMES;

const { close: CLOSE } = Object.getOwnPropertyDescriptors(ImageBitmap.prototype);

afterEach(() => {
  Object.defineProperty(ImageBitmap.prototype, 'close', CLOSE);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Counts bitmaps, and memories of WebAssembly, that are made from now on. */
function watch() {
  const open = new Set<ImageBitmap>();
  const memories: WebAssembly.Memory[] = [];
  const make = createImageBitmap as (...all: unknown[]) => Promise<ImageBitmap>;
  let made = 0;
  vi.stubGlobal('createImageBitmap', async (...all: unknown[]) => {
    const bitmap = await make(...all);
    made++;
    open.add(bitmap);
    return bitmap;
  });
  // No spy: it would keep every bitmap.
  Object.defineProperty(ImageBitmap.prototype, 'close', {
    ...CLOSE,
    value(this: ImageBitmap) {
      open.delete(this);
      CLOSE.value?.call(this);
    },
  });
  const { Memory } = WebAssembly;
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(function (descriptor) {
    const memory = new Memory(descriptor);
    memories.push(memory);
    return memory;
  });
  const buffers = vi.spyOn(GPUDevice.prototype, 'createBuffer');
  return () => ({
    made,
    held: {
      bitmaps: open.size,
      memories: memories.length,
      bytes: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
      tensors: tf.engine().state.numTensors,
      gpuBuffers: buffers.mock.calls.length,
    },
  });
}

/** Bytes of JavaScript's objects, of the browser's own, and of buffers, WebAssembly's apart, after all garbage was collected. */
async function heap(): Promise<number> {
  const tools = cdp() as unknown as { send(method: string): Promise<Readonly<Record<string, number>>> };
  for (let turn = 0; turn < 2; turn++) await tools.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

it(
  'is after the last frame what it was after the first ones, whatever the frames show',
  { timeout: 60_000 + FRAMES * 3000 },
  async () => {
    const picture = await createImageBitmap(await monaLisa());
    const counts = watch();
    const recognizer = await createRecognizer({ backend: 'wasm', worker: false });
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext('2d')!;
    let faces = 0;
    let after: { readonly held: ReturnType<typeof counts>['held']; readonly heap: number } | undefined;
    for (let frame = 0; frame < FRAMES; frame++) {
      context.fillStyle = `hsl(${frame * 7} 30% 40%)`;
      context.fillRect(0, 0, 640, 480);
      // Now none, now one, now two, and never at the same place.
      const shown = Math.floor(frame / 5) % 3;
      for (let person = 0; person < shown; person++) {
        context.drawImage(picture, 20 + person * 300 + (frame % 17), 10 + (frame % 11), 280, 420);
      }
      const observation = await recognizer.recognize(canvas, { mode: 'live', timestamp: frame * 33 });
      faces += observation.faces.length;
      if (frame === WARM - 1) after = { held: counts().held, heap: await heap() };
    }
    const { made, held } = counts();
    const grown = (await heap()) - after!.heap;
    console.info(`${FRAMES} frames, ${faces} faces: ${JSON.stringify({ ...held, grown })}`);
    expect(faces).toBeGreaterThan(FRAMES / 2);
    expect(made).toBeGreaterThanOrEqual(FRAMES);
    expect(held).toEqual(after!.held);
    expect(held).toMatchObject({ bitmaps: 0, tensors: 0, gpuBuffers: 0 });
    expect(held.memories).toBeGreaterThan(0);
    expect(grown).toBeLessThan(SLACK);
    await recognizer.dispose();
  },
);
