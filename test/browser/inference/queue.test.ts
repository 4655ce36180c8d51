import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../../src/errors.js';
import type { ExplainRequest } from '../../../src/inference/explainRequest.js';
import type { Explanation } from '../../../src/reading/explanation/explanation.js';
import { EXPLANATION } from '../../support/explanation.js';
import type { EngineHost } from '../../../src/inference/engineHost.js';
import type { FrameRequest } from '../../../src/inference/engineTypes.js';
import type { BackendState } from '../../../src/inference/cropClassifier.js';
import type { BackendName, FrameObservation } from '../../../src/inference/observation.js';
import { faceOf } from '../components/fakeRecognizer.js';
import { QueuedRecognizer } from '../../../src/inference/queuedRecognizer.js';

interface Call {
  readonly request: FrameRequest;
  finish(): void;
}

/** An engine that answers when the test says so. */
class ManualHost implements EngineHost {
  readonly inWorker = false;
  readonly backend: BackendState;
  readonly model = { id: 'm', version: '1', classes: [], family: 'qcs', backbone: 'mobilefacenet', bytes: 0 };
  readonly calls: Call[] = [];
  readonly questions: { readonly request: ExplainRequest; finish(): void }[] = [];

  constructor(name: BackendName = 'wasm') {
    this.backend = { name, reason: '' };
  }

  recognize(frame: ImageBitmap, request: FrameRequest): Promise<FrameObservation> {
    frame.close();
    const { timestamp, width, height } = request;
    const timing = { detect: 0, align: 0, infer: 0, total: 0 };
    return new Promise((resolve) => {
      this.calls.push({
        request,
        finish: () => {
          resolve({ faces: [], timing, width, height, timestamp });
        },
      });
    });
  }
  explain(frame: ImageBitmap, request: ExplainRequest): Promise<Explanation> {
    frame.close();
    return new Promise((resolve) => {
      this.questions.push({ request, finish: () => resolve(EXPLANATION) });
    });
  }
  forget(): void {}
  onLost() {
    return () => undefined;
  }
  dispose() {
    return Promise.resolve();
  }

  async call(index: number): Promise<Call> {
    await expect.poll(() => this.calls.length).toBeGreaterThan(index);
    return this.calls[index];
  }
}

function canvas(width = 8, height = 6): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.fillRect(0, 0, 1, 1);
  return canvas;
}

const live = (timestamp: number, stream = 'a') => ({ mode: 'live', timestamp, stream }) as const;

describe('QueuedRecognizer', () => {
  it('has one frame under way; the newest waits, and an overtaken call gets the newer result', async () => {
    const host = new ManualHost();
    const recognizer = new QueuedRecognizer(host);
    const results = [1, 2, 3, 4].map((timestamp) => recognizer.recognize(canvas(), live(timestamp)));
    (await host.call(0)).finish();
    (await host.call(1)).finish();
    const timestamps = (await Promise.all(results)).map(({ timestamp }) => timestamp);
    expect(timestamps).toEqual([1, 4, 4, 4]);
    expect(host.calls).toHaveLength(2);
  });

  it('has two live frames under way on a GPU, and beside a photo none', async () => {
    const host = new ManualHost('webgpu');
    const recognizer = new QueuedRecognizer(host);
    const results = [1, 2, 3, 4].map((timestamp) => recognizer.recognize(canvas(), live(timestamp)));
    const photo = recognizer.recognize(canvas(), { mode: 'still', timestamp: 5 });
    await host.call(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(host.calls.map(({ request }) => request.timestamp)).toEqual([1, 2]);
    host.calls[0].finish();
    (await host.call(2)).finish();
    host.calls[1].finish();
    (await host.call(3)).finish();
    expect((await Promise.all([...results, photo])).map(({ timestamp }) => timestamp)).toEqual([1, 2, 4, 4, 5]);
    expect(host.calls.map(({ request }) => request.timestamp)).toEqual([1, 2, 4, 5]);
  });

  it('does not let one stream overtake another, and drops no still picture', async () => {
    const host = new ManualHost();
    const recognizer = new QueuedRecognizer(host);
    const first = recognizer.recognize(canvas(), live(1));
    await host.call(0);
    const rest = [
      recognizer.recognize(canvas(), live(2, 'a')),
      recognizer.recognize(canvas(), live(3, 'b')),
      recognizer.recognize(canvas(), { mode: 'still', timestamp: 4 }),
      recognizer.recognize(canvas(), { mode: 'still', timestamp: 5 }),
      recognizer.recognize(canvas(), live(6, 'a')),
    ];
    for (let index = 0; index < 5; index++) (await host.call(index)).finish();
    expect((await first).timestamp).toBe(1);
    expect((await Promise.all(rest)).map(({ timestamp }) => timestamp)).toEqual([6, 3, 4, 5, 6]);
    expect(host.calls.map(({ request }) => request.timestamp)).toEqual([1, 6, 3, 4, 5]);
  });

  it('reads at most so many frames a second of a stream, the newest of those that wait, and lets others pass', async () => {
    const host = new ManualHost();
    const recognizer = new QueuedRecognizer(host);
    const paced = (timestamp: number) => ({ ...live(timestamp), maxFps: 2 });
    const start = performance.now();
    const results = [1, 2, 3].map((timestamp) => recognizer.recognize(canvas(), paced(timestamp)));
    const others = [
      recognizer.recognize(canvas(), live(4, 'b')),
      recognizer.recognize(canvas(), { mode: 'still', timestamp: 5, maxFps: 2 }),
    ];
    for (const index of [0, 1, 2]) (await host.call(index)).finish();
    await Promise.all(others);
    expect(performance.now() - start).toBeLessThan(490);
    (await host.call(3)).finish();
    expect(performance.now() - start).toBeGreaterThan(490);
    expect((await Promise.all(results)).map(({ timestamp }) => timestamp)).toEqual([1, 3, 3]);
    expect(host.calls.map(({ request }) => request.timestamp)).toEqual([1, 4, 5, 3]);

    const left = recognizer.recognize(canvas(), paced(6));
    const rejected = expect(left).rejects.toMatchObject({ code: 'disposed' });
    await recognizer.dispose();
    await rejected;
    expect(host.calls).toHaveLength(4);
  });

  it('goes on after a source that cannot be read', async () => {
    const host = new ManualHost();
    const recognizer = new QueuedRecognizer(host);
    const failed = recognizer.recognize(new File(['no picture at all'], 'photo.jpg', { type: 'image/jpeg' }));
    await expect(failed).rejects.toBeInstanceOf(CaptureError);
    await expect(failed).rejects.toMatchObject({ code: 'not-an-image' });
    const next = recognizer.recognize(canvas(30, 20));
    (await host.call(0)).finish();
    expect(await next).toMatchObject({ width: 30, height: 20 });
  });

  it('rejects what waits when it is disposed', async () => {
    const host = new ManualHost();
    const recognizer = new QueuedRecognizer(host);
    const first = recognizer.recognize(canvas());
    await host.call(0);
    const waiting = recognizer.recognize(canvas());
    const rejected = expect(waiting).rejects.toMatchObject({ code: 'disposed' });
    await recognizer.dispose();
    await rejected;
    host.calls[0].finish();
    await first;
    await expect(recognizer.recognize(canvas())).rejects.toMatchObject({ code: 'disposed' });
  });

  it('limits faces on live pictures only, unless told otherwise', async () => {
    const host = new ManualHost();
    const recognizer = new QueuedRecognizer(host);
    for (const options of [{ mode: 'live' }, { mode: 'still' }, { mode: 'still', maxFaces: 2 }] as const) {
      const result = recognizer.recognize(canvas(), options);
      (await host.call(host.calls.length)).finish();
      await result;
    }
    expect(host.calls.map(({ request }) => request.maxFaces)).toEqual([4, undefined, 2]);
  });

  it('explains a face in its turn, with the source’s size, and lets no newer frame take its place', async () => {
    const host = new ManualHost();
    const recognizer = new QueuedRecognizer(host);
    const first = recognizer.recognize(canvas(), live(1));
    const face = faceOf({ id: 1, expression: 'happiness' });
    const asked = recognizer.explain(
      { ...face, probabilities: { happiness: 0.5, fear: 0.1, anger: 0.4 } },
      canvas(40, 30),
    );
    const newest = [2, 3].map((timestamp) => recognizer.recognize(canvas(), live(timestamp)));
    expect(host.questions).toHaveLength(0);
    (await host.call(0)).finish();
    await first;
    await expect.poll(() => host.questions.length).toBe(1);
    expect(host.questions[0].request).toMatchObject({
      expression: 'happiness',
      against: 'anger',
      width: 40,
      height: 30,
    });
    expect(host.calls).toHaveLength(1);
    host.questions[0].finish();
    expect((await asked).carriedBy).toEqual(['mouth']);
    (await host.call(1)).finish();
    expect((await Promise.all(newest)).map(({ timestamp }) => timestamp)).toEqual([3, 3]);
  });
});
