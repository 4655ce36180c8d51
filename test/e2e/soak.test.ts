/**
 * Long use, in short: elements that come and go, and photos one after the other, and what can be counted does not grow. Bytes, times, cameras and
 * trainings need longer: `npm run soak` measures them.
 */
import { expect, test } from 'vitest';
import { soak } from '../support/soak/index.js';

/** The fewest steps that tell a trend. */
const MINUTES = 0.1;
const COUNTED = ['nodes', 'attached', 'listeners', 'objectUrls', 'workers', 'tensors'] as const;

test('elements that come and go, and photos, leave no node, listener, address, worker or tensor behind', async () => {
  const reports = await soak({ minutes: MINUTES, only: ['cycles', 'photos'] });
  expect(reports.map(({ phase }) => phase)).toEqual(['cycles', 'photos']);
  for (const { phase, results, series } of reports) {
    expect(results).toBeGreaterThan(0);
    for (const measure of COUNTED) {
      const values = series[measure]!.map(({ value }) => value);
      const half = Math.ceil(values.length / 2);
      const [before, after] = [values.slice(0, half), values.slice(half)];
      const told = `${phase}, ${measure}: ${values.join(' ')}`;
      expect(Math.max(...after), told).toBeLessThanOrEqual(Math.max(...before));
    }
  }
});
