/** What the head of muscles costs: the shipped network with it and without, in turn, on one thread of Node. */
import { median } from '../../src/base/numbers.js';
import { Random } from '../../src/base/random.js';
import { loadModelAt, shippedManifest } from '../../src/node/modelFiles.js';
import { createPlanClassifier } from '../../src/plan/classifier.js';
import { readKernels } from '../../src/plan/nodeKernels.js';
import { MUSCLES } from '../../src/weights/muscles.js';

const WARM_UP = 5;

/** Medians of a face, ms. */
export async function timeHead(rounds: number): Promise<{ readonly without: number; readonly withHead: number }> {
  const engines = await Promise.all(
    [[], [MUSCLES]].map(async (more) => {
      const { manifest, arrays } = await loadModelAt(shippedManifest(), ['recognising', ...more]);
      const { classifier } = await createPlanClassifier(manifest, arrays, readKernels);
      const random = new Random(5);
      const crop = Float32Array.from({ length: manifest.input.size ** 2 }, () => random.next());
      return { classifier, crop, times: [] as number[] };
    }),
  );
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const { classifier, crop, times } of engines) {
      const start = performance.now();
      await classifier.logits(crop, 1);
      if (round >= 0) times.push(performance.now() - start);
    }
  }
  const [without, withHead] = engines.map(({ times }) => median(times));
  return { without, withHead };
}
