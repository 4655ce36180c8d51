import { describe, expect, it } from 'vitest';
import { groupReport } from '../../../src/evaluation/groups.js';
import { parseGroupFile } from '../../../src/evaluation/groupFile.js';
import type { EvaluationSample } from '../../../src/evaluation/samples.js';
import { prediction } from './support.js';

/** `right` of `count` images of a class and group are right. */
function block(group: string, label: number, right: number, count: number) {
  return Array.from({ length: count }, (_, index) =>
    prediction(`${group}/${label}/${index}`, label, index < right ? label : 1 - label),
  );
}

const groupOf = (name: string) => {
  const group = name.split('/')[0];
  return group === 'unknown' ? null : group;
};

describe('groups', () => {
  const predictions = [
    ...block('old', 0, 10, 20),
    ...block('old', 1, 20, 20),
    ...block('young', 0, 19, 20),
    ...block('young', 1, 18, 20),
    ...block('few', 0, 0, 3),
    ...block('few', 1, 8, 9),
    ...block('unknown', 0, 0, 50),
  ];
  const report = groupReport(predictions, ['sad', 'happy'], groupOf);

  it('measures each group alone and leaves images without a group out', () => {
    expect(Object.keys(report.groups)).toEqual(['few', 'old', 'young']);
    expect(report.groups['old']).toMatchObject({ n: 40, accuracy: { value: 0.75 }, recall: { sad: { value: 0.5 } } });
  });

  it('names the widest gap in accuracy, with an interval', () => {
    expect(report.largestGap).toMatchObject({ highest: 'young', lowest: 'few' });
    expect(report.largestGap?.difference.value).toBeCloseTo(37 / 40 - 8 / 12, 12);
    expect(report.largestGap?.difference.low).toBeLessThan(0.1);
  });

  it('takes the equal-opportunity difference over groups with enough images of the class', () => {
    expect(report.equalOpportunityDifference).toMatchObject({ class: 'sad', highest: 'young', lowest: 'old' });
    expect(report.equalOpportunityDifference?.difference.value).toBeCloseTo(0.45, 12);
    expect(report.opportunityGaps['happy']?.difference.value).toBeCloseTo(0.1, 12);
  });

  it('has no gap with one group', () => {
    const alone = groupReport(block('old', 0, 5, 20), ['sad', 'happy'], groupOf);
    expect(alone.largestGap).toBeNull();
    expect(alone.equalOpportunityDifference).toBeNull();
  });
});

describe('group file', () => {
  const samples = ['data/test/a.png', 'data/test/b.png', 'data/other/b.png'].map((name): EvaluationSample => ({
    name,
    label: 'sad',
    split: null,
    group: null,
    bytes: () => Promise.reject(new Error('not read')),
  }));

  it('finds images by path, end of path or name, one attribute a column', () => {
    const groups = parseGroupFile('path,gender,age\na.png,woman,30\ntest/b.png,man,\n', samples);
    expect(Object.keys(groups)).toEqual(['gender', 'age']);
    expect(groups['gender']?.('data/test/a.png')).toBe('woman');
    expect(groups['gender']?.('data/test/b.png')).toBe('man');
    expect(groups['gender']?.('data/other/b.png')).toBeNull();
    expect(groups['age']?.('data/test/b.png')).toBeNull();
  });

  it('refuses a file without attributes, and one that names no image', () => {
    expect(() => parseGroupFile('path\na.png\n', samples)).toThrow(/first line/);
    expect(() => parseGroupFile('path,group\nq.png,x\n', samples)).toThrow(/none of the images/);
  });
});
