/** A small, sound model to damage in tests. */
import type { Manifest, ModelFile } from '../../../src/weights/manifest.js';
import { formatManifest } from '../../../src/weights/manifestSchema.js';
import { writeSafetensors } from '../../../src/weights/safetensors.js';
import { sha256 } from '../../../src/base/sha256.js';

export interface TinyModel {
  readonly manifest: Manifest;
  /** manifest.json, weights.safetensors and training.safetensors by name. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

export async function tinyModel(): Promise<TinyModel> {
  const weights = writeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]), { dtype: 'float16' });
  const training = writeSafetensors(new Map([['b', { shape: [1], data: Float32Array.of(3) }]]));
  const manifest: Manifest = {
    format: 1,
    id: 'tiny',
    version: '1.0.0',
    architecture: { family: 'qcs', backbone: 'mobilefacenet', embedding: 192, depth: 2, crossDepth: 1, heads: 8 },
    classes: ['neutral', 'happiness'],
    input: {
      size: 112,
      colour: 'luma',
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      resize: 'half-pixel',
      resizeTo: 112,
      centreCrop: 112,
      stride: 1,
      template: { rightEye: [0.3, 0.4], leftEye: [0.7, 0.4], nose: [0.5, 0.6], mouth: [0.5, 0.8] },
    },
    temperature: 1,
    files: [
      {
        path: 'weights.safetensors',
        bytes: weights.byteLength,
        sha256: await sha256(weights),
        dtype: 'float16',
        part: 'base',
      },
      {
        path: 'training.safetensors',
        bytes: training.byteLength,
        sha256: await sha256(training),
        dtype: 'float32',
        part: 'training',
      },
    ],
    training: { images: 10 },
    licence: 'Apache-2.0',
  };
  const files = new Map([
    ['manifest.json', formatManifest(manifest)],
    ['weights.safetensors', weights],
    ['training.safetensors', training],
  ]);
  return { manifest, files };
}

/** The same model with a head of muscles, whose file is said to be `muscles.safetensors`. */
export function withMuscles(manifest: Manifest, file: Partial<ModelFile> = {}): Manifest {
  const described = { bytes: 1, sha256: '0'.repeat(64), ...file };
  return {
    ...manifest,
    files: [...manifest.files, { ...described, path: 'muscles.safetensors', dtype: 'float16', part: 'muscles' }],
    muscles: {
      narrow: 2,
      hidden: 4,
      outputs: ['jawOpen', 'mouthSmileLeft', 'mouthSmileRight'].map((name) => ({ name, correlation: 0.8 })),
      teacher: 'chance',
      measured: { split: 'validation', images: 1 },
    },
  };
}

/** A deep copy of a manifest with the value at a dotted path replaced, or removed when undefined. */
export function changedManifest(manifest: Manifest, path: string, value: unknown): unknown {
  const copy = structuredClone(manifest) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop()!;
  let target = copy;
  for (const key of keys) target = target[key] as Record<string, unknown>;
  if (value === undefined) delete target[last];
  else target[last] = value;
  return copy;
}

/** Fields of a manifest by their dotted path, each with a value of the right type that no reader may work with. */
export const BEYOND_BOUNDS: readonly (readonly [string, unknown])[] = [
  ['architecture.depth', 1e9],
  ['architecture.crossDepth', 65],
  ['architecture.heads', 1e6],
  ['architecture.embedding', 8e9],
  ['architecture.stem', 1e9],
  ['architecture.stages', Array.from({ length: 3 }, () => ({ channels: 64, units: 1e7 }))],
  ['architecture.outputsPerClass', [1, 1e9]],
  ['architecture.outputsPerClass', Array.from({ length: 1e6 }, () => 1)],
  ['input.resizeTo', 40_000],
  ['input.centreCrop', 40_000],
  ['input.size', 40_000],
  ['input.std', [1e-300, 1, 1]],
  ['input.std', [1e300, 1, 1]],
  ['input.mean', [1e300, 0, 0]],
  ['input.template.nose', [1e300, 0]],
  ['temperature', 1e-300],
  ['temperature', 1e300],
  ['classes', Array.from({ length: 50_000 }, (_, index) => `class ${index}`)],
  ['classes', ['a', 'b'.repeat(1e5)]],
  ['version', '1'.repeat(1e5)],
  ['licence', 'x'.repeat(1e5)],
  [
    'files',
    Array.from({ length: 1000 }, (_, index) => ({
      path: `${index}`,
      bytes: 1,
      sha256: '0'.repeat(64),
      dtype: 'float16',
      part: 'base',
    })),
  ],
];
