import { describe, expect, it } from 'vitest';
import { carriers, patchEffects, patchesOf, regionEffects } from '../../../src/reading/explanation/explanation.js';
import { coverOf, hidePatches, PATCHES } from '../../../src/reading/explanation/occlusion.js';
import { patchRegions } from '../../../src/reading/explanation/regions.js';

const SIZE = 14;
/** As most templates have it: eyes above the nose above the mouth. */
const TEMPLATE = {
  rightEye: [0.316, 0.4],
  leftEye: [0.689, 0.396],
  nose: [0.505, 0.606],
  mouth: [0.506, 0.778],
} as const;
const ramp = Float32Array.from({ length: SIZE ** 2 }, (_, index) => index / SIZE ** 2);

describe('hiding patches', () => {
  it('puts the mean of the crop where the patches are, and leaves the rest', () => {
    const hidden = hidePatches(ramp, coverOf(ramp, SIZE, 1), SIZE, [0, 48]);
    const changed = [...hidden.keys()].filter((index) => hidden[index] !== ramp[index]);
    expect(changed).toEqual([0, 1, 14, 15, 180, 181, 194, 195]);
    expect(hidden[0]).toBeCloseTo(ramp.reduce((sum, value) => sum + value) / ramp.length, 6);
  });

  it('keeps each channel’s own mean', () => {
    const crop = Float32Array.from({ length: 49 * 3 }, (_, index) => (index % 3) / 2);
    expect(
      [...hidePatches(crop, coverOf(crop, 7, 3), 7, [24])].every((value, index) => value === (index % 3) / 2),
    ).toBe(true);
  });

  it('covers with what is smooth: an even crop stays as it is, a point is spread', () => {
    const even = new Float32Array(SIZE ** 2).fill(0.25);
    expect([...coverOf(even, SIZE, 1, 'smooth')].every((value) => Math.abs(value - 0.25) < 1e-6)).toBe(true);
    const point = new Float32Array(SIZE ** 2);
    point[7 * SIZE + 7] = 1;
    const smooth = coverOf(point, SIZE, 1, 'smooth');
    expect(smooth[7 * SIZE + 7]).toBeCloseTo(1 / 25, 6);
    expect(smooth[5 * SIZE + 9]).toBeCloseTo(1 / 25, 6);
    expect(smooth[4 * SIZE + 7]).toBe(0);
  });
});

describe('regions of the aligned face', () => {
  const regions = patchRegions(TEMPLATE);

  it('give every patch away, whole', () => {
    for (const parts of regions) expect([...parts.values()].reduce((sum, part) => sum + part)).toBeCloseTo(1, 9);
  });

  it('lie where the template has them, right and left as the person has them', () => {
    const largest = (row: number, column: number) =>
      [...regions[7 * row + column]].toSorted((a, b) => b[1] - a[1])[0][0];
    expect(largest(5, 3)).toBe('mouth');
    expect(largest(4, 3)).toBe('nose');
    expect(largest(2, 2)).toBe('rightEye');
    expect(largest(2, 4)).toBe('leftEye');
    expect(largest(1, 2)).toBe('rightBrow');
    expect(largest(1, 4)).toBe('leftBrow');
    expect(largest(4, 1)).toBe('rightCheek');
    expect(largest(6, 3)).toBe('chin');
    expect(largest(0, 3)).toBe('forehead');
    expect(largest(6, 0)).toBe('edge');
  });
});

describe('evidence', () => {
  const model = { classes: ['neutral', 'happiness', 'surprise'], temperature: 1 };
  const measures = { brightness: 0.5, contrast: 0.2, sharpness: 0, grain: -1.7, flat: 0.1 };
  const question = { expression: 'happiness', against: 'surprise', measures, prior: 'trained' as const };
  const shown = [0, 3, 1];

  it('is by how much the odds fall without a patch, and the odds against the runner-up', () => {
    const { probability, patches } = patchEffects(shown, [shown, [0, 1, 1], [0, 3, 3]], question, model);
    expect(probability).toBeCloseTo(Math.exp(3) / (1 + Math.exp(3) + Math.exp(1)), 9);
    expect(patches[0]).toEqual({ probability, evidence: 0, evidenceAgainst: 0 });
    expect(patches[1].evidenceAgainst).toBeCloseTo(2, 9);
    expect(patches[1].evidence).toBeCloseTo(2, 9);
    expect(patches[2].evidenceAgainst).toBeCloseTo(2, 9);
    expect(patches[2].evidence).toBeCloseTo(Math.log((1 + Math.exp(3)) / (1 + Math.exp(1))), 9);
  });

  it('names the regions that hold most of it, and hides their patches', () => {
    const evidence = Array.from({ length: PATCHES }, (_, patch) =>
      [37, 38, 39].includes(patch) ? 1 : patch === 11 ? 0.4 : -2,
    );
    const effects = regionEffects(evidence, TEMPLATE);
    expect(effects[0].region).toBe('mouth');
    expect(effects.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    const named = carriers(evidence, effects);
    expect(named).toEqual(['mouth']);
    expect(patchesOf(named, TEMPLATE)).toEqual(expect.arrayContaining([37, 38, 39]));
    expect(patchesOf(named, TEMPLATE).every((patch) => patch >= 28)).toBe(true);
  });

  it('names nothing where no patch moves the odds more than arithmetic does', () => {
    const evidence = Array.from({ length: PATCHES }, () => 0.01);
    expect(carriers(evidence, regionEffects(evidence, TEMPLATE))).toEqual([]);
  });
});
