/** The shipped network alone, by every engine in turn, so that whatever else the machine does disturbs all of them alike. */
import { quantile } from '../../src/base/numbers.js';
import { Random } from '../../src/base/random.js';
import { type Classifier, createClassifier } from '../../src/network/classifier.js';
import { createPlanClassifier } from '../../src/plan/classifier.js';
import type { KernelBuild, KernelSource } from '../../src/plan/wasm/module.js';
import type { LoadedModel } from '../../src/weights/loadModel.js';

/** Of one engine; milliseconds. */
export interface EngineTimes {
  readonly engine: string;
  /** From weights in memory to the first answer. */
  readonly start: number;
  /** A call, by how many faces it takes: the quartiles. */
  readonly calls: Readonly<Record<number, readonly [number, number, number]>>;
}

export const TENSORFLOW = 'TensorFlow.js';
const FACES = [1, 4] as const;
const SEED = 5;

/** TensorFlow.js' WebAssembly must be the current backend. */
export async function measureNetwork(
  { manifest, arrays }: LoadedModel,
  kernels: KernelSource,
  builds: readonly KernelBuild[],
  rounds: number,
): Promise<readonly EngineTimes[]> {
  const makers: Readonly<Record<string, () => Promise<Classifier>>> = {
    [TENSORFLOW]: () => createClassifier(manifest, arrays),
    ...Object.fromEntries(
      builds.map((build) => [
        `own kernels, ${build}`,
        async () => (await createPlanClassifier(manifest, arrays, () => kernels(build))).classifier,
      ]),
    ),
  };
  const random = new Random(SEED);
  const length = manifest.input.size ** 2 * (manifest.input.colour === 'luma' ? 1 : 3);
  const crops = Float32Array.from({ length: Math.max(...FACES) * length }, () => random.next());
  const engines = [];
  for (const [engine, make] of Object.entries(makers)) {
    const began = performance.now();
    const classifier = await make();
    await classifier.logits(crops.subarray(0, length), 1);
    engines.push({ engine, classifier, start: performance.now() - began, times: new Map<number, number[]>() });
  }
  for (let round = 0; round < rounds; round++) {
    for (const faces of FACES) {
      for (const { classifier, times } of engines) {
        const began = performance.now();
        await classifier.logits(crops.subarray(0, faces * length), faces);
        times.set(faces, [...(times.get(faces) ?? []), performance.now() - began]);
      }
    }
  }
  return engines.map(({ engine, classifier, start, times }) => {
    classifier.dispose();
    const calls = [...times].map(([faces, all]) => [faces, quartiles(all)] as const);
    return { engine, start, calls: Object.fromEntries(calls) };
  });
}

const quartiles = (values: readonly number[]) =>
  [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)] as const;
