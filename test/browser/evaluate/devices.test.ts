import { afterEach, describe, expect, it } from 'vitest';
import { assetUrls } from '../../../src/assets.js';
import { sha256 } from '../../../src/base/sha256.js';
import { EvaluationSession } from '../../../src/evaluation/session.js';
import type { EngineUrls, ModelSource, RunRequest } from '../../../src/evaluation/protocol.js';
import { formatManifest } from '../../../src/weights/manifestSchema.js';
import { writeSafetensors } from '../../../src/weights/safetensors.js';
import { CLASSES, tinyModel } from '../../unit/training/tinyModel.js';
import { pretendRealGpu } from '../pretendedGpu.js';
import { picturePng } from '../train/pictures.js';

afterEach(() => void Reflect.deleteProperty(navigator, 'gpu'));

async function model(): Promise<ModelSource> {
  const { manifest, arrays } = tinyModel();
  const weights = writeSafetensors(arrays);
  const [file] = manifest.files;
  const files = [{ ...file, bytes: weights.byteLength, sha256: await sha256(weights) }];
  return {
    kind: 'files',
    files: [
      { path: 'tiny/manifest.json', blob: new Blob([formatManifest({ ...manifest, files })]) },
      { path: `tiny/${file.path}`, blob: new Blob([weights]) },
    ],
  };
}

describe('a GPU that is lost while evaluating', () => {
  it('ends the run by name', async () => {
    const devices: GPUDevice[] = [];
    await pretendRealGpu((device) => devices.push(device));
    const { tfjsWasm: plain, tfjsWasmSimd: simd, kernelsRelaxed: relaxed, kernelsSimd } = assetUrls();
    const { detector } = assetUrls();
    const urls: EngineUrls = {
      wasm: { plain, simd },
      kernels: { relaxed, simd: kernelsSimd },
      detector,
    };
    const session = new EvaluationSession();
    const [label] = CLASSES;
    session.take(
      await Promise.all(
        Array.from({ length: 40 }, async (_, at) => ({
          path: `set/test/${label}/${at}.png`,
          blob: await picturePng(at, 'smile'),
        })),
      ),
    );
    await session.open('majority');
    const request: RunRequest = {
      models: [await model()],
      split: 'test',
      rule: 'majority',
      align: false,
      corruptions: [],
      corruptionImages: 2,
      groups: null,
      backend: 'webgpu',
    };
    const { signal } = new AbortController();
    let lost = 0;
    const run = session.run(
      request,
      urls,
      ({ stage, done }) => {
        if (stage !== 'images' || done === 0 || lost > 0) return;
        for (const device of devices) device.destroy();
        lost = done;
      },
      signal,
    );
    await expect(run).rejects.toMatchObject({ code: 'device-lost' });
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(40);
  });
});
