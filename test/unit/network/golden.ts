/** The published networks' golden numbers and how they are compared. */
import * as tf from '@tensorflow/tfjs-core';
import { createNetwork, type Network } from '../../../src/network/network.js';
import type { Architecture } from '../../../src/weights/manifest.js';
import type { NamedArray, NamedArrays } from '../../../src/weights/namedArray.js';
import { bytesSource } from '../../../src/storage/byteSource.js';
import { readSafetensors } from '../../../src/weights/safetensors.js';
import { openTensorFile } from '../../../src/weights/tensorFile.js';

export const GOLDEN_NAMES = ['qcs-tiny-8', 'qcs-tiny-7', 'dcs-tiny-8', 'dcs-tiny-7'] as const;
export type GoldenName = (typeof GOLDEN_NAMES)[number];

export interface GoldenScalars {
  readonly loss_first: number;
  readonly grad_norm_total: number;
  readonly grad_norm: Readonly<Record<string, number>>;
  readonly loss_second: number;
  readonly grad_norm_second: Readonly<Record<string, number>>;
  readonly param_sum_after_step: Readonly<Record<string, number>>;
  readonly batchnorm_after_step: Readonly<Record<string, number>>;
}

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
/** In a variable, or the test server's bundler would take the folder for an asset. */
const HERE = import.meta.url;

/** In Node and in the browser, where the test server has the file. */
async function goldenBytes(file: string): Promise<Uint8Array> {
  const url = new URL(`../../fixtures/golden/${file}`, HERE);
  if (url.protocol !== 'file:') return new Uint8Array(await (await fetch(url)).arrayBuffer());
  const { readFile } = await import('node:fs/promises');
  return new Uint8Array(await readFile(url));
}

export async function goldenArrays(name: string): Promise<NamedArrays> {
  return readSafetensors(await goldenBytes(`${name}.safetensors`));
}

export async function goldenScalars(name: GoldenName): Promise<GoldenScalars> {
  return JSON.parse(new TextDecoder().decode(await goldenBytes(`${name}.json`))) as GoldenScalars;
}

/** The published network shrunk. */
export function tinyArchitecture(name: GoldenName): Architecture {
  return {
    family: name.startsWith('qcs') ? 'qcs' : 'dcs',
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
    csaResidual: name === 'dcs-tiny-8' ? 'raw' : 'normalised',
    attention: 'SD',
    batchNorm: 'per-branch',
    dropout: { base: 0, cross: 0 },
  };
}

export function tinyNetwork(name: GoldenName): Network {
  return createNetwork(tinyArchitecture(name), Number(name.slice(-1)), 112);
}

/** The checkpoint as the published trainer saved it. */
export async function goldenCheckpoint(name: GoldenName): Promise<NamedArrays> {
  const file = await openTensorFile(bytesSource(await goldenBytes(`${name}.pth`)));
  const entries = [...file.tensors].map(async ([key, { shape }]): Promise<[string, NamedArray]> => [
    key,
    { shape, data: await file.read(key) },
  ]);
  return new Map(await Promise.all(entries));
}

export interface Branch {
  /** As in the names of golden logits. */
  readonly short: string;
  readonly image: string;
  readonly label: 'label' | 'neg_label';
}

const QUADRUPLET: readonly Branch[] = [
  { short: 'a', image: 'image_anchor', label: 'label' },
  { short: 'p', image: 'image_positive', label: 'label' },
  { short: 'n', image: 'image_negative', label: 'neg_label' },
  { short: 'n2', image: 'image_negative2', label: 'neg_label' },
];

export function branchesOf(name: GoldenName): readonly Branch[] {
  return QUADRUPLET.slice(0, name.startsWith('qcs') ? 4 : 2);
}

/** All branches' images, normalised and then every second pixel: [branches * batch, 112, 112, 3]. */
export function goldenImages(arrays: NamedArrays, branches: readonly Branch[]): tf.Tensor4D {
  const parts = branches.map(({ image }) => everySecondPixel(arrays.get(image) as NamedArray));
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part, offset);
    offset += part.length;
  }
  return tf.tensor4d(values, [values.length / (112 * 112 * 3), 112, 112, 3]);
}

function everySecondPixel({ shape, data }: NamedArray): Float32Array {
  const [batch, side] = shape;
  const half = side / 2;
  const result = new Float32Array(batch * half * half * 3);
  let target = 0;
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < side; y += 2) {
      for (let x = 0; x < side; x += 2) {
        for (let channel = 0; channel < 3; channel++) {
          const value = data[((image * side + y) * side + x) * 3 + channel] / 255;
          result[target++] = (value - MEAN[channel]) / STD[channel];
        }
      }
    }
  }
  return result;
}

/** The class of each of {@link goldenImages}, as probabilities. */
export function oneHotLabels(arrays: NamedArrays, branches: readonly Branch[], classes: number): Float32Array[] {
  const labels = branches.flatMap(({ label }) => [...(arrays.get(label) as NamedArray).data]);
  return labels.map((label) => Float32Array.from({ length: classes }, (_, index) => (index === label ? 1 : 0)));
}

/** The logits of one branch, out of those of all. */
export async function branchLogits(logits: tf.Tensor2D, branch: number, branches: number): Promise<Float32Array> {
  const values = await logits.data<'float32'>();
  const length = values.length / branches;
  return values.slice(branch * length, (branch + 1) * length);
}
