import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { corrupt, type Corruption, type Strength } from '../../../src/evaluation/corruptions.js';
import type { Keypoints, Point } from '../../../src/faces/geometry.js';
import { preprocessImage } from '../../../src/faces/preprocess.js';
import { conditionValues, flagsOf, mixConditions } from '../../../src/reading/conditions.js';
import { faultsOf, temperatureFactor } from '../../../src/reading/doubt.js';
import { measureCrop, type CropMeasures } from '../../../src/reading/measures.js';
import { mirrorCrop } from '../../../src/reading/mirror.js';
import { poseOf } from '../../../src/reading/pose.js';
import { probabilitiesOf } from '../../../src/reading/probabilities.js';
import type { InputSpec, QualitySpec } from '../../../src/weights/manifest.js';
import { greyImage } from '../evaluation/support.js';

const input: InputSpec = {
  size: 112,
  colour: 'luma',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'half-pixel',
  resizeTo: 112,
  centreCrop: 112,
  stride: 1,
  template: { rightEye: [0.316, 0.4], leftEye: [0.689, 0.396], nose: [0.505, 0.606], mouth: [0.506, 0.778] },
};

/** A picture with detail at every scale, as faces have it: sums of random waves. */
function textured(seed: number) {
  const random = new Random(seed);
  const waves = Array.from({ length: 60 }, () => {
    const frequency = 1 + 12 * random.next();
    const angle = 2 * Math.PI * random.next();
    return {
      x: frequency * Math.cos(angle),
      y: frequency * Math.sin(angle),
      phase: 2 * Math.PI * random.next(),
      size: 1 / frequency,
    };
  });
  return greyImage(48, 48, (x, y) =>
    waves.reduce(
      (sum, wave) => sum + 40 * wave.size * Math.sin(2 * Math.PI * ((wave.x * x + wave.y * y) / 48) + wave.phase),
      128,
    ),
  );
}

function measuresOf(damage?: readonly [Corruption, Strength]): CropMeasures {
  const image = textured(1);
  const shown = damage === undefined ? image : corrupt(image, ...damage, 'face');
  return measureCrop(preprocessImage(shown, input), 112, 1);
}

describe('measureCrop', () => {
  const clean = measuresOf();

  it('sees blur and low resolution as a loss of sharpness, the more the stronger', () => {
    const blur = ([3, 4, 5] as const).map((strength) => measuresOf(['blur', strength]).sharpness);
    expect(blur[0]).toBeLessThan(clean.sharpness);
    expect(blur[1]).toBeLessThan(blur[0]);
    expect(blur[2]).toBeLessThan(blur[1]);
    expect(measuresOf(['lowres', 5]).sharpness).toBeLessThan(clean.sharpness - 0.3);
  });

  it('sees noise as grain, and a covered part as flat', () => {
    expect(measuresOf(['noise', 5]).grain).toBeGreaterThan(clean.grain + 0.3);
    expect(measuresOf(['occlude', 5]).flat).toBeGreaterThan(clean.flat + 0.15);
    expect(measuresOf(['blur', 5]).flat).toBeLessThan(clean.flat + 0.05);
  });

  it('tells light by brightness and contrast, and keeps detail apart from both', () => {
    const dark = measuresOf(['dark', 3]);
    expect(dark.brightness).toBeCloseTo(clean.brightness * 0.35, 1);
    expect(dark.contrast).toBeCloseTo(clean.contrast * 0.35, 2);
    expect(dark.sharpness).toBeCloseTo(clean.sharpness, 1);
  });

  it('is finite for a picture without any detail', () => {
    const flat = measureCrop(new Float32Array(112 * 112), 112, 1);
    expect(Object.values(flat).every(Number.isFinite)).toBe(true);
  });

  it('takes the mean of three channels', () => {
    const crop = preprocessImage(textured(2), input);
    const three = Float32Array.from({ length: crop.length * 3 }, (_, index) => crop[Math.floor(index / 3)]);
    expect(measureCrop(three, 112, 3).sharpness).toBeCloseTo(measureCrop(crop, 112, 1).sharpness, 5);
  });
});

const quality: QualitySpec = {
  blurred: { from: 0.8, slope: 2 },
  smooth: { from: 2.4, slope: 1 },
  noisy: { from: -1, slope: 2 },
  covered: { from: 0.25, slope: 5 },
  faint: { from: 2.3, slope: 0.5 },
  unclear: 0.8,
};
const good: CropMeasures = { brightness: 0.5, contrast: 0.2, sharpness: -0.4, grain: -1.7, flat: 0.13 };

describe('doubt', () => {
  it('leaves good crops alone and lowers the confidence of poor ones, never the label', () => {
    const manifest = { temperature: 1, reading: { quality } };
    expect(temperatureFactor(good, quality)).toBe(1);
    const clear = probabilitiesOf([3, 0, 1], good, manifest);
    const poor = probabilitiesOf([3, 0, 1], { ...good, sharpness: -1.2 }, manifest);
    expect(poor[0]).toBeLessThan(clear[0]);
    expect(poor[0]).toBeGreaterThan(poor[2]);
    expect(poor[0] / poor[1]).toBeCloseTo(Math.exp(3 / Math.exp(0.8)), 9);
  });

  it('names the faults that suffice alone, or the gravest where it takes several', () => {
    expect(faultsOf(good, quality)).toEqual([]);
    expect(faultsOf({ ...good, sharpness: -1.3 }, quality)).toEqual(['blurred']);
    expect(faultsOf({ ...good, sharpness: -1.1, contrast: 0.05 }, quality)).toEqual(['blurred']);
    expect(faultsOf({ ...good, sharpness: -1.3, flat: 0.5 }, quality)).toEqual(['covered', 'blurred']);
  });

  it('is not felt by a model that was not calibrated', () => {
    const poor = { ...good, sharpness: -2 };
    expect(probabilitiesOf([1, 0], poor, { temperature: 1 })).toEqual(
      probabilitiesOf([1, 0], good, { temperature: 1 }),
    );
  });
});

/** Where the points of a head lie that is seen from the front, eyes 100 px apart; `nose` moves as the head turns. */
function head(nose: Partial<Point> = {}, shift: Point = { x: 200, y: 200 }): Keypoints {
  const at = (x: number, y: number) => ({ x: x + shift.x, y: y + shift.y });
  return {
    rightEye: at(-50, 0),
    leftEye: at(50, 0),
    nose: at(nose.x ?? 0, nose.y ?? 46),
    mouth: at(0, 100),
    rightEar: at(-90, 10),
    leftEar: at(90, 10),
  };
}

describe('poseOf', () => {
  it('is about straight for a head seen from the front', () => {
    const { roll, yaw, pitch } = poseOf(head());
    expect(Math.abs(roll)).toBeLessThan(1e-9);
    expect(Math.abs(yaw)).toBeLessThan(2);
    expect(Math.abs(pitch)).toBeLessThan(2);
  });

  it('follows the nose: to the person’s left, and down', () => {
    expect(poseOf(head({ x: 40 })).yaw).toBeGreaterThan(10);
    expect(poseOf(head({ x: -40 })).yaw).toBeLessThan(-10);
    expect(poseOf(head({ y: 60 })).pitch).toBeLessThan(-10);
    expect(poseOf(head({ y: 30 })).pitch).toBeGreaterThan(10);
  });

  it('depends neither on the place, nor the size, nor the roll of the head, which it tells', () => {
    const points = head({ x: 25, y: 55 });
    const turned = (degrees: number, scale: number) => {
      const [c, s] = [Math.cos((degrees * Math.PI) / 180) * scale, Math.sin((degrees * Math.PI) / 180) * scale];
      const move = ({ x, y }: Point) => ({ x: c * x - s * y + 7, y: s * x + c * y - 3 });
      const { rightEye, leftEye, nose, mouth, rightEar, leftEar } = points;
      return {
        rightEye: move(rightEye),
        leftEye: move(leftEye),
        nose: move(nose),
        mouth: move(mouth),
        rightEar: move(rightEar),
        leftEar: move(leftEar),
      };
    };
    const straight = poseOf(points);
    const rolled = poseOf(turned(25, 3));
    expect(rolled.roll).toBeCloseTo(25, 6);
    expect(rolled.yaw).toBeCloseTo(straight.yaw, 6);
    expect(rolled.pitch).toBeCloseTo(straight.pitch, 6);
  });
});

describe('conditionValues and flagsOf', () => {
  const reading = { quality, limits: { size: 24, yaw: 40, pitch: 30, inside: 0.56 } };
  const picture = { width: 640, height: 480 };

  it('calls a large straight face in the middle of a picture clear', () => {
    const values = conditionValues(good, head(), picture, input);
    // Eyes are 0.373 of the crop's side apart, so 100 px make it 268 px; the fit over four points may differ a little.
    expect(values.size).toBeGreaterThan(250);
    expect(values.size).toBeLessThan(285);
    expect(values.inside).toBe(1);
    expect(flagsOf(values, reading)).toEqual([]);
  });

  it('names what keeps a face from being read, and nothing for a model without limits', () => {
    const low = conditionValues(good, head({}, { x: 200, y: 400 }), picture, input);
    expect(low.inside).toBeLessThan(0.56);
    expect(flagsOf(low, reading)).toEqual(['cut']);
    // The brow may be outside.
    expect(conditionValues(good, head({}, { x: 200, y: 60 }), picture, input).inside).toBe(1);
    const values = conditionValues(good, head(), picture, input);
    expect(flagsOf({ ...values, yaw: -41 }, reading)).toEqual(['turned']);
    expect(flagsOf({ ...values, sharpness: -1.4, grain: -4 }, reading)).toEqual(['blurred']);
    expect(flagsOf({ ...values, flat: 0.5 }, reading)).toEqual(['covered']);
    expect(flagsOf({ ...values, size: 20, sharpness: -1.4 }, reading)).toEqual(['small', 'blurred']);
    expect(flagsOf({ ...values, brightness: 0.02, contrast: 0.01 }, reading)).toEqual(['dark']);
    expect(flagsOf({ ...values, brightness: 0.95, contrast: 0.01 }, reading)).toEqual(['bright']);
    expect(flagsOf({ ...values, yaw: -41, size: 3, sharpness: -4 }, {})).toEqual([]);
  });

  it('mixes all values of two frames', () => {
    const first = conditionValues(good, head(), picture, input);
    const second = conditionValues(
      { brightness: 1, contrast: 0, sharpness: -1, grain: -2, flat: 0.3 },
      head({ x: 30, y: 30 }, { x: 100, y: 390 }),
      picture,
      input,
    );
    const mixed = mixConditions(first, second, 0.25);
    for (const key of Object.keys(first) as (keyof typeof first)[]) {
      expect(mixed[key]).toBeCloseTo(0.75 * first[key] + 0.25 * second[key], 9);
    }
  });
});

describe('mirrorCrop', () => {
  it('exchanges left and right of every channel, and twice is nothing', () => {
    const crop = Float32Array.from({ length: 12 }, (_, index) => index);
    expect([...mirrorCrop(crop, 2, 3)]).toEqual([3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8]);
    expect(mirrorCrop(mirrorCrop(crop, 2, 3), 2, 3)).toEqual(crop);
  });
});
