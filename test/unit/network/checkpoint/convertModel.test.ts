import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/errors.js';
import { createNetwork } from '../../../../src/network/network.js';
import { bytesSource } from '../../../../src/storage/byteSource.js';
import {
  type ConversionOptions,
  type ConvertedModel,
  convertModel,
  recognizeTensorFile,
} from '../../../../src/network/checkpoint/convertModel.js';
import { loadModelFromFiles } from '../../../../src/weights/loadModel.js';
import { parseManifest } from '../../../../src/weights/manifestSchema.js';
import type { NamedArray } from '../../../../src/weights/namedArray.js';
import { completeSettings } from '../../../../src/network/checkpoint/settings.js';
import type { CheckpointAnswers } from '../../../../src/weights/presets.js';
import { writeSafetensors } from '../../../../src/weights/safetensors.js';
import { openTensorFile, type TensorFile } from '../../../../src/weights/tensorFile.js';
import { torchCheckpointParts } from '../../../../src/weights/torchCheckpoint/write.js';

const pth = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/golden/${name}.pth`, import.meta.url)));
const open = (bytes: Uint8Array) => openTensorFile(bytesSource(bytes));

function convert(
  file: TensorFile,
  answers: CheckpointAnswers,
  dtype: 'float16' | 'float32' = 'float32',
  options: ConversionOptions = {},
): Promise<ConvertedModel> {
  const { architecture, classes, input } = completeSettings(recognizeTensorFile(file), answers);
  const wanted = createNetwork(architecture, classes.length, input.size).parameters;
  const settings = { id: 'x', version: '1.0.0', architecture, classes, input, dtype, licence: 'test' };
  return convertModel(file, wanted, settings, options);
}

async function allArrays(file: TensorFile): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const [name, { shape }] of file.tensors) arrays.set(name, { shape, data: await file.read(name) });
  return arrays;
}

/** Names, shapes and bytes as text: comparing typed arrays value by value takes seconds. */
function fingerprint(arrays: ReadonlyMap<string, NamedArray>): string[] {
  return [...arrays].map(([name, { shape, data }]) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return `${name} [${shape.join()}] ${bytes.toString('base64')}`;
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof ModelError) return error.code;
  throw error;
}

describe('convertModel', () => {
  it('keeps every value that the network uses, splits off the training modules and lists what it drops', async () => {
    const file = await open(pth('qcs-tiny-8'));
    const seen: number[] = [];
    const converted = await convert(file, { classes: 'ferplus' }, 'float32', { onProgress: (done) => seen.push(done) });
    expect([...converted.files.keys()].sort()).toEqual([
      'manifest.json',
      'training.safetensors',
      'weights.safetensors',
    ]);
    const manifest = converted.files.get('manifest.json')!;
    const read = (path: string) => converted.files.get(path);
    const { arrays } = await loadModelFromFiles(manifest, read, ['base', 'training']);
    const base = await loadModelFromFiles(manifest, read);
    expect([...base.arrays.keys()].some((name) => /^(VIT_cross|cross_attention)/.test(name))).toBe(false);
    for (const [name, { data }] of arrays) expect([name, data]).toEqual([name, await file.read(name)]);
    expect(arrays.size + converted.dropped.length).toBe(file.tensors.size);
    const unused = /num_batches_tracked|output_layer|patch_embed|eca_block|CON1|IRLinear|blocks\.\d\.conv\./;
    expect(converted.dropped.every((name) => unused.test(name))).toBe(true);
    expect(seen.at(-1)).toBe([...arrays.values()].reduce((sum, { data }) => sum + data.length, 0));
  });

  it('writes half precision when asked', async () => {
    const { files, manifest } = await convert(await open(pth('dcs-tiny-7')), { classes: 'rafdb' }, 'float16');
    expect(parseManifest(files.get('manifest.json')!)).toEqual(manifest);
    expect(manifest.files.map(({ dtype }) => dtype)).toEqual(['float16', 'float16']);
    const whole = await convert(await open(pth('dcs-tiny-7')), { classes: 'rafdb' });
    // Small tensors stay float32, and of this network many are small.
    expect(files.get('weights.safetensors')!.byteLength).toBeLessThan(
      0.8 * whole.files.get('weights.safetensors')!.byteLength,
    );
  });

  it('reads the newer token names and writes the published ones', async () => {
    const newer: [RegExp, string][] = [
      [/^embed_q\./, 'embed_1.'],
      [/^embed_k\./, 'embed_2.'],
      [/^embed_v\./, 'embed_3.'],
    ];
    const file = await open(pth('qcs-tiny-7'));
    const renamed = new Map(
      [...(await allArrays(file))].map(([name, array]) => [
        newer.reduce((text, [pattern, name]) => text.replace(pattern, name), name),
        array,
      ]),
    );
    expect(renamed.has('embed_1.0.weight')).toBe(true);
    const fromNewer = await convert(await open(writeSafetensors(renamed)), { classes: 'rafdb' });
    const fromOlder = await convert(file, { classes: 'rafdb' });
    const [newerHash, olderHash] = [fromNewer, fromOlder].map(({ manifest }) => manifest.files[0].sha256);
    expect(newerHash).toBe(olderHash);
  });

  it('names a missing parameter and a wrong shape', async () => {
    const arrays = await allArrays(await open(pth('qcs-tiny-8')));
    const without = new Map(arrays);
    without.delete('VIT_base.norm.bias');
    expect(await codeOf(convert(await open(writeSafetensors(without)), { classes: 'ferplus' }))).toBe(
      'model-parameters',
    );
    arrays.set('VIT_base.norm.bias', { shape: [31], data: new Float32Array(31) });
    expect(await codeOf(convert(await open(writeSafetensors(arrays)), { classes: 'ferplus' }))).toBe(
      'model-parameters',
    );
  });

  it('refuses an ARM checkpoint without its moving average, and says why', async () => {
    const network = createNetwork({ family: 'arm', backbone: 'resnet18' }, 7, 224);
    const arrays = new Map(
      network.parameters
        .filter(({ name }) => !/running_affinity|affinity_steps/.test(name))
        .map(({ name, shape }) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]),
    );
    const file = await open(writeSafetensors(arrays, { dtype: 'float16' }));
    await expect(async () => convert(file, { classes: 'rafdb' })).rejects.toThrow(/moving average/);
  });

  it('stops when told', async () => {
    const controller = new AbortController();
    const promise = convert(await open(pth('qcs-tiny-8')), { classes: 'ferplus' }, 'float32', {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(promise).rejects.toThrow('enough');
  });
});

describe('torchCheckpointParts', () => {
  it('writes what the reader gives back, bare and in the published trainer’s form', async () => {
    const arrays = await allArrays(await open(pth('dcs-tiny-8')));
    for (const options of [{}, { prefix: 'module.', key: 'state_dict' }]) {
      const bytes = new Uint8Array(await new Blob(torchCheckpointParts(arrays, options)).arrayBuffer());
      expect(fingerprint(await allArrays(await open(bytes)))).toEqual(fingerprint(arrays));
    }
  });
});
