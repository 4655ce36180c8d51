import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLASS_ORDERS } from '../../../../src/expressions.js';
import { ModelError } from '../../../../src/errors.js';
import { createNetwork } from '../../../../src/network/network.js';
import { bytesSource } from '../../../../src/storage/byteSource.js';
import { recognizeTensorFile } from '../../../../src/network/checkpoint/convertModel.js';
import type { Architecture } from '../../../../src/weights/manifest.js';
import { completeSettings } from '../../../../src/network/checkpoint/settings.js';
import type { CheckpointAnswers } from '../../../../src/weights/presets.js';
import {
  recognizeArchitecture,
  type RecognizedArchitecture,
} from '../../../../src/network/checkpoint/recognizeArchitecture.js';
import { openTensorFile } from '../../../../src/weights/tensorFile.js';
import { canonicalNames } from '../../../../src/weights/tensorNames.js';

const golden = async (name: string): Promise<RecognizedArchitecture> =>
  recognizeTensorFile(
    await openTensorFile(bytesSource(readFileSync(new URL(`../../../fixtures/golden/${name}.pth`, import.meta.url)))),
  );

/** The shapes that a network of an architecture has, under its own names. */
const shapesOf = (architecture: Architecture, classes: number, size: number) =>
  new Map(createNetwork(architecture, classes, size).parameters.map((spec) => [spec.name, spec]));

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
  return 'no error';
}

const TINY = {
  backbone: 'ir50',
  stem: 8,
  stages: [
    { channels: 8, units: 2 },
    { channels: 16, units: 1 },
    { channels: 32, units: 2 },
  ],
  embedding: 32,
  depth: 2,
  crossDepth: 1,
  heads: 8,
};

describe('recognizeArchitecture', () => {
  it('recognises the published checkpoints by names and shapes', async () => {
    expect(await golden('qcs-tiny-8')).toEqual({ architecture: { family: 'qcs', ...TINY }, classes: 8 });
    expect(await golden('qcs-tiny-7')).toEqual({ architecture: { family: 'qcs', ...TINY }, classes: 7 });
    expect(await golden('dcs-tiny-8')).toEqual({ architecture: { family: 'dcs', ...TINY }, classes: 8 });
    expect(await golden('dcs-tiny-7')).toEqual({ architecture: { family: 'dcs', ...TINY }, classes: 7 });
  });

  it('recognises every network that this project builds from what it builds', () => {
    const crossed = { csaResidual: 'normalised', batchNorm: 'joint' } as const;
    const width = { embedding: 192, depth: 2, heads: 8 };
    const full = { embedding: 768, depth: 2, crossDepth: 1, heads: 8 };
    const stages = [
      { channels: 64, units: 3 },
      { channels: 128, units: 4 },
      { channels: 256, units: 14 },
    ];
    const cases: [Architecture, Partial<Architecture>][] = [
      [{ family: 'qcs', backbone: 'mobilefacenet', ...width, crossDepth: 1 }, crossed],
      [{ family: 'dcs', backbone: 'mobilefacenet', ...width, crossDepth: 2 }, crossed],
      [{ family: 'qcs', backbone: 'mobilefacenet', stem: 8, ...width, crossDepth: 1 }, crossed],
      [{ family: 'base', backbone: 'mobilefacenet', ...width, depth: 3 }, {}],
      [{ family: 'qcs', backbone: 'ir50', stem: 64, stages, ...full }, crossed],
      [{ family: 'arm', backbone: 'resnet18' }, {}],
      [{ family: 'resnet18', backbone: 'resnet18' }, {}],
    ];
    for (const [architecture, unseen] of cases) {
      const size = architecture.backbone === 'resnet18' ? 224 : 112;
      const shapes = shapesOf({ ...architecture, ...unseen }, 7, size);
      expect(recognizeArchitecture(shapes)).toEqual({ architecture, classes: 7 });
    }
  });

  it('takes a file without its cross modules for the base branch', () => {
    const shapes = shapesOf({ family: 'base', backbone: 'mobilefacenet', embedding: 192, depth: 2, heads: 8 }, 8, 112);
    shapes.set('cross_attention_1.proj.weight', shapes.get('VIT_base.head.linear.weight')!);
    expect(recognizeArchitecture(shapes).architecture.family).toBe('base');
  });

  it('reads ResNet-18 as torchvision names it and as a numbered list of children', () => {
    const torchvision = new Set(['conv1.weight', 'bn1.running_mean', 'layer1.0.conv1.weight', 'fc.weight']);
    expect([...canonicalNames(torchvision).keys()]).toEqual([
      'features.conv1.weight',
      'features.bn1.running_mean',
      'features.layer1.0.conv1.weight',
      'fc.weight',
    ]);
    const listed = new Set(['features.0.weight', 'features.1.bias', 'features.7.1.conv2.weight', 'arm.alpha']);
    expect([...canonicalNames(listed).keys()]).toEqual([
      'features.conv1.weight',
      'features.bn1.bias',
      'features.layer4.1.conv2.weight',
      'arm.alpha',
    ]);
    const published = new Set(['conv1.weight', 'VIT_base.head.linear.weight']);
    expect([...canonicalNames(published).keys()]).toEqual([...published]);
  });

  it('refuses other networks and heads that do not divide the embedding', () => {
    expect(codeOf(() => recognizeArchitecture(new Map([['x', { shape: [1] }]])))).toBe('model-architecture');
    const shapes = shapesOf({ family: 'base', backbone: 'mobilefacenet', embedding: 192, depth: 2, heads: 8 }, 8, 112);
    expect(recognizeArchitecture(shapes, 12).architecture.heads).toBe(12);
    expect(codeOf(() => recognizeArchitecture(shapes, 7))).toBe('model-architecture');
  });
});

describe('completeSettings', () => {
  const complete = async (name: string, answers: CheckpointAnswers) => completeSettings(await golden(name), answers);

  it('asks for classes when none are named, and says which data sets would fit', async () => {
    const recognized = await golden('qcs-tiny-8');
    expect(codeOf(() => completeSettings(recognized, {}))).toBe('checkpoint-classes');
    expect(() => completeSettings(recognized, {})).toThrow(/ferplus, affectnet8/);
    expect(codeOf(() => completeSettings(recognized, { classes: 'rafdb' }))).toBe('checkpoint-classes');
    expect(codeOf(() => completeSettings(recognized, { classes: ['a', 'b'] }))).toBe('checkpoint-classes');
  });

  it('takes the published setting of this network for the data set', async () => {
    const ferplus = await complete('qcs-tiny-8', { classes: 'ferplus' });
    expect(ferplus.classes).toEqual(CLASS_ORDERS.ferplus);
    expect(ferplus.architecture.csaResidual).toBe('normalised');
    expect(ferplus.input).toMatchObject({ size: 112, colour: 'rgb', resizeTo: 232, centreCrop: 224, stride: 2 });
    expect(ferplus.input.resize).toBe('pillow-bilinear');
    const affectnet = await complete('qcs-tiny-8', { preset: 'qcs-affectnet8' });
    expect(affectnet.classes).toEqual(CLASS_ORDERS.affectnet8);
    expect(affectnet.input.resizeTo).toBe(236);
  });

  it('tells the two residual forms of DCS apart by data set, and asks when it cannot', async () => {
    expect((await complete('dcs-tiny-8', { classes: 'ferplus' })).architecture.csaResidual).toBe('raw');
    expect((await complete('dcs-tiny-7', { classes: 'rafdb' })).architecture.csaResidual).toBe('normalised');
    const recognized = await golden('dcs-tiny-7');
    const classes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(codeOf(() => completeSettings(recognized, { classes }))).toBe('model-architecture');
    const named = completeSettings(recognized, { classes, preset: 'dcs-rafdb' });
    expect([named.classes, named.architecture.csaResidual]).toEqual([classes, 'normalised']);
  });

  it('refuses a preset of another family', async () => {
    const recognized = await golden('qcs-tiny-8');
    expect(codeOf(() => completeSettings(recognized, { preset: 'dcs-ferplus' }))).toBe('model-architecture');
  });

  it('gives compact networks their own input', () => {
    const shapes = shapesOf({ family: 'base', backbone: 'mobilefacenet', embedding: 192, depth: 2, heads: 8 }, 3, 112);
    const { input, architecture } = completeSettings(recognizeArchitecture(shapes), { classes: ['a', 'b', 'c'] });
    expect(input).toMatchObject({ size: 112, colour: 'luma', resize: 'half-pixel', stride: 1 });
    expect(architecture.batchNorm).toBe('joint');
  });
});
