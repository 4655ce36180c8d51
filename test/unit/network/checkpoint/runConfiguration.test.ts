import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/errors.js';
import { recognizeTensorFile } from '../../../../src/network/checkpoint/convertModel.js';
import { readRunConfiguration } from '../../../../src/network/checkpoint/runConfiguration.js';
import { completeSettings } from '../../../../src/network/checkpoint/settings.js';
import { createNetwork } from '../../../../src/network/network.js';
import type { Architecture } from '../../../../src/weights/manifest.js';
import type { TensorFile } from '../../../../src/weights/tensorFile.js';

const INPUT = { size: 112, colour: 'luma', resize: 'half-pixel', resizeTo: 112, centreCrop: 112 };
const RUN = {
  id: 'mine',
  classes: ['a', 'b', 'c'],
  architecture: { family: 'base', backbone: 'ir50', stem: 0, stages: [], embedding: 16, outputsPerClass: [] },
  input: INPUT,
  optimizer: { whatever: true },
};

/** A file with the tensors of a network, and a configuration. */
function fileOf(architecture: Architecture, classes: number, config: unknown): TensorFile {
  const { parameters } = createNetwork(architecture, classes, 112);
  const tensors = new Map(parameters.map(({ name, shape }) => [name, { shape, type: 'F32' as const }]));
  const read = async () => new Float32Array(0);
  return { kind: 'torch', tensors, skipped: [], metadata: {}, config, read };
}

const TINY: Architecture = { family: 'base', backbone: 'ir50', embedding: 16, depth: 2, heads: 4 };

describe('readRunConfiguration', () => {
  it('completes what the run leaves out, and takes blanks for left out', () => {
    const { architecture, input, dropout } = readRunConfiguration(RUN)!;
    expect(architecture).toMatchObject({
      heads: 8,
      batchNorm: 'per-branch',
      csaResidual: 'normalised',
      residual: true,
    });
    for (const key of ['stem', 'stages', 'outputsPerClass']) expect(Object.hasOwn(architecture, key)).toBe(false);
    expect(input).toMatchObject({ ...INPUT, stride: 1, mean: [0.485, 0.456, 0.406] });
    expect(input.template.nose).toHaveLength(2);
    expect(dropout).toEqual({ base: 0, cross: 0, projection: false });
  });

  it('leaves alone what other trainers call config', () => {
    for (const config of [
      undefined,
      null,
      'x',
      [],
      {},
      { lr: 0.1 },
      { architecture: 'resnet' },
      { architecture: {} },
    ]) {
      expect(readRunConfiguration(config)).toBeNull();
    }
  });

  it('names what is wrong in one of this project’s', () => {
    for (const [change, field] of [
      [{ classes: ['a'] }, 'classes'],
      [{ input: { ...INPUT, colour: 'bgr' } }, 'input.colour'],
      [{ architecture: { ...RUN.architecture, heads: 1.5 } }, 'architecture.heads'],
      [{ id: '../x' }, 'id'],
    ] as const) {
      const expected: unknown = expect.objectContaining({
        code: 'checkpoint-format',
        message: expect.stringContaining(field) as string,
      });
      expect(() => readRunConfiguration({ ...RUN, ...change }), field).toThrow(expected);
    }
  });
});

describe('a file with its configuration', () => {
  it('is completed by it: heads, input and classes that no shape tells', () => {
    const config = { ...RUN, architecture: { ...RUN.architecture, heads: 4 }, dropout: { base: 0.1, cross: 0.2 } };
    const recognized = recognizeTensorFile(fileOf(TINY, 3, config));
    const { architecture, classes, input } = completeSettings(recognized, {});
    expect([classes, architecture.heads, input.colour]).toEqual([['a', 'b', 'c'], 4, 'luma']);
    expect(architecture.dropout).toEqual({ base: 0.1, cross: 0.2 });
    expect(architecture.csaResidual).toBeUndefined();
    expect(completeSettings(recognized, { classes: ['x', 'y', 'z'] }).classes).toEqual(['x', 'y', 'z']);
    expect(completeSettings(recognized, { preset: 'qcs-rafdb', classes: ['x', 'y', 'z'] }).input.colour).toBe('rgb');
    expect(() => completeSettings(recognized, { classes: ['x', 'y'] })).toThrow(ModelError);
  });

  it('keeps classes that gather several outputs', () => {
    const outputsPerClass = [2, 1, 1];
    const file = fileOf({ ...TINY, outputsPerClass }, 3, {
      ...RUN,
      architecture: { ...RUN.architecture, heads: 4, outputsPerClass },
    });
    expect(completeSettings(recognizeTensorFile(file), {}).architecture.outputsPerClass).toEqual(outputsPerClass);
  });

  it('is refused when its tensors are of another network', () => {
    const config = { ...RUN, architecture: { ...RUN.architecture, family: 'qcs' } };
    expect(() => recognizeTensorFile(fileOf(TINY, 3, config))).toThrow(/qcs on ir50.*base on ir50/);
  });
});
