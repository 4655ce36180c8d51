import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as assets from '../../../src/assets.js';
import * as trainingAssets from '../../../src/assets.training.js';
import type { Take } from '../../../src/dataset/takes.js';
import { RuntimeError } from '../../../src/errors.js';
import { TrainingClient, type TrainingListeners } from '../../../src/training/session/client.js';
import type { DatasetView, TrainingApi, TrainingResult } from '../../../src/training/session/protocol.js';
import type { Served } from '../../../src/worker/serve.js';
import { ChannelWorker } from '../worker/workers.js';

vi.mock(import('../../../src/assets.js'));
vi.mock(import('../../../src/assets.training.js'));

const view: DatasetView = { classes: [], samples: [], canUndo: false, stored: true };
const report = { added: 1, problems: [], aborted: true };

let client: TrainingClient;
/** What the listeners heard. */
let heard: unknown[];

/** A client whose worker does as the test says. */
function clientOf(api: Partial<Served<TrainingApi>>): TrainingClient {
  vi.mocked(trainingAssets.startTrainingWorker).mockImplementation(() =>
    new ChannelWorker<TrainingApi>(api as Served<TrainingApi>).asWorker(),
  );
  const listeners: TrainingListeners = {
    onImportProgress: ({ done }) => heard.push(['import', done]),
    onTrainingProgress: (progress) => heard.push(['training', progress.kind]),
    onBackend: (name, reason) => heard.push(['backend', name, reason]),
    onRecovering: (error, attempt) => heard.push(['recovering', error instanceof RuntimeError, error.code, attempt]),
  };
  client = new TrainingClient(listeners);
  return client;
}

beforeEach(() => {
  heard = [];
});
afterEach(() => {
  client.dispose();
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

describe('TrainingClient', () => {
  it('opens with absolute addresses, of the shipped model or of another', async () => {
    vi.stubGlobal('document', { baseURI: 'https://page.example/app/' });
    const url = (path: string) => new URL(path, 'https://page.example/');
    vi.mocked(assets.assetUrls).mockReturnValue({
      manifest: url('manifest.json'),
      weights: url('renamed.bin'),
      detector: url('detector.tflite'),
      visionBinary: url('vision.wasm'),
      tfjsWasm: url('plain.wasm'),
      tfjsWasmSimd: url('simd.wasm'),
      kernelsSimd: url('kernels-simd.wasm'),
      kernelsRelaxed: url('kernels-relaxed.wasm'),
    });
    vi.mocked(trainingAssets.exactWeights).mockReturnValue(url('renamed.bin'));
    vi.mocked(trainingAssets.trainingWeights).mockReturnValue(url('training.bin'));
    const opened: [string, string[]][] = [];
    clientOf({
      open: ({ manifest, files, detector, wasm, kernels }) => {
        expect([detector.href, wasm.simd.href, kernels.relaxed.href]).toEqual([
          'https://page.example/detector.tflite',
          'https://page.example/simd.wasm',
          'https://page.example/kernels-relaxed.wasm',
        ]);
        opened.push([manifest.href, Object.values(files).map(({ href }) => href)]);
        return { view, run: null, missing: 0 };
      },
    });
    await client.open();
    expect(await client.open('../mine/manifest.json')).toEqual({ view, run: null, missing: 0 });
    expect(opened).toEqual([
      ['https://page.example/manifest.json', ['https://page.example/renamed.bin', 'https://page.example/training.bin']],
      ['https://page.example/mine/manifest.json', []],
    ]);
  });

  it('gives frames away', async () => {
    const take: Take = { group: 'take', split: 'test' };
    clientOf({
      capture: (_, label, { split }) => ({
        outcome: label === 'calm' && split === 'test' ? 'taken' : 'same',
        conditions: null,
      }),
    });
    const frame = new ArrayBuffer(8);
    expect(await client.capture(frame as unknown as ImageBitmap, 'calm', take)).toMatchObject({ outcome: 'taken' });
    expect(frame.byteLength).toBe(0);
  });

  it('tells everything of a run, and the last that is told of an import', async () => {
    clientOf({
      train: (_, onProgress, onBackend, onRecovering) => {
        onBackend('wasm', 'asked for');
        for (let step = 0; step < 3; step++) onProgress({ kind: 'checkpoint', step });
        onRecovering(new RuntimeError('device-lost', 'gone'), 2);
        return { id: 'mine' } as TrainingResult;
      },
      import: (_, onProgress) => {
        for (let done = 0; done <= 1000; done++) onProgress({ done, total: 1000, added: done });
        return { view, report };
      },
    });
    await client.train({ options: { classes: [] }, backend: 'wasm', resume: false });
    const checkpoint = ['training', 'checkpoint'];
    const recovering = ['recovering', true, 'device-lost', 2];
    expect(heard.splice(0)).toEqual([['backend', 'wasm', 'asked for'], checkpoint, checkpoint, checkpoint, recovering]);
    await client.import({ files: [], align: false, label: null });
    expect(heard).toEqual([
      ['import', 0],
      ['import', 1000],
    ]);
  });

  it('ends an import that is cancelled with what was taken until then', async () => {
    clientOf({
      import: (_, __, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ view, report }))),
    });
    const imported = client.import({ files: [], align: false, label: null });
    client.control('cancel-import');
    expect((await imported).report.aborted).toBe(true);
  });

  it('controls the run of a worker that runs, and starts none for that', async () => {
    const actions: string[] = [];
    clientOf({ control: (action) => void actions.push(action), discardRun: () => undefined });
    client.control('pause');
    expect(trainingAssets.startTrainingWorker).not.toHaveBeenCalled();
    await client.discardRun();
    client.control('stop');
    await client.discardRun();
    expect(actions).toEqual(['stop']);
  });
});
