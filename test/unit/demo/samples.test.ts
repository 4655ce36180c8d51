import { expect, it } from 'vitest';
import { READINGS, readSamplePictures } from '../../../scripts/sampleReadings.js';
import { readFileSync } from 'node:fs';
import { SAMPLES, sampleOf } from '../../../src/demo/samples.js';

it('the first screen says of its pictures what the model says of them', async () => {
  const written = JSON.parse(readFileSync(READINGS, 'utf8')) as Awaited<ReturnType<typeof readSamplePictures>>;
  const now = await readSamplePictures();
  expect(written.model).toEqual(now.model);
  expect(written.pictures.map(({ file }) => file)).toEqual(now.pictures.map(({ file }) => file));
  now.pictures.forEach(({ faces }, index) => {
    const [before] = written.pictures[index].faces;
    expect(faces).toHaveLength(1);
    expect(before.expression).toBe(faces[0].expression);
    // Processors round differently.
    expect(Math.abs(before.confidence - faces[0].confidence)).toBeLessThan(0.02);
  });
  for (const { file } of SAMPLES) expect(sampleOf(file)?.faces).toHaveLength(1);
}, 60_000);
