/** Checkpoints of pytorch/ (written by pytorch/write_runs.py) need no answers: what they carry makes the model, and its logits are PyTorch's. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLASS_ORDERS } from '../../../../src/expressions.js';
import { preprocessImage } from '../../../../src/faces/preprocess.js';
import { startNodeBackend } from '../../../../src/gpu/node.js';
import { convertAndStore, surveyTensorFile } from '../../../../src/models/conversion.js';
import { ModelStore } from '../../../../src/models/modelStore.js';
import { createClassifier } from '../../../../src/network/classifier.js';
import { MemoryStorage } from '../../../../src/storage/memoryStorage.js';
import { loadModelFromFiles } from '../../../../src/weights/loadModel.js';
import type { Architecture } from '../../../../src/weights/manifest.js';
import { convertModel, recognizeTensorFile } from '../../../../src/network/checkpoint/convertModel.js';
import { completeSettings } from '../../../../src/network/checkpoint/settings.js';
import { createNetwork } from '../../../../src/network/network.js';
import { bytesSource } from '../../../../src/storage/byteSource.js';
import { readSafetensors } from '../../../../src/weights/safetensors.js';
import { openTensorFile } from '../../../../src/weights/tensorFile.js';

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/runs/${name}`, import.meta.url));
const checkpoint = (run: string) => new Uint8Array(gunzipSync(gunzipSync(fixture(`${run}.pt.packed`))));
const LOGIT_TOLERANCE = 1e-3;

const crossed = { csaResidual: 'normalised', attention: 'SD', batchNorm: 'joint' } as const;
const RUNS: readonly [string, Partial<Architecture>, number][] = [
  ['qcs-ir50', { ...crossed, heads: 2, stem: 4, dropout: { base: 0.1, cross: 0.1, projection: true } }, 112],
  ['qcs-mobile', { ...crossed, heads: 2, stem: 8, dropout: { base: 0.1, cross: 0.1 } }, 112],
  ['arm-resnet18', { family: 'arm', backbone: 'resnet18' }, 224],
];

beforeAll(async () => {
  await startNodeBackend('wasm');
});

describe.each(RUNS)('a checkpoint of %s', (run, architecture, size) => {
  it('becomes a model with the logits of PyTorch, and nothing is asked', async () => {
    const file = await openTensorFile(bytesSource(checkpoint(run)));
    const recognized = recognizeTensorFile(file);
    const settings = completeSettings(recognized, {});
    expect(settings.classes).toEqual(CLASS_ORDERS.ferplus);
    expect(settings.architecture).toMatchObject(architecture);
    expect(settings.input).toMatchObject({ colour: 'luma', resize: 'half-pixel', resizeTo: size, stride: 1, size });
    const { parameters } = createNetwork(settings.architecture, settings.classes.length, size);
    const { files } = await convertModel(file, parameters, {
      ...settings,
      id: run,
      version: '1.0.0',
      dtype: 'float32',
      licence: 'test',
    });
    const { manifest, arrays } = await loadModelFromFiles(files.get('manifest.json')!, (path) => files.get(path));

    const golden = readSafetensors(fixture(`${run}.safetensors`));
    const { shape, data } = golden.get('crops')!;
    const [count, height, width] = shape;
    const faces = new Float32Array(count * size * size);
    for (let index = 0; index < count; index++) {
      const pixels = new Uint8ClampedArray(width * height * 4).map((_, at) =>
        at % 4 === 3 ? 255 : data[index * width * height + (at >> 2)],
      );
      faces.set(preprocessImage({ data: pixels, width, height }, manifest.input), index * size * size);
    }
    const classifier = await createClassifier(manifest, arrays);
    const logits = await classifier.logits(faces, count);
    classifier.dispose();
    const expected = golden.get('logits')!.data;
    const apart = Math.max(...expected.map((value, index) => Math.abs(value - logits[index])));
    expect(logits).toHaveLength(expected.length);
    expect(apart).toBeLessThan(LOGIT_TOLERANCE);
    // Images differ by far more than that, or any input would do.
    expect(Math.abs(expected[0] - expected[8])).toBeGreaterThan(10 * LOGIT_TOLERANCE);
  });

  it('is kept in the browser under the name of its run, and nothing is asked', async () => {
    const blob = new Blob([checkpoint(run)]);
    const survey = await surveyTensorFile('best.pt', blob);
    expect(survey).toMatchObject({ run, orders: [], presets: [] });
    const store = new ModelStore(new MemoryStorage());
    const request = { name: 'best.pt', blob, id: run, answers: {} };
    const outcome = await convertAndStore(request, store, () => undefined, new AbortController().signal);
    expect(outcome.model.id).toBe(run);
    expect(outcome.notes.join()).toMatch(/configuration in the file/);
  });
});
