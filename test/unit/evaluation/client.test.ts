import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as assets from '../../../src/assets.js';
import * as evaluationAssets from '../../../src/assets.evaluation.js';
import { EvaluationClient } from '../../../src/evaluation/client.js';
import type { DataSurvey, EvaluationApi, RunOutcome, RunRequest } from '../../../src/evaluation/protocol.js';
import type { Served } from '../../../src/worker/serve.js';
import { ChannelWorker } from '../worker/workers.js';

vi.mock(import('../../../src/assets.js'));
vi.mock(import('../../../src/assets.evaluation.js'));

const request: RunRequest = {
  models: [{ kind: 'url', manifest: '/models/mine/manifest.json' }],
  split: 'test',
  rule: 'majority',
  align: false,
  corruptions: [],
  corruptionImages: 2,
  groups: null,
  backend: 'wasm',
};

let client: EvaluationClient;

/** A client whose worker does as the test says. */
function clientOf(api: Partial<Served<EvaluationApi>>): EvaluationClient {
  vi.mocked(evaluationAssets.startEvaluationWorker).mockImplementation(() =>
    new ChannelWorker<EvaluationApi>(api as Served<EvaluationApi>).asWorker(),
  );
  client = new EvaluationClient();
  return client;
}

beforeEach(() => {
  vi.stubGlobal('document', { baseURI: 'https://page.example/app/' });
  const tfjsWasm = new URL('https://page.example/wasm/plain.wasm');
  const tfjsWasmSimd = new URL('https://page.example/wasm/simd.wasm');
  const kernelsSimd = new URL('https://page.example/wasm/kernels-simd.wasm');
  const kernelsRelaxed = new URL('https://page.example/wasm/kernels-relaxed.wasm');
  vi.mocked(assets.assetUrls).mockReturnValue({
    tfjsWasm,
    tfjsWasmSimd,
    kernelsSimd,
    kernelsRelaxed,
  } as assets.AssetUrls);
});
afterEach(() => {
  client.dispose();
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

describe('EvaluationClient', () => {
  it('sends a large data set in parts, in order, and then opens it', async () => {
    const survey: DataSurvey = { layout: 'folders', counts: {}, missing: 0, photos: false };
    const parts: string[][] = [];
    const files = Array.from({ length: 450 }, (_, index) => ({ path: `a/${index}.png`, blob: new Blob([]) }));
    const opened: string[] = [];
    clientOf({
      take: (part) => void parts.push(part.map(({ path }) => path)),
      open: (rule) => {
        opened.push(rule, ...parts.flat());
        return survey;
      },
    });
    expect(await client.open(files, 'majority')).toEqual(survey);
    expect(parts.map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(opened).toEqual(['majority', ...files.map(({ path }) => path)]);
  });

  it('gives the worker absolute addresses', async () => {
    const hrefs: string[] = [];
    await clientOf({
      run: ({ models: [model] }, { wasm, kernels }) => {
        const files = [wasm.plain, wasm.simd, kernels.simd, kernels.relaxed];
        if (model.kind === 'url') hrefs.push(new URL(model.manifest).href, ...files.map(({ href }) => href));
        return {} as RunOutcome;
      },
    }).run(request, () => undefined);
    expect(hrefs).toEqual([
      'https://page.example/models/mine/manifest.json',
      'https://page.example/wasm/plain.wasm',
      'https://page.example/wasm/simd.wasm',
      'https://page.example/wasm/kernels-simd.wasm',
      'https://page.example/wasm/kernels-relaxed.wasm',
    ]);
  });

  it('gives null for a run that is cancelled, and the run after it its end', async () => {
    let runs = 0;
    clientOf({
      run: (_, __, ___, signal) => {
        runs += 1;
        if (runs > 1) return { layout: 'list' } as RunOutcome;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const cancelled = client.run(request, () => undefined);
    client.cancel();
    expect(await cancelled).toBeNull();
    client.cancel();
    expect(await client.run(request, () => undefined)).toEqual({ layout: 'list' });
  });
});
