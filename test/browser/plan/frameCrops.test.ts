/** Faces cut out of a frame by a shader, against those that `src/faces` cuts. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { alignedCrop, pixelSource } from '../../../src/faces/crop.js';
import type { Keypoints, Point } from '../../../src/faces/geometry.js';
import { openDevice } from '../../../src/gpu/device.js';
import { createGpuClassifier } from '../../../src/plan/webgpu/classifier.js';
import type { InputSpec } from '../../../src/weights/manifest.js';
import { largestDifference } from '../../unit/network/numbers.js';
import { TINY_CASES } from '../../unit/plan/networks.js';

/** Places are float32 on the GPU and float64 here; neighbouring pixels of the picture differ by up to 1. */
const BOUND = 5e-4;
const [WIDTH, HEIGHT] = [301, 237];

let device: GPUDevice;
const errors: string[] = [];

beforeAll(async () => {
  const opened = await openDevice({ allowSoftware: true });
  if ('refused' in opened) throw new Error(opened.refused);
  ({ device } = opened);
  device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
});
afterAll(() => {
  device.destroy();
  expect(errors).toEqual([]);
});

/** Every pixel a colour of its own. */
function picture(): ImageData {
  const random = new Random(3);
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).map((_, index) =>
    index % 4 === 3 ? 255 : random.next() * 256,
  );
  return new ImageData(data, WIDTH, HEIGHT);
}

/** The points of a face with so many pixels between its eyes, turned by `angle`. */
function face({ x, y }: Point, apart: number, angle: number): Keypoints {
  const at = (u: number, v: number): Point => ({
    x: x + apart * (u * Math.cos(angle) - v * Math.sin(angle)),
    y: y + apart * (u * Math.sin(angle) + v * Math.cos(angle)),
  });
  return {
    rightEye: at(-0.5, 0),
    leftEye: at(0.5, 0),
    nose: at(0.02, 0.55),
    mouth: at(0, 1),
    rightEar: at(-1, 0.1),
    leftEar: at(1, 0.1),
  };
}

const FACES: readonly (readonly [string, Keypoints])[] = [
  ['as large as the crop', face({ x: 150, y: 100 }, 13, 0.2)],
  ['smaller, upside down', face({ x: 60, y: 180 }, 6, 3)],
  ['halved once', face({ x: 140.3, y: 90.7 }, 29, -0.4)],
  ['halved twice, beyond two borders', face({ x: 30, y: 200 }, 61, 0.1)],
  ['halved three times, larger than the picture', face({ x: 170, y: 60 }, 190, -0.1)],
];

/** All of the crop, and the published networks' inner part of it, every second pixel. */
const INPUTS: readonly (readonly [string, string, Partial<InputSpec>])[] = [
  ['luma', 'base on mobilefacenet', {}],
  ['colour, every second pixel of a part', 'colour', { resizeTo: 71, centreCrop: 64, stride: 2 }],
];

test.each(INPUTS)(
  '%s: crops are those of src/faces, and are read as those are',
  async (_, title, change) => {
    const model = TINY_CASES.find((one) => one.title === title)!.make();
    const input = { ...model.manifest.input, ...change };
    const { classifier } = await createGpuClassifier({ ...model.manifest, input }, model.arrays, device);
    const image = picture();
    const bitmap = await createImageBitmap(image);
    const source = pixelSource(image);
    const places = FACES.map(([, keypoints]) => ({ keypoints, mirrored: false }));
    const { crops, logits } = await classifier.readFrame(bitmap, bitmap, places);
    const length = crops.length / FACES.length;
    const expected = FACES.map(([, keypoints]) => alignedCrop(source, keypoints, input)!);
    const off = FACES.flatMap(([name], index) => {
      const difference = largestDifference(crops.subarray(index * length, (index + 1) * length), expected[index]);
      return difference < BOUND ? [] : [`${name}: ${difference}`];
    });
    expect(off).toEqual([]);
    expect(largestDifference(logits, await classifier.logits(crops, FACES.length))).toBeLessThan(1e-6);

    // More than a batch, in a frame of another size, and mirrored.
    const part = await createImageBitmap(image, 0, 0, WIDTH, 200);
    const many = Array.from({ length: 17 }, () => ({ keypoints: FACES[0][1], mirrored: true }));
    const readings = await classifier.readFrame(part, part, many);
    expect(readings.crops).toHaveLength(17 * length);
    const { size } = input;
    const channels = length / size ** 2;
    const turned = Float32Array.from({ length }, (_, index) => {
      const [pixel, channel] = [Math.floor(index / channels), index % channels];
      const mirrored = pixel - (pixel % size) + (size - 1 - (pixel % size));
      return expected[0][mirrored * channels + channel];
    });
    expect(largestDifference(readings.crops.subarray(16 * length), turned)).toBeLessThan(BOUND);

    const late = classifier.readFrame(bitmap, bitmap, places);
    classifier.dispose();
    await expect(late).rejects.toMatchObject({ code: 'disposed' });
  },
  600_000,
);
