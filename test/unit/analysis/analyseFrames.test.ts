import { describe, expect, it } from 'vitest';
import { analyseFrames, type FrameRecognizer } from '../../../src/analysis/analyseFrames.js';
import { pixelSource } from '../../../src/faces/crop.js';
import type { RecognizeOptions } from '../../../src/inference/recognizer.js';
import { faceOf } from '../../browser/components/fakeRecognizer.js';

const PIXELS = pixelSource({ data: new Uint8ClampedArray(4 * 16 * 16), width: 16, height: 16 });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sees one face in every frame, after the time that `patience` says. */
class Slow implements FrameRecognizer<number> {
  readonly model = { id: 'slow', version: '1', classes: ['happiness', 'fear'] };
  readonly asked: RecognizeOptions[] = [];
  readonly forgotten: string[] = [];
  busy = 0;
  mostBusy = 0;

  constructor(private readonly patience: (frame: number) => number) {}

  async recognize(frame: number, options: RecognizeOptions) {
    this.asked.push(options);
    this.mostBusy = Math.max(this.mostBusy, ++this.busy);
    await pause(this.patience(frame));
    this.busy -= 1;
    const faces = [faceOf({ id: 5, expression: frame % 3 === 0 ? 'fear' : 'happiness' }, this.model.classes)];
    return { faces, timing: { detect: 0, align: 0, infer: 0, total: 0 }, width: 16, height: 16, timestamp: 0 };
  }

  forget(stream: string): void {
    this.forgotten.push(stream);
  }
}

async function* frames(count: number, patience: (frame: number) => number = () => 0) {
  for (let index = 0; index < count; index++) {
    await pause(patience(index));
    yield { time: index / 4, frame: index };
  }
}

const read = (recognizer: Slow, source: ReturnType<typeof frames>, signal?: AbortSignal) =>
  analyseFrames(source, { recognizer, pixels: () => PIXELS, prior: 'balanced', signal });

describe('analyseFrames', () => {
  it('gives the same whether recognising or decoding is the slower, and never leaves out a frame', async () => {
    const results = await Promise.all([
      read(new Slow(() => 0), frames(20)),
      read(new Slow((frame) => (frame * 7) % 5), frames(20)),
      read(
        new Slow(() => 0),
        frames(20, (frame) => (frame * 3) % 4),
      ),
    ]);
    expect(results[0].frames).toBe(20);
    expect(results[0].rows).toHaveLength(20);
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
  });

  it('asks for one frame at a time, unsmoothed, by the time of the video, in a stream that it forgets', async () => {
    const recognizer = new Slow(() => 1);
    await read(recognizer, frames(6));
    expect(recognizer.mostBusy).toBe(1);
    const [{ stream }] = recognizer.asked;
    expect(recognizer.asked.map(({ timestamp }) => timestamp)).toEqual([0, 250, 500, 750, 1000, 1250]);
    for (const options of recognizer.asked) {
      expect(options).toMatchObject({ mode: 'live', smoothing: 0, prior: 'balanced', stream });
    }
    expect(recognizer.forgotten).toEqual([stream]);
  });

  it('has the next frame recognised while the last is dealt with', async () => {
    const recognizer = new Slow(() => 1);
    const asked: number[] = [];
    await analyseFrames(frames(4), {
      recognizer,
      pixels: () => PIXELS,
      prior: 'trained',
      onFrame: async () => {
        await pause(5);
        asked.push(recognizer.asked.length);
      },
    });
    expect(asked).toEqual([2, 3, 4, 4]);
  });

  it('ends with what went wrong while a frame was dealt with, and waits for the one under way', async () => {
    const recognizer = new Slow(() => 5);
    const onFrame = () => Promise.reject(new Error('no room'));
    const reading = analyseFrames(frames(4), { recognizer, pixels: () => PIXELS, prior: 'trained', onFrame });
    await expect(reading).rejects.toThrow('no room');
    expect(recognizer.busy).toBe(0);
    expect(recognizer.forgotten).toHaveLength(1);
  });

  it('ends with the reason of the signal, and stops the frames', async () => {
    const ending = new AbortController();
    let isOver = false;
    async function* endless() {
      try {
        for (let index = 0; ; index++) {
          if (index === 5) ending.abort(new Error('enough'));
          yield { time: index, frame: index };
        }
      } finally {
        isOver = true;
      }
    }
    const recognizer = new Slow(() => 0);
    await expect(read(recognizer, endless(), ending.signal)).rejects.toThrow('enough');
    expect(isOver).toBe(true);
    expect(recognizer.asked.length).toBeLessThan(8);
    expect(recognizer.forgotten).toHaveLength(1);
  });
});
