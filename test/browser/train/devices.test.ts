import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { assetUrls } from '../../../src/assets.js';
import { Dataset } from '../../../src/dataset/dataset.js';
import { importImages } from '../../../src/dataset/importImages.js';
import { decodeInBrowser, encodePng } from '../../../src/dataset/browserImages.js';
import { readLayout } from '../../../src/dataset/layout.js';
import { DEFAULT_FRACTIONS, splitSamples } from '../../../src/dataset/split.js';
import { MemoryStorage } from '../../../src/storage/memoryStorage.js';
import { startBackend } from '../../../src/gpu/backend.js';
import type { TrainingOptions } from '../../../src/training/config.js';
import type { StepProgress } from '../../../src/training/progress.js';
import { RunSession } from '../../../src/training/session/runSession.js';
import { Trainer } from '../../../src/training/trainer.js';
import { patchSplits, tinyConfig, tinyModel } from '../../unit/training/tiny.js';
import { picturePng } from './pictures.js';

const { tfjsWasm: plain, tfjsWasmSimd: simd, kernelsRelaxed: relaxed, kernelsSimd } = assetUrls();

describe('full mode on an emulated GPU', () => {
  it('takes 3 SAM steps with the losses of the CPU backend, and a parameter of every module moves', async () => {
    const config = tinyConfig({
      mode: 'full',
      sam: 0.05,
      epochs: 3,
      batchSize: 2,
      sampler: 'q1',
      dropout: { base: 0, cross: 0 },
      augmentation: tinyConfig().augmentation,
      microBatch: 2,
    });
    const samples = patchSplits(1, 0);
    const run = async (): Promise<{ losses: number[][]; moved: Set<string> }> => {
      const steps: StepProgress[] = [];
      const model = tinyModel();
      const trainer = await Trainer.create({
        config,
        model,
        samples,
        storage: new MemoryStorage(),
        onProgress: (progress) => {
          if (progress.kind === 'step') steps.push(progress);
        },
      });
      await trainer.run();
      const moved = new Set<string>();
      const { stepper, start } = trainer.model;
      for (const [name, tensor] of stepper.weights) {
        const before = start.arrays.get(name)!.data;
        const after = await tensor.data();
        // Kernels have other axes here; sorted values differ only when some value moved.
        if (
          Float32Array.from(after)
            .sort()
            .some((value, index) => value !== before.slice().sort()[index])
        ) {
          moved.add(name.split('.').slice(0, 2).join('.'));
        }
      }
      trainer.dispose();
      return { losses: steps.map(({ losses }) => losses.flat()), moved };
    };
    await tf.setBackend('cpu');
    const cpu = await run();
    const backend = await startBackend('webgpu', { wasmUrls: { plain, simd } });
    const gpu = await run();
    backend.stop();
    expect(gpu.losses).toHaveLength(3);
    for (const [step, losses] of cpu.losses.entries()) {
      for (const [index, loss] of losses.entries()) expect(gpu.losses[step][index]).toBeCloseTo(loss, 3);
    }
    const modules = new Set([...tinyModel().arrays.keys()].map((name) => name.split('.').slice(0, 2).join('.')));
    for (const module of modules) expect([...gpu.moved], module).toContain(module);
  }, 600_000);
});

describe('a device that is lost while training', () => {
  it('is replaced, and the run goes on from its last checkpoint to its end', async () => {
    const dataset = await Dataset.open(new MemoryStorage());
    const files = await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const label = index % 2 === 0 ? 'above' : 'below';
        const blob = await picturePng(index, label === 'above' ? 'frown' : 'smile');
        return { path: `set/${label}/${index}.png`, bytes: async () => new Uint8Array(await blob.arrayBuffer()) };
      }),
    );
    const tools = { decode: decodeInBrowser, encode: encodePng, cropFace: null };
    await importImages(dataset, await readLayout(files), { tools });
    await dataset.updateSamples(splitSamples(dataset.samples, { fractions: DEFAULT_FRACTIONS, seed: 1 }));
    const steps: number[] = [];
    const losses: string[] = [];
    let destroyed = false;
    const session = new RunSession({
      storage: new MemoryStorage(),
      modelStorage: null,
      dataset,
      wasmUrls: { plain, simd },
      kernels: { relaxed, simd: kernelsSimd },
      loadModel: async () => tinyModel(),
      onBackend: () => undefined,
      onRecovering: (error) => losses.push(error.code),
      onProgress: (progress) => {
        if (progress.kind === 'step') steps.push(progress.step);
        if (progress.kind === 'checkpoint' && progress.step === 2 && !destroyed) {
          destroyed = true;
          (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
        }
      },
    });
    const options: TrainingOptions = {
      classes: ['above', 'below'],
      epochs: 2,
      batchSize: 4,
      layers: 'heads',
      checkpoint: { steps: 1, seconds: 0 },
    };
    const result = await session.train({ options, backend: 'webgpu', resume: false });
    expect(destroyed).toBe(true);
    expect(losses).toEqual(['device-lost']);
    expect(result.outcome).toMatchObject({ end: 'finished' });
    expect(result.outcome.steps).toBe(steps.at(-1));
    expect(result.backend).toBe('webgpu');
  }, 600_000);
});
